/** The straight path: the deposit waits, the SMS comes, the money is credited. One for every player. */
import type { PlayerName } from '../players';
import type { Story } from '../story';
import { APPROVED, deposit, send, story } from '../story-words';
import { HOOK } from '../ways';

const paid = (player: PlayerName, amountMinor: number, tells: string): Story =>
  story(`paid-${player}`, tells, [player, amountMinor], [deposit(), send()], APPROVED);

export const STRAIGHT_STORIES: readonly Story[] = [
  paid('asha', 125_000_00, 'Indian grouping, a sender wrapped by its operator'),
  paid('ravi', 2_500_00, 'a UPI payment'),
  paid('meera', 250_000_00, 'a business as the payer'),
  paid('karan', 9_750_00, 'another brand at the same bank'),
  paid('suresh', 5_000_00, 'Hindi with Devanagari digits'),
  paid('sita', 45_000_00, 'Nepali: the same "Rs", another currency'),
  paid('bilal', 15_000_00, 'a fee of nothing beside the amount'),
  paid('nasrin', 1_500_00, 'a wallet that masks its payers'),
  paid('reza', 5_000_000_00, 'Persian digits, rials'),
  paid('ali', 2_500_000_00, 'tomans: ten rials each'),
  paid('omar', 1_500_00, 'dirhams'),
  paid('layla', 3_200_00, 'another brand, the same receiving account'),
  paid('mohammed', 1_250_75, 'Arabic-Indic digits, from right to left'),
  paid('lulu', 125_750, 'three decimals'),
  paid('sule', 1_250_50, 'a decimal comma, Turkish letters'),
  paid('joao', 1_234_56, 'Pix'),
  paid('jorg', 1_234_56, 'a German bank'),
  paid('greta', 480_00, 'a third brand at that bank'),
  paid('ana', 2_750_90, 'the sign of the currency after the amount'),
  paid('urs', 1_234_50, 'groups of apostrophes'),
  paid('dana', 1_234_56, 'a short code as the sender'),
  paid('walt', 500_00, 'a round sum'),
  paid('taro', 125_000, 'no decimals, full-width punctuation'),
  paid('xiaoming', 8_000_00, 'a date without a year'),
  paid('john', 150_00, 'a mobile wallet that names no account'),
  story(
    'sent-twice',
    'the very request again: the first answer again',
    ['walt', 860_00],
    [
      deposit(),
      send({ way: HOOK }),
      { do: 'deliver_again', sms: 'sms', as: 'same_request' },
      { do: 'deliver_again', sms: 'sms', as: 'same_request' },
    ],
    APPROVED,
  ),
  story(
    'delivered-twice',
    'the same delivery under another request id: one SMS',
    ['bilal', 22_000_00],
    [deposit(), send({ way: HOOK }), { do: 'deliver_again', sms: 'sms', as: 'new_request' }],
    APPROVED,
  ),
];
