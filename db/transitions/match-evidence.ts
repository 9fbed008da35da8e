/** What matching looks at beside the SMS itself, read under the advisory lock of its money. */
import type { MatchEvidence, MatchPolicy } from '../../domain/match';
import { depositLockKeySql } from '../../service/lock-keys';
import { CANDIDATES_OF_SMS, mapDeposit, type DepositRecord } from '../deposits';
import type { Transaction } from '../query';
import { prepared, queryOne, queryRow, queryRows } from '../query';
import { mapSms, SMS_COLUMNS, type SmsRecord, type SmsRow } from '../sms-row';

/** The match step of an attempt, as a condition on the row `s`: a waiting SMS stands there again and again. */
const IS_AT_MATCH = `((s.status = 'received' AND s.step = 'match') OR s.status = 'waiting_for_deposit')`;

export interface Evidence extends MatchEvidence {
  /** The template's limit of automatic approvals in one UTC day, in minor units; null: none. */
  readonly dailyLimitMinor: number | null;
  readonly approvedTodayMinor: number;
}

/** Timestamps come as ISO texts, since they travel in JSON. */
type InJson<Row> = { [Column in keyof Row]: Row[Column] extends Date ? string : Row[Column] };

interface RivalRecord {
  id: number;
  account_tail: string | null;
  payer_name: string | null;
  received_at: string;
  ingested_at: string;
}

interface EvidenceRecord extends SmsRecord {
  candidates: InJson<DepositRecord>[] | null;
  rivals: RivalRecord[] | null;
  same_reference: number | null;
  daily_limit_minor: number | null;
}

/**
 * Rivals have been through matching and stand unmatched: an SMS still on its way does not hold back the one before it
 * (of fifty for one deposit the first is matched), but two that wait for the same money are a person's to tell apart.
 * One that came in before the window began can fit no candidate: candidates begin there, and a rival's window ends WAIT after it.
 */
const RIVALS_OF_SMS = `SELECT r.id, r.account_tail, r.payer_name, r.received_at, r.ingested_at FROM shooter_sms r
  WHERE r.currency = s.currency AND r.amount_minor = s.amount_minor AND r.order_id IS NULL AND r.id <> s.id
    AND r.status IN ('waiting_for_deposit', 'awaiting_review')
    AND (r.status = 'waiting_for_deposit' OR r.review_reason IN ('unmatched', 'ambiguous', 'possible_duplicate'))
    AND r.ingested_at >= least(s.received_at, s.ingested_at) - (:beforeMs::float8 + :waitMs::float8) * interval '1 ms'
  ORDER BY r.id LIMIT 100`;

/** All of the evidence in one statement, hence of one moment. */
export const EVIDENCE_SQL = `SELECT ${SMS_COLUMNS},
    (SELECT json_agg(candidate) FROM (${CANDIDATES_OF_SMS}) candidate) AS candidates,
    (SELECT json_agg(rival) FROM (${RIVALS_OF_SMS}) rival) AS rivals,
    (SELECT m.sms_id FROM recon_match m
      WHERE m.released_at IS NULL AND m.bank = s.bank AND m.currency = s.currency AND m.reference = s.reference
        AND m.sms_id <> s.id LIMIT 1) AS same_reference,
    (SELECT v.daily_limit_minor FROM shooter_template_recharge t
       JOIN shooter_template_recharge_version v ON v.template_id = t.id AND v.version = t.current_version
      WHERE t.id = s.template_id) AS daily_limit_minor
  FROM shooter_sms s WHERE s.id = :smsId AND s.attempt = :attempt AND ${IS_AT_MATCH}`;

const LOCK_MONEY = prepared(
  'lock_money',
  `SELECT pg_advisory_xact_lock(hashtextextended(${depositLockKeySql('s.currency', 's.amount_minor')}, 0))
   FROM shooter_sms s WHERE s.id = :smsId AND s.attempt = :attempt AND ${IS_AT_MATCH}`,
);
const READ_EVIDENCE = prepared('read_evidence', EVIDENCE_SQL);

/**
 * Takes the lock in a statement of its own: what is read afterwards is as it stands once the lock is held. Undefined where
 * the row is not at the match step of this attempt.
 */
export async function gatherEvidence(
  trx: Transaction,
  ref: { readonly smsId: number; readonly attempt: number },
  { beforeMs, waitMs }: MatchPolicy,
): Promise<{ readonly sms: SmsRow; readonly evidence: Evidence } | undefined> {
  await queryRows(trx, LOCK_MONEY, ref);
  const row = await queryRow<EvidenceRecord>(trx, READ_EVIDENCE, { ...ref, beforeMs, waitMs });
  if (!row) return undefined;
  const { candidates, rivals, daily_limit_minor: dailyLimitMinor } = row;
  return {
    sms: mapSms(row),
    evidence: {
      candidates: (candidates ?? []).map((found) => mapDeposit({ ...found, created_at: new Date(found.created_at) })),
      rivals: (rivals ?? []).map((rival) => ({
        smsId: rival.id,
        accountTail: rival.account_tail,
        payerName: rival.payer_name,
        receivedAt: new Date(rival.received_at),
        ingestedAt: new Date(rival.ingested_at),
      })),
      sameReferenceSmsId: row.same_reference,
      dailyLimitMinor,
      approvedTodayMinor: dailyLimitMinor === null ? 0 : await approvedToday(trx, row.template_id),
    },
  };
}

/**
 * Under a lock of the template, or two matches at once would each see room for one. What was only proposed takes no room:
 * one great payment would stop every small one after it for the rest of the day.
 */
async function approvedToday(trx: Transaction, templateId: number | null): Promise<number> {
  const key = `recon:template:${templateId}`;
  await queryRows(trx, `SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))`, { key });
  const { total } = await queryOne<{ total: number }>(
    trx,
    `SELECT coalesce(sum(m.amount_minor), 0)::bigint AS total FROM recon_match m JOIN shooter_sms s ON s.id = m.sms_id
     WHERE m.template_id = :templateId AND m.kind = 'auto' AND m.released_at IS NULL
       AND s.review_reason IS DISTINCT FROM 'proposed'
       AND m.created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`,
    { templateId },
  );
  return total;
}
