/**
 * A person's request takes effect here and nowhere else: one transaction under the locks of the SMS and of the request.
 * The workflow of an open run calls it when the message comes; the API calls it for an SMS whose run is closed. Called
 * twice, or by both at once, it has one effect and gives one answer.
 */
import type { MessageAnswer } from '../../domain/outcomes';
import { InvariantBroken } from '../../domain/failures';
import type { FourEyesThresholds, ReviewEffect } from '../../domain/review';
import { commandsAllowed, STATUS_RULES, type SmsStatus, type Verdict } from '../../domain/sms';
import { writeAudit } from '../audit';
import type { SmsPatch } from '../move-sms';
import { moveSms } from '../move-sms';
import type { Db, Transaction } from '../query';
import { lockReview, recordEffect, type ReviewRow } from '../reviews';
import { lockSms, standingOf, type SmsRow } from '../sms-row';
import { applyReset } from './apply-reset';
import { applyVerdict } from './apply-verdict';
import { refuse, type Ruling } from './ruling';

export interface RequestMessage {
  readonly smsId: number;
  readonly reviewId: string;
  readonly attempt: number;
  /** What the message says was asked; null for a reset or rerun. It counts only where the row says the same. */
  readonly verdict: Verdict | null;
  readonly orderId: string | null;
}

export async function applyRequest(
  db: Db,
  message: RequestMessage,
  fourEyes: FourEyesThresholds,
): Promise<MessageAnswer> {
  return db.transaction(async (trx) => {
    const sms = await lockSms(trx, message.smsId);
    if (!sms) throw new InvariantBroken(`there is no SMS ${message.smsId}`);
    const request = await lockReview(trx, message.reviewId);
    if (request === undefined || !isOf(request, message)) return dropUnknown(trx, sms, message);
    if (request.effect !== null) return { ...standingOf(sms), answer: request.effect };
    const ruling = await rule(trx, sms, request, message, fourEyes);
    return ruling.ruled === 'applied'
      ? settleApplied(trx, sms, request, ruling.patch)
      : settleRefused(trx, sms, request, ruling);
  });
}

/** The row must say what the message says: an id that somebody saw is not enough to decide with. */
function isOf(request: ReviewRow, message: RequestMessage): boolean {
  const isRestart = request.command === 'reset' || request.command === 'rerun';
  const sameCommand = message.verdict === null ? isRestart : message.verdict === request.command;
  return request.smsId === message.smsId && sameCommand && request.orderId === message.orderId;
}

/** A signal sent by hand, or for another SMS, finds no row: it is dropped, and written down. */
async function dropUnknown(trx: Transaction, sms: SmsRow, message: RequestMessage): Promise<MessageAnswer> {
  await writeAudit(trx, {
    actor: 'workflow',
    byPerson: false,
    action: 'message.dropped',
    smsId: sms.id,
    reason: 'unknown_review',
    after: { review_id: message.reviewId.slice(0, 100), attempt: message.attempt },
  });
  const text = 'no such request was recorded for this SMS: decisions go through the API';
  return {
    ...standingOf(sms),
    answer: { effect: 'refused', code: 'unknown_review', message: text, status: sms.status },
  };
}

async function rule(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  message: RequestMessage,
  fourEyes: FourEyesThresholds,
): Promise<Ruling> {
  if (request.attempt !== sms.attempt || message.attempt !== request.attempt)
    return refuse(
      'stale_attempt',
      `this was asked of attempt ${request.attempt}; the SMS is at attempt ${sms.attempt}`,
    );
  if (!commandsAllowed(sms.status, sms.reviewReason).includes(request.command)) return refuseByStatus(sms);
  return request.command === 'reset' || request.command === 'rerun'
    ? applyReset(trx, sms, request)
    : applyVerdict(trx, sms, request, fourEyes);
}

/** Says what happened instead: who decided and when, or what the SMS waits for. */
function refuseByStatus(sms: SmsRow): Ruling {
  const who = sms.checkedBy === null ? 'the machine' : sms.checkedBy;
  const at = (sms.checkedAt ?? sms.updatedAt).toISOString();
  if (sms.status === 'approved') return refuse('already_approved', `approved by ${who} at ${at}`);
  if (!STATUS_RULES[sms.status].runOpen) return refuse('already_closed', `${sms.status} by ${who} at ${at}`);
  if (sms.status === 'approving' || sms.reviewReason === 'wallet_unknown')
    return refuse('approval_in_flight', 'the wallet was asked and has not answered: only asking again is possible');
  return refuse('not_allowed_in_status', `not possible while the SMS is ${sms.status}${decidedBy(sms)}`);
}

function decidedBy(sms: SmsRow): string {
  return sms.checkedBy === null
    ? ''
    : ` (${sms.checkStatus} by ${sms.checkedBy} at ${sms.checkedAt?.toISOString() ?? ''})`;
}

async function settleApplied(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  patch: SmsPatch,
): Promise<MessageAnswer> {
  const after = Object.keys(patch).length === 0 ? sms : await moveSms(trx, sms, patch);
  const answer: ReviewEffect = { effect: 'applied', status: after.status };
  await recordEffect(trx, request.reviewId, answer, after.brandId);
  await writeAudit(trx, {
    actor: request.reviewer,
    byPerson: true,
    action: `sms.${request.command}`,
    smsId: sms.id,
    subject: `review:${request.reviewId}`,
    reason: request.remark,
    before: auditView(sms),
    after: auditView(after),
  });
  return { ...standingOf(after), answer };
}

async function settleRefused(
  trx: Transaction,
  sms: SmsRow,
  request: ReviewRow,
  ruling: Extract<Ruling, { ruled: 'refused' }>,
): Promise<MessageAnswer> {
  const answer: ReviewEffect = { effect: 'refused', code: ruling.code, message: ruling.message, status: sms.status };
  await recordEffect(trx, request.reviewId, answer, sms.brandId);
  await writeAudit(trx, {
    actor: request.reviewer,
    byPerson: true,
    action: `sms.${request.command}.refused`,
    smsId: sms.id,
    subject: `review:${request.reviewId}`,
    reason: ruling.code,
  });
  return { ...standingOf(sms), answer };
}

function auditView(sms: SmsRow): {
  status: SmsStatus;
  reason: string | null;
  attempt: number;
  order_id: string | null;
  brand_id: string | null;
} {
  return {
    status: sms.status,
    reason: sms.reviewReason,
    attempt: sms.attempt,
    order_id: sms.orderId,
    brand_id: sms.brandId,
  };
}
