/** Why an SMS is where it is, in plain words: one answer for every status and every reason. */
import type { ReviewReason, SmsStatus } from '../../domain/sms';

export const WHY_STATUS: Readonly<Record<SmsStatus, string>> = {
  received: 'It is on its way: the machine has not finished with it.',
  matched: 'Its deposit is found and claimed; the wallet is asked next.',
  approving:
    'The wallet is being asked to approve its deposit. The same key is used each time, so it can be paid once only.',
  waiting_for_deposit: 'No deposit fits yet. It waits for one to be made, and looks again as soon as there is one.',
  held_untrusted_device: 'Only devices that nobody trusts have seen it. It runs when its device is trusted.',
  awaiting_review: 'The machine cannot decide this safely; a person must.',
  decision_pending: 'A person has decided, and can still take it back until the undo time is over.',
  awaiting_second_approval:
    'One person has approved it; for this amount or kind of match a second, different person must confirm.',
  not_whitelisted: 'Its sender is not on the whitelist, so nothing was read from it.',
  not_a_credit: 'The text tells of no money that came in.',
  approved: 'The wallet has approved its deposit: the money is on the ledger.',
  rejected: 'A person has rejected it.',
  abandoned: 'A person has put it aside.',
};

export const WHY_REASON: Readonly<Record<ReviewReason, string>> = {
  parse_failed: 'The text could not be read safely: an amount is never guessed.',
  unmatched: 'No pending deposit fits, and the time to wait for one is over.',
  ambiguous: 'More than one match is possible, or one that is in doubt: the machine never picks.',
  cross_brand: 'The one deposit that fits is of another brand than the SMS was stamped with.',
  duplicate_reference:
    "Another SMS with the same bank reference holds a match: this may be the bank's second notice of one payment.",
  possible_duplicate: 'It may be a copy of an SMS that is here already, or a second honest payment of the same amount.',
  clock_suspect: 'The phone says that it came more than ten minutes from now: its time cannot be used for matching.',
  wallet_rejected: 'The wallet has definitely refused to approve the deposit. No money has moved.',
  wallet_unknown:
    'The wallet never gave a clear answer, so the money may have moved. The match is held; asking again with the same key is safe.',
  internal_error:
    'A fault of the machine stopped it. Nothing was lost; it can be tried again once the fault is mended.',
  proposed: 'Exactly one deposit fits, but the machine may not approve this one by itself.',
};
