/** Open rows whose run may not be running, by the row's own column: nobody asks Temporal what it still remembers. */
import { OPEN_RUN_STATUSES, type Source } from '../domain/sms';
import type { Db } from './query';
import { queryRows } from './query';

export interface SweptSms {
  readonly smsId: number;
  readonly attempt: number;
  readonly source: Source;
  /** False where no run has ever reached its first step. */
  readonly everRan: boolean;
}

const OPEN = OPEN_RUN_STATUSES.map((status) => `'${status}'`).join(', ');

/**
 * Claims open rows that were not looked at for a while: `graceMs` after they came in (intake may still be starting the run),
 * then every `recheckMs`. A claim moves `run_checked_at`, so that copies of the loop share the work.
 */
export async function claimForSweep(
  db: Db,
  options: { readonly graceMs: number; readonly recheckMs: number; readonly limit: number },
): Promise<SweptSms[]> {
  const rows = await queryRows<{ id: number; attempt: number; source: Source; ever_ran: boolean }>(
    db,
    `UPDATE shooter_sms s SET run_checked_at = now() FROM (
       SELECT id FROM shooter_sms
       WHERE status IN (${OPEN})
         AND run_checked_at < now() - CASE WHEN run_checked_at = ingested_at THEN :graceMs::float8 ELSE :recheckMs::float8 END * interval '1 millisecond'
       ORDER BY run_checked_at LIMIT :limit FOR UPDATE SKIP LOCKED) due
     WHERE s.id = due.id
     RETURNING s.id, s.attempt, s.source, s.run_started_at IS NOT NULL AS ever_ran`,
    options,
  );
  return rows.map((row) => ({ smsId: row.id, attempt: row.attempt, source: row.source, everRan: row.ever_ran }));
}

/** Gives a claim back: Temporal was away, and the rows are due again at once. */
export async function unclaimSweep(db: Db, smsIds: readonly number[]): Promise<void> {
  await queryRows(db, `UPDATE shooter_sms SET run_checked_at = ingested_at WHERE id = ANY(:smsIds::bigint[])`, {
    smsIds,
  });
}
