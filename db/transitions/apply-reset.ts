/**
 * Reset: back to the whitelist step, one attempt on, the match let go. Rerun: the same from a named step, with earlier
 * results taken from the row. Neither can pay twice: a match whose handoff has begun is let go only after a definite refusal.
 */
import type { Step } from '../../domain/sms';
import { isTrustedSms } from '../devices';
import type { SmsPatch } from '../move-sms';
import type { Transaction } from '../query';
import type { ReviewRow } from '../reviews';
import type { SmsRow } from '../sms-row';
import { hasMoneyOfDeposit, lockLiveMatch, releaseMatch, releaseRefusal } from './release-match';
import { refuse, type Ruling } from './ruling';

export async function applyReset(trx: Transaction, sms: SmsRow, request: ReviewRow): Promise<Ruling> {
  const startAt = request.startAt ?? 'whitelist';
  const missing = stepNotReached(sms, startAt);
  if (missing !== null) return refuse('step_not_reached', missing);
  return startAt === 'wallet' ? rerunWallet(trx, sms) : restart(trx, sms, request, startAt);
}

/** A step can be run again only where the rows hold what the steps before it found. */
function stepNotReached(sms: SmsRow, startAt: Step): string | null {
  if (startAt !== 'whitelist' && sms.phoneId === null)
    return `SMS ${sms.id} never passed the whitelist: rerun it from whitelist`;
  if (startAt === 'match' && (sms.amountMinor === null || hasMoneyOfDeposit(sms)))
    return `SMS ${sms.id} was never parsed: rerun it from parse`;
  if (startAt === 'wallet' && sms.orderId === null) return `SMS ${sms.id} holds no match: rerun it from match`;
  return null;
}

/** Asks the wallet again with the same key: safe whatever it answered before. */
async function rerunWallet(trx: Transaction, sms: SmsRow): Promise<Ruling> {
  const match = await lockLiveMatch(trx, sms.id);
  if (!match) return refuse('step_not_reached', `SMS ${sms.id} holds no live match: rerun it from match`);
  if (match.handoff === 'approved') return refuse('already_approved', `the wallet approved deposit ${match.orderId}`);
  const inFlight = match.handoff === 'started' || match.handoff === 'unknown';
  if (inFlight && sms.status === 'approving')
    return refuse('approval_in_flight', `the wallet is being asked about deposit ${match.orderId} now`);
  return {
    ruled: 'applied',
    patch: { ...fresh(sms), status: inFlight ? 'approving' : 'matched', step: 'wallet' },
  };
}

async function restart(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  startAt: Exclude<Step, 'wallet'>,
): Promise<Ruling> {
  const match = await lockLiveMatch(trx, sms.id);
  const stuck = releaseRefusal(match);
  if (stuck !== null)
    return refuse(
      stuck,
      stuck === 'already_approved' ? 'the wallet has paid' : 'the wallet was asked and has not answered',
    );
  const forget = await releaseMatch(trx, sms, match, `${request.command} by ${request.reviewer}`);
  const trusted = await isTrustedSms(trx, sms.id);
  return {
    ruled: 'applied',
    patch: {
      ...fresh(sms),
      ...forget,
      ...(startAt === 'match' ? {} : UNPARSED),
      ...(startAt === 'whitelist' ? { phone_id: null } : {}),
      status: trusted ? 'received' : 'held_untrusted_device',
      step: startAt,
    },
  };
}

const UNPARSED: SmsPatch = {
  template_id: null,
  template_version: null,
  bank: null,
  amount_minor: null,
  currency: null,
  account_tail: null,
  payer_name: null,
  reference: null,
  balance_minor: null,
  occurred_at: null,
};

/** What a new attempt starts without. `auto_hold` stays: after a person's no, or in doubt of a duplicate, the machine only proposes. */
function fresh(sms: SmsRow): SmsPatch {
  return {
    attempt: sms.attempt + 1,
    review_reason: null,
    check_status: 'unchecked',
    checked_by: null,
    checked_at: null,
    remark: null,
    pending_verdict: null,
    undo_until: null,
    waiting_since: null,
    wait_until: null,
  };
}
