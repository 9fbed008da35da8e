/**
 * People's requests that had no effect yet: the API was told to wait no longer, a worker was away, a signal was lost. Told
 * again to the run, or applied to the rows where the run is closed.
 */
import { STATUS_RULES, VERDICTS } from '../../domain/sms';
import type { FourEyesThresholds } from '../../domain/review';
import type { Db } from '../../db/query';
import { claimUndelivered, type ReviewRow } from '../../db/reviews';
import { findSms } from '../../db/sms-row';
import { applyRequest } from '../../db/transitions/apply-request';
import type { SmsStarter } from '../../intake/ports';
import type { Signaller } from './signals';

export interface RedeliverDeps {
  readonly db: Db;
  readonly signaller: Signaller;
  readonly starter: SmsStarter;
  readonly fourEyes: FourEyesThresholds;
  /** Milliseconds since the last delivery: longer than the API waits for an answer. */
  readonly olderThanMs: number;
}

const BATCH = 100;

/** Gives how many it delivered. */
export async function redeliverRequests(deps: RedeliverDeps): Promise<number> {
  const rows = await claimUndelivered(deps.db, deps.olderThanMs, BATCH);
  for (const row of rows) await redeliver(deps, row);
  return rows.length;
}

async function redeliver(deps: RedeliverDeps, row: ReviewRow): Promise<void> {
  const sms = await findSms(deps.db, row.smsId);
  if (!sms) return;
  if (STATUS_RULES[sms.status].runOpen) {
    // Not running: the sweeper starts the run, and the next round delivers.
    await deps.signaller.review(row);
    return;
  }
  const verdict = VERDICTS.find((known) => known === row.command) ?? null;
  const { smsId, reviewId, attempt, orderId } = row;
  const after = await applyRequest(deps.db, { smsId, reviewId, attempt, verdict, orderId }, deps.fourEyes);
  if (after.answer.effect === 'applied' && STATUS_RULES[after.status].runOpen)
    await deps.starter.startAgain(
      { smsId, attempt: after.attempt, startAt: after.step, requestId: reviewId },
      sms.source,
    );
}
