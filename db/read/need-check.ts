/** The queue of people's work, counted over its own index. */
import { NEED_CHECK_STATUSES, type ReviewReason, type SmsStatus } from '../../domain/sms';
import type { Db } from '../query';
import { queryOne, queryRows } from '../query';

/** As the index's condition is written, or the planner would not use it. */
export const NEED_CHECK_CONDITION = `s.status IN (${NEED_CHECK_STATUSES.map((status) => `'${status}'`).join(', ')})`;

export interface NeedCheckReading {
  readonly count: number;
  /** Seconds since the SMS that waits the longest came to where it stands; 0 where none waits. */
  readonly oldestAgeSeconds: number;
}

export async function readNeedCheck(db: Db): Promise<NeedCheckReading> {
  const row = await queryOne<{ count: number; oldest: number }>(
    db,
    `SELECT count(*) AS count, coalesce(extract(epoch FROM now() - min(s.updated_at)), 0)::float8 AS oldest
     FROM shooter_sms s WHERE ${NEED_CHECK_CONDITION}`,
  );
  return { count: row.count, oldestAgeSeconds: Math.max(0, row.oldest) };
}

export interface TopInfo extends NeedCheckReading {
  readonly byReason: Readonly<Partial<Record<ReviewReason | SmsStatus, number>>>;
  /** How many have waited longer than the time that was promised. */
  readonly overdue: number;
  readonly open: number;
  readonly waitingForDeposit: number;
  readonly decisionPending: number;
}

interface WaitingRecord {
  status: SmsStatus;
  review_reason: ReviewReason | null;
  count: number;
  overdue: number;
  oldest: number;
}

/** What a person sees first: how much waits for him, why, and since when. */
export async function readTopInfo(db: Db, slaMs: number): Promise<TopInfo> {
  const waiting = await queryRows<WaitingRecord>(
    db,
    `SELECT s.status, CASE WHEN s.status = 'awaiting_review' THEN s.review_reason END AS review_reason, count(*) AS count,
       count(*) FILTER (WHERE s.updated_at < now() - :slaMs * interval '1 millisecond') AS overdue,
       extract(epoch FROM now() - min(s.updated_at))::float8 AS oldest
     FROM shooter_sms s WHERE ${NEED_CHECK_CONDITION} GROUP BY 1, 2`,
    { slaMs },
  );
  const moving = await queryOne<{ open: number; waiting: number; pending: number }>(
    db,
    `SELECT count(*) FILTER (WHERE status <> 'decision_pending') AS open,
       count(*) FILTER (WHERE status = 'waiting_for_deposit') AS waiting,
       count(*) FILTER (WHERE status = 'decision_pending') AS pending
     FROM shooter_sms WHERE status IN ('received', 'matched', 'approving', 'waiting_for_deposit', 'decision_pending')`,
  );
  return {
    count: sum(waiting.map((row) => row.count)),
    oldestAgeSeconds: Math.max(0, ...waiting.map((row) => row.oldest)),
    byReason: Object.fromEntries(waiting.map((row) => [row.review_reason ?? row.status, row.count])),
    overdue: sum(waiting.map((row) => row.overdue)),
    open: moving.open,
    waitingForDeposit: moving.waiting,
    decisionPending: moving.pending,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
