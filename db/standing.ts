/** Reading where a row stands, and writing down what was decided. */
import type { ReviewReason, SmsStatus, Source, Standing, Step } from '../domain/sms';
import type { Db } from './query';
import { json, queryRow, queryRows } from './query';
import { standingOf } from './sms-row';

/** The columns of `StandingRecord`, for a statement that returns them from `shooter_sms s`. */
export const STANDING_COLUMNS = `s.attempt, s.status, s.step, s.review_reason, s.brand_id, s.source, s.wait_until, s.undo_until`;

export interface StandingRecord {
  attempt: number;
  status: SmsStatus;
  step: Step;
  review_reason: ReviewReason | null;
  brand_id: string | null;
  source: Source;
  wait_until: Date | null;
  undo_until: Date | null;
}

export function mapStanding(row: StandingRecord): Standing {
  return standingOf({
    attempt: row.attempt,
    status: row.status,
    step: row.step,
    reviewReason: row.review_reason,
    brandId: row.brand_id,
    source: row.source,
    waitUntil: row.wait_until,
    undoUntil: row.undo_until,
  });
}

/** Undefined where there is no such SMS: a run started by hand with an invented id. */
export async function readStanding(db: Db, smsId: number): Promise<Standing | undefined> {
  const sql = `SELECT ${STANDING_COLUMNS} FROM shooter_sms s WHERE s.id = :smsId`;
  const row = await queryRow<StandingRecord>(db, sql, { smsId });
  return row && mapStanding(row);
}

/** One automatic decision with its inputs; `detail` may hold names and references, which stay in PostgreSQL. */
export interface DecisionRecord {
  readonly smsId: number;
  readonly attempt: number;
  readonly step: string;
  readonly outcome: string;
  readonly detail: unknown;
}

export async function writeDecision(db: Db, record: DecisionRecord): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_decision (sms_id, attempt, step, outcome, detail)
     VALUES (:smsId, :attempt, :step, :outcome, :detail::jsonb)`,
    { ...record, detail: json(record.detail ?? {}) },
  );
}
