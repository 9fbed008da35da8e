/** What is no payment, comes from nobody, or cannot be read. */
import { BANKS } from '../banks';
import { playerOf, type PlayerName } from '../players';
import type { Story } from '../story';
import { inReview, send, story } from '../story-words';

const NO_MONEY = 0;

const says = (key: string, tells: string, player: PlayerName, body: string): Story =>
  story(key, tells, [player, NO_MONEY], [send({ text: { body } })], { status: 'not_a_credit' });

const unreadable = (key: string, tells: string, player: PlayerName, body: string): Story =>
  story(key, tells, [player, NO_MONEY], [send({ text: { body } })], inReview('parse_failed'));

const stranger = (key: string, tells: string, sender: string, body: string): Story =>
  story(key, tells, ['asha', NO_MONEY], [send({ sender, text: { body } })], { status: 'not_whitelisted' });

/** As the bank writes it, with its amount in a form that the bank does not use. */
function garbled(player: PlayerName, amountMinor: number, right: string, wrong: string): string {
  const { bank, name } = playerOf(player);
  return BANKS[bank]
    .write({
      amountMinor,
      payer: name,
      reference: '4000000000',
      balanceMinor: null,
      at: new Date('2026-01-15T09:30:00Z'),
    })
    .replace(right, wrong);
}

export const NO_PAYMENT_STORIES: readonly Story[] = [
  says(
    'otp',
    'a code with an amount',
    'ravi',
    'OTP for transaction of Rs.5,000.00 on your card XX4321 is 482913. Do not share it with anyone.',
  ),
  says(
    'debit',
    'a debit that credits somebody else',
    'meera',
    'Your a/c XX9087 is debited for Rs 2,000.00 on 05-MAR-26 and credited to beneficiary RAVI K.',
  ),
  says('card', 'money that went out', 'omar', 'Your credit card ending 1234 was charged AED 250.00 at CORNER SHOP.'),
  says(
    'reversed',
    'a payment that was taken back',
    'john',
    'SFR3K8J2QZ Confirmed. Transaction SFR3K8J2QX of Ksh1,250.00 has been reversed.',
  ),
  says('bonus', 'an advertisement', 'nasrin', 'Add Tk 1,000 and get Tk 50 bonus! Offer till Friday.'),
  says(
    'announced',
    'a credit that is only announced',
    'karan',
    'INR 2,50,000.00 will be credited to your account XX9087 by NEFT within 2 hours.',
  ),
  unreadable('new-wording', 'a bank changed its wording', 'asha', 'Funds in! 500 rupees for A/c 4321. Ref 40651234.'),
  unreadable(
    'odd-amount',
    'an amount that does not fit: never guessed',
    'ravi',
    garbled('ravi', 1_234_00, '1,234.00', '1.234'),
  ),
  unreadable('no-amount', 'no amount at all', 'jorg', 'Rheinbank: Sie haben Geld erhalten. Details in der App.'),
  stranger('stranger-1', 'a sender that nobody listed', 'LUCKYWIN', 'You have won Rs.5,00,000! Call now.'),
  stranger('stranger-2', 'a private number', '+447700900123', 'Your payment of Rs.9,999 was received, trust me.'),
  stranger('stranger-3', "one letter away from a bank's name", 'JD-GANGAA-S', 'Rs.5,000.00 credited to A/c XX4321.'),
];
