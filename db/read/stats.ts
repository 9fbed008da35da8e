/** Conservation: what came in is what is approved, in review, closed or open; whatever is missing from that is lost. */
import { BUCKETS, STATUS_RULES, type Bucket, type ReviewReason, type SmsStatus } from '../../domain/sms';
import type { Db } from '../query';
import { queryOne, queryRows } from '../query';
import { rangeBindings, rangeCondition, type TimeRange } from './time-range';

export interface Counts {
  /** Counted from the sightings, without a look at any status. */
  readonly received: number;
  readonly byBucket: Readonly<Record<Bucket, number>>;
  readonly lost: number;
  readonly byStatus: Readonly<Partial<Record<SmsStatus, number>>>;
  /** Of those that await review now. */
  readonly byReason: Readonly<Partial<Record<ReviewReason, number>>>;
}

interface CountRecord {
  status: SmsStatus;
  review_reason: ReviewReason | null;
  count: number;
}

/** By the time at which the SMS came in. Both sides are read from one snapshot, or a burst would look like a loss. */
export async function readCounts(db: Db, range: TimeRange): Promise<Counts> {
  return db.transaction(
    async (trx) => {
      const received = await countReceived(trx, range);
      const rows = await countByStatus(trx, range);
      const byBucket = Object.fromEntries(BUCKETS.map((bucket) => [bucket, sumOf(rows, bucket)]));
      const { approved = 0, review = 0, closed = 0, open = 0 } = byBucket;
      return {
        received,
        byBucket: { approved, review, closed, open },
        lost: received - (approved + review + closed + open),
        byStatus: tally(rows, (row) => row.status),
        byReason: tally(rows, (row) => row.review_reason),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

/** An SMS and its first sighting are written in one transaction, so they have one time. */
async function countReceived(db: Db, range: TimeRange): Promise<number> {
  const unbounded = range.from === null && range.to === null;
  const sql = unbounded
    ? `SELECT count(DISTINCT sms_id) AS count FROM shooter_sms_sighting`
    : `SELECT count(*) AS count FROM (
         SELECT min(s.seen_at) AS ingested_at FROM (
           SELECT g.sms_id AS id, g.seen_at FROM shooter_sms_sighting g) s
         WHERE ${rangeCondition(range, 'ids')} GROUP BY s.id) s
       WHERE ${rangeCondition(range, 'times')}`;
  return (await queryOne<{ count: number }>(db, sql, unbounded ? {} : rangeBindings(range))).count;
}

async function countByStatus(db: Db, range: TimeRange): Promise<CountRecord[]> {
  return queryRows<CountRecord>(
    db,
    `SELECT s.status, CASE WHEN s.status = 'awaiting_review' THEN s.review_reason END AS review_reason, count(*) AS count
     FROM shooter_sms s WHERE ${rangeCondition(range, 'times')} GROUP BY 1, 2`,
    rangeBindings(range),
  );
}

function sumOf(rows: readonly CountRecord[], bucket: Bucket): number {
  return rows.filter((row) => STATUS_RULES[row.status].bucket === bucket).reduce((total, row) => total + row.count, 0);
}

function tally<Key extends string>(
  rows: readonly CountRecord[],
  keyOf: (row: CountRecord) => Key | null,
): Partial<Record<Key, number>> {
  const counts: Partial<Record<Key, number>> = {};
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) counts[key] = (counts[key] ?? 0) + row.count;
  }
  return counts;
}
