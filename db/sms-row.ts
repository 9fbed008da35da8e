/** The row of an SMS, and the one place where its snake_case ends. */
import type { ReviewReason, SmsStatus, Source, Standing, Step } from '../domain/sms';
import type { Db } from './query';
import { queryRow } from './query';

export interface SmsRow {
  readonly id: number;
  readonly source: Source;
  readonly sourceAccount: string;
  readonly deviceId: number | null;
  readonly sender: string;
  readonly senderNormal: string;
  readonly body: string | null;
  readonly receivedAt: Date;
  readonly ingestedAt: Date;
  readonly fingerprint: string;
  readonly status: SmsStatus;
  readonly step: Step;
  readonly reviewReason: ReviewReason | null;
  readonly phoneId: number | null;
  readonly templateId: number | null;
  readonly templateVersion: number | null;
  readonly bank: string | null;
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly accountTail: string | null;
  readonly payerName: string | null;
  readonly reference: string | null;
  readonly balanceMinor: number | null;
  readonly occurredAt: Date | null;
  readonly brandId: string | null;
  readonly brandOrigin: 'backfill' | 'match' | null;
  readonly orderId: string | null;
  readonly matchKind: 'auto' | 'manual' | 'forced' | null;
  readonly checkStatus: 'unchecked' | 'approved' | 'rejected' | 'abandoned' | 'retried';
  readonly checkedBy: string | null;
  readonly checkedAt: Date | null;
  readonly remark: string | null;
  readonly attempt: number;
  readonly autoHold: 'possible_duplicate' | 'person_decided' | null;
  readonly duplicateOf: number | null;
  readonly waitingSince: Date | null;
  readonly waitUntil: Date | null;
  readonly pendingVerdict: 'approve' | 'reject' | 'abandon' | null;
  readonly undoUntil: Date | null;
  readonly workflowId: string;
  readonly runStartedAt: Date | null;
  readonly updatedAt: Date;
}

export const SMS_COLUMNS = `s.id, s.source, s.source_account, s.device_id, s.sender, s.sender_normal, s.body, s.received_at,
  s.ingested_at, s.fingerprint, s.status, s.step, s.review_reason, s.phone_id, s.template_id, s.template_version, s.bank,
  s.amount_minor, s.currency, s.account_tail, s.payer_name, s.reference, s.balance_minor, s.occurred_at, s.brand_id,
  s.brand_origin, s.order_id, s.match_kind, s.check_status, s.checked_by, s.checked_at, s.remark, s.attempt, s.auto_hold,
  s.duplicate_of, s.waiting_since, s.wait_until, s.pending_verdict, s.undo_until, s.workflow_id, s.run_started_at,
  s.updated_at`;

export interface SmsRecord {
  id: number;
  source: Source;
  source_account: string;
  device_id: number | null;
  sender: string;
  sender_normal: string;
  body: string | null;
  received_at: Date;
  ingested_at: Date;
  fingerprint: string;
  status: SmsStatus;
  step: Step;
  review_reason: ReviewReason | null;
  phone_id: number | null;
  template_id: number | null;
  template_version: number | null;
  bank: string | null;
  amount_minor: number | null;
  currency: string | null;
  account_tail: string | null;
  payer_name: string | null;
  reference: string | null;
  balance_minor: number | null;
  occurred_at: Date | null;
  brand_id: string | null;
  brand_origin: 'backfill' | 'match' | null;
  order_id: string | null;
  match_kind: 'auto' | 'manual' | 'forced' | null;
  check_status: 'unchecked' | 'approved' | 'rejected' | 'abandoned' | 'retried';
  checked_by: string | null;
  checked_at: Date | null;
  remark: string | null;
  attempt: number;
  auto_hold: 'possible_duplicate' | 'person_decided' | null;
  duplicate_of: number | null;
  waiting_since: Date | null;
  wait_until: Date | null;
  pending_verdict: 'approve' | 'reject' | 'abandon' | null;
  undo_until: Date | null;
  workflow_id: string;
  run_started_at: Date | null;
  updated_at: Date;
}

export function mapSms(row: SmsRecord): SmsRow {
  return {
    id: row.id,
    source: row.source,
    sourceAccount: row.source_account,
    deviceId: row.device_id,
    sender: row.sender,
    senderNormal: row.sender_normal,
    body: row.body,
    receivedAt: row.received_at,
    ingestedAt: row.ingested_at,
    fingerprint: row.fingerprint,
    status: row.status,
    step: row.step,
    reviewReason: row.review_reason,
    phoneId: row.phone_id,
    templateId: row.template_id,
    templateVersion: row.template_version,
    bank: row.bank,
    amountMinor: row.amount_minor,
    currency: row.currency,
    accountTail: row.account_tail,
    payerName: row.payer_name,
    reference: row.reference,
    balanceMinor: row.balance_minor,
    occurredAt: row.occurred_at,
    brandId: row.brand_id,
    brandOrigin: row.brand_origin,
    orderId: row.order_id,
    matchKind: row.match_kind,
    checkStatus: row.check_status,
    checkedBy: row.checked_by,
    checkedAt: row.checked_at,
    remark: row.remark,
    attempt: row.attempt,
    autoHold: row.auto_hold,
    duplicateOf: row.duplicate_of,
    waitingSince: row.waiting_since,
    waitUntil: row.wait_until,
    pendingVerdict: row.pending_verdict,
    undoUntil: row.undo_until,
    workflowId: row.workflow_id,
    runStartedAt: row.run_started_at,
    updatedAt: row.updated_at,
  };
}

export async function findSms(db: Db, smsId: number): Promise<SmsRow | undefined> {
  const row = await queryRow<SmsRecord>(db, `SELECT ${SMS_COLUMNS} FROM shooter_sms s WHERE s.id = :smsId`, { smsId });
  return row && mapSms(row);
}

/** Locks the row until the transaction ends: every decision by a person, and every release of a match, starts here. */
export async function lockSms(db: Db, smsId: number): Promise<SmsRow | undefined> {
  const sql = `SELECT ${SMS_COLUMNS} FROM shooter_sms s WHERE s.id = :smsId FOR UPDATE`;
  const row = await queryRow<SmsRecord>(db, sql, { smsId });
  return row && mapSms(row);
}

/** How often a run whose wallet answer is unknown looks at its row again, in milliseconds: a late answer may have settled it. */
const UNKNOWN_LOOK_AGAIN_MS = 15 * 60_000;

/** What the workflow is told of a row: ids and verdicts only. */
export function standingOf(
  row: Pick<SmsRow, 'attempt' | 'status' | 'step' | 'reviewReason' | 'brandId' | 'source' | 'waitUntil' | 'undoUntil'>,
  now: Date = new Date(),
): Standing {
  return {
    attempt: row.attempt,
    status: row.status,
    step: row.step,
    reason: row.status === 'awaiting_review' ? row.reviewReason : null,
    brandId: row.brandId,
    source: row.source,
    waitMs: waitMsOf(row, now),
  };
}

function waitMsOf(row: Pick<SmsRow, 'status' | 'reviewReason' | 'waitUntil' | 'undoUntil'>, now: Date): number | null {
  const until = (at: Date | null) => Math.max(0, (at?.getTime() ?? 0) - now.getTime());
  if (row.status === 'waiting_for_deposit') return until(row.waitUntil);
  if (row.status === 'decision_pending') return until(row.undoUntil);
  return row.status === 'awaiting_review' && row.reviewReason === 'wallet_unknown' ? UNKNOWN_LOOK_AGAIN_MS : null;
}
