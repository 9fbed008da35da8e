/**
 * The one way to change an SMS's row outside the straight path: a patch under the row's lock, with the outbox entry where
 * the change matters to people. Callers hold the lock (`lockSms`) and have checked status and attempt.
 */
import { STATUS_RULES, type SmsStatus } from '../domain/sms';
import type { Transaction } from './query';
import { queryOne } from './query';
import { writeOutbox } from './outbox';
import { mapSms, SMS_COLUMNS, type SmsRecord, type SmsRow } from './sms-row';

export type SmsPatch = Partial<
  Pick<
    SmsRecord,
    | 'status'
    | 'step'
    | 'review_reason'
    | 'phone_id'
    | 'template_id'
    | 'template_version'
    | 'bank'
    | 'amount_minor'
    | 'currency'
    | 'account_tail'
    | 'payer_name'
    | 'reference'
    | 'balance_minor'
    | 'occurred_at'
    | 'brand_id'
    | 'brand_origin'
    | 'order_id'
    | 'match_kind'
    | 'check_status'
    | 'checked_by'
    | 'checked_at'
    | 'remark'
    | 'attempt'
    | 'auto_hold'
    | 'waiting_since'
    | 'wait_until'
    | 'pending_verdict'
    | 'undo_until'
    | 'run_started_at'
  >
>;

export async function moveSms(trx: Transaction, before: SmsRow, patch: SmsPatch): Promise<SmsRow> {
  const columns = Object.keys(patch);
  const sql = `UPDATE shooter_sms s SET ${columns.map((column) => `${column} = :${column}`).join(', ')}, updated_at = now()
    WHERE s.id = :smsId RETURNING ${SMS_COLUMNS}`;
  const after = mapSms(await queryOne<SmsRecord>(trx, sql, { ...withNulls(patch), smsId: before.id }));
  await announce(trx, before, after);
  return after;
}

function withNulls(patch: SmsPatch): Record<string, string | number | Date | null> {
  return Object.fromEntries(Object.entries(patch).map(([column, value]) => [column, value ?? null]));
}

/** Only what changes a person's queue leaves the house: the straight path from received to approved writes nothing. */
async function announce(trx: Transaction, before: SmsRow, after: SmsRow): Promise<void> {
  if (!matters(before.status) && !matters(after.status)) return;
  if (before.status === after.status && before.reviewReason === after.reviewReason && before.attempt === after.attempt)
    return;
  await writeOutbox(trx, {
    topic: 'sms.status',
    key: `sms:${after.id}:${after.attempt}:${after.status}:${after.reviewReason ?? '-'}`,
    payload: {
      sms_id: after.id,
      attempt: after.attempt,
      status: after.status,
      review_reason: after.status === 'awaiting_review' ? after.reviewReason : null,
      needs_check: STATUS_RULES[after.status].needsCheck,
    },
  });
}

function matters(status: SmsStatus): boolean {
  return STATUS_RULES[status].bucket === 'review';
}
