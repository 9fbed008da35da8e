/** What each verdict of a person does to the row. The caller holds the locks and has checked attempt and status. */
import { needsSecondPerson, type FourEyesThresholds } from '../../domain/review';
import type { Verdict } from '../../domain/sms';
import type { SmsPatch } from '../move-sms';
import type { Transaction } from '../query';
import type { ReviewRow } from '../reviews';
import type { SmsRow } from '../sms-row';
import { claimDeposit } from './claim-deposit';
import { hasMoneyOfDeposit, lockLiveMatch, releaseMatch, releaseRefusal } from './release-match';
import { refuse, type Ruling } from './ruling';

type Handler = (trx: Transaction, sms: SmsRow, request: ReviewRow, fourEyes: FourEyesThresholds) => Promise<Ruling>;

const HANDLERS: Readonly<Record<Verdict, Handler>> = {
  approve,
  reject: (trx, sms, request) => close(trx, sms, request, 'reject'),
  abandon: (trx, sms, request) => close(trx, sms, request, 'abandon'),
  retry,
  undo,
  confirm,
  note: () => Promise.resolve({ ruled: 'applied', patch: {} }),
};

export function applyVerdict(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  fourEyes: FourEyesThresholds,
): Promise<Ruling> {
  const { command } = request;
  if (command === 'reset' || command === 'rerun') throw new Error(`${command} is no verdict`);
  return HANDLERS[command](trx, sms, request, fourEyes);
}

const CHECKED = { approve: 'approved', reject: 'rejected', abandon: 'abandoned' } as const;

function signedBy(request: ReviewRow, verdict: keyof typeof CHECKED): SmsPatch {
  return {
    check_status: CHECKED[verdict],
    checked_by: request.reviewer,
    checked_at: new Date(),
    remark: request.remark,
  };
}

/** The durable time in which a decision can still be taken back; the deposit is claimed meanwhile. */
function undoTime(request: ReviewRow, verdict: keyof typeof CHECKED): SmsPatch {
  const undo_until = new Date(Date.now() + request.undoSeconds * 1000);
  return { status: 'decision_pending', pending_verdict: verdict, undo_until };
}

async function approve(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  fourEyes: FourEyesThresholds,
): Promise<Ruling> {
  const claim = await claimDeposit(trx, sms, request.orderId, request.reviewer);
  if (!claim.claimed) return refuse(claim.code, claim.message);
  const claimed: SmsPatch = { ...claim.patch, ...signedBy(request, 'approve'), waiting_since: null, wait_until: null };
  const next = request.undoSeconds > 0 ? undoTime(request, 'approve') : approved(claim.kind, claim.deposit, fourEyes);
  return { ruled: 'applied', patch: { ...claimed, ...next } };
}

/** An approval goes to the wallet, or to a second person first. */
export function approved(
  kind: 'auto' | 'manual' | 'forced',
  money: { readonly amountMinor: number; readonly currency: string },
  fourEyes: FourEyesThresholds,
): SmsPatch {
  const settled = { pending_verdict: null, undo_until: null };
  return needsSecondPerson({ kind, ...money }, fourEyes)
    ? { ...settled, status: 'awaiting_second_approval' }
    : { ...settled, status: 'matched', step: 'wallet' };
}

async function close(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  verdict: 'reject' | 'abandon',
): Promise<Ruling> {
  const match = await lockLiveMatch(trx, sms.id);
  const stuck = releaseRefusal(match);
  if (stuck !== null) return refuse(stuck, `the wallet was asked about deposit ${match?.orderId ?? ''}`);
  if (request.undoSeconds > 0)
    return { ruled: 'applied', patch: { ...signedBy(request, verdict), ...undoTime(request, verdict) } };
  const forget = await releaseMatch(trx, sms, match, `${verdict} by ${request.reviewer}`);
  return { ruled: 'applied', patch: { ...forget, ...signedBy(request, verdict), ...closed(verdict) } };
}

/** After a person once said no, the machine only proposes: `auto_hold` stays through every later attempt. */
export function closed(verdict: 'reject' | 'abandon'): SmsPatch {
  const status = verdict === 'reject' ? 'rejected' : 'abandoned';
  return {
    status,
    auto_hold: 'person_decided',
    pending_verdict: null,
    undo_until: null,
    waiting_since: null,
    wait_until: null,
  };
}

/** The machine tries again from where it stopped, in the same attempt; what was asked of the wallet is asked with the same key. */
async function retry(trx: Transaction, sms: SmsRow, request: ReviewRow): Promise<Ruling> {
  const match = await lockLiveMatch(trx, sms.id);
  const signed: SmsPatch = {
    check_status: 'retried',
    checked_by: request.reviewer,
    checked_at: new Date(),
    remark: request.remark,
  };
  if (match?.handoff === 'started' || match?.handoff === 'unknown')
    return { ruled: 'applied', patch: { ...signed, status: 'approving', review_reason: null } };
  if (match?.handoff === 'refused')
    return { ruled: 'applied', patch: { ...signed, status: 'matched', step: 'wallet', review_reason: null } };
  const forget = await releaseMatch(trx, sms, match, `retried by ${request.reviewer}`);
  const step = !isUnparsed(sms) ? 'match' : sms.phoneId !== null ? 'parse' : 'whitelist';
  return { ruled: 'applied', patch: { ...signed, ...forget, status: 'received', step, review_reason: null } };
}

/** Nothing to match by: the text was never read, whatever money a person's approval has lent the row. */
function isUnparsed(sms: SmsRow): boolean {
  return sms.amountMinor === null || hasMoneyOfDeposit(sms);
}

/** Takes a decision back: the claim is let go and the SMS is where it was, or looks for its deposit anew. */
async function undo(trx: Transaction, sms: SmsRow, request: ReviewRow): Promise<Ruling> {
  const match = await lockLiveMatch(trx, sms.id);
  const stuck = releaseRefusal(match);
  if (stuck !== null)
    return refuse('undo_expired', `the wallet was asked about deposit ${match?.orderId ?? ''} already`);
  const forget = await releaseMatch(trx, sms, match, `undone by ${request.reviewer}`);
  const back: SmsPatch = {
    ...forget,
    check_status: 'unchecked',
    checked_by: null,
    checked_at: null,
    remark: null,
    pending_verdict: null,
    undo_until: null,
  };
  // A proposal is made anew; an SMS that was waiting for its deposit waits on.
  const lookAgain =
    sms.reviewReason === null || sms.reviewReason === 'proposed' || sms.reviewReason === 'wallet_rejected';
  const where: SmsPatch = !lookAgain
    ? { status: 'awaiting_review' }
    : isUnparsed(sms)
      ? { status: 'awaiting_review', review_reason: 'parse_failed' }
      : { status: 'received', step: 'match', review_reason: null };
  return { ruled: 'applied', patch: { ...back, ...where } };
}

/** In the undo time: the decision stands at once. Before the second approval: a second, different person says yes. */
async function confirm(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  fourEyes: FourEyesThresholds,
): Promise<Ruling> {
  if (sms.status === 'decision_pending') return decided(trx, sms, fourEyes);
  if (request.reviewer === sms.checkedBy)
    return refuse('same_reviewer', `${request.reviewer} approved this SMS first: a second person must confirm`);
  return { ruled: 'applied', patch: { status: 'matched', step: 'wallet', remark: request.remark ?? sms.remark } };
}

/** The undo time is over, or was ended: what was decided happens. Shared with the timer's step. */
export async function decided(trx: Transaction, sms: SmsRow, fourEyes: FourEyesThresholds): Promise<Ruling> {
  const verdict = sms.pendingVerdict;
  if (verdict === null) throw new Error(`SMS ${sms.id} is in its undo time without a verdict`);
  if (verdict === 'approve') {
    const { amountMinor, currency, matchKind } = sms;
    if (amountMinor === null || currency === null || matchKind === null)
      throw new Error(`SMS ${sms.id} is approved without a match`);
    return { ruled: 'applied', patch: approved(matchKind, { amountMinor, currency }, fourEyes) };
  }
  const match = await lockLiveMatch(trx, sms.id);
  const forget = await releaseMatch(trx, sms, match, `${verdict} by ${sms.checkedBy ?? 'unknown'}`);
  return { ruled: 'applied', patch: { ...forget, ...closed(verdict) } };
}
