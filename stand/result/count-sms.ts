/** What the rows of recon say: every SMS that was ever acknowledged, and where each is now. */
import { BUCKETS, STATUS_RULES, type Bucket, type ReviewReason, type SmsStatus } from '../../domain/sms';
import type { Db } from '../../db/query';
import { queryOne, queryRows } from '../../db/query';

export interface SmsCounts {
  /** Known from sightings, from the door's answers, or as a row: each once. */
  readonly sms: number;
  readonly buckets: Readonly<Record<Bucket, number>>;
  /** Known, but in no bucket. */
  readonly lost: number;
  readonly byStatus: readonly (readonly [status: SmsStatus, count: number])[];
  /** Of those in `awaiting_review`. */
  readonly byReason: readonly (readonly [reason: ReviewReason, count: number])[];
  readonly approvedByPerson: number;
  readonly approvedMoney: readonly {
    readonly currency: string;
    readonly count: number;
    readonly amountMinor: number;
  }[];
  /** SMS that have been in a status that none of them rests in, by the trail that it leaves. */
  readonly passed: Readonly<Record<'received' | 'matched' | 'approving', number>>;
  /** Sightings beyond the first of an SMS. */
  readonly seenAgain: number;
  /** Orders or SMS with more than one approved handoff. */
  readonly approvedTwice: number;
  /** The newest of a kind, to look at. */
  readonly newest: { readonly inReview: number | null; readonly approved: number | null };
}

interface GroupRecord {
  status: SmsStatus | null;
  review_reason: ReviewReason | null;
  match_kind: string | null;
  count: number;
}

/** Statuses are read apart from what was acknowledged, so that an SMS without one shows as lost. */
const GROUPS_SQL = `WITH known AS (
    SELECT sms_id AS id FROM shooter_sms_sighting
    UNION SELECT sms_id FROM recon_hook_message
    UNION SELECT unnest(:acknowledged::bigint[])
    UNION SELECT id FROM shooter_sms
  )
  SELECT s.status, CASE WHEN s.status = 'awaiting_review' THEN s.review_reason END AS review_reason,
    CASE WHEN s.status = 'approved' THEN s.match_kind END AS match_kind, count(*)::int AS count
  FROM known LEFT JOIN shooter_sms s USING (id) GROUP BY 1, 2, 3`;

const MONEY_SQL = `SELECT currency, count(*)::int AS count, sum(amount_minor)::bigint AS amount_minor
  FROM shooter_sms WHERE status = 'approved' GROUP BY currency ORDER BY count(*) DESC, currency`;

const TRAIL_SQL = `SELECT
  (SELECT count(DISTINCT sms_id) FROM recon_decision WHERE step = 'whitelist')::int AS received,
  (SELECT count(DISTINCT sms_id) FROM recon_decision WHERE step = 'match' AND outcome = 'matched')::int AS matched,
  (SELECT count(DISTINCT sms_id) FROM recon_handoff)::int AS approving,
  (SELECT count(*) - count(DISTINCT sms_id) FROM shooter_sms_sighting)::int AS seen_again,
  (SELECT max(id) FROM shooter_sms WHERE status = 'awaiting_review' AND review_reason = 'ambiguous') AS in_review,
  (SELECT max(id) FROM shooter_sms WHERE status = 'approved') AS approved,
  (SELECT count(*) FROM (
     SELECT order_id FROM recon_handoff WHERE state = 'approved' GROUP BY order_id HAVING count(*) > 1) o)::int
  + (SELECT count(*) FROM (
     SELECT sms_id FROM recon_handoff WHERE state = 'approved' GROUP BY sms_id HAVING count(*) > 1) s)::int AS approved_twice`;

interface TrailRecord {
  received: number;
  matched: number;
  approving: number;
  seen_again: number;
  in_review: number | null;
  approved: number | null;
  approved_twice: number;
}

/** `acknowledged`: ids that the door has answered with. One snapshot for all of it, while SMS move on. */
export async function countSms(db: Db, acknowledged: readonly number[]): Promise<SmsCounts> {
  return db.transaction(
    async (trx) => {
      const groups = await queryRows<GroupRecord>(trx, GROUPS_SQL, { acknowledged });
      const money = await queryRows<{ currency: string; count: number; amount_minor: number }>(trx, MONEY_SQL);
      const trail = await queryOne<TrailRecord>(trx, TRAIL_SQL);
      const { received, matched, approving } = trail;
      return {
        ...countGroups(groups),
        approvedMoney: money.map((row) => ({ ...row, amountMinor: row.amount_minor })),
        passed: { received, matched, approving },
        seenAgain: trail.seen_again,
        approvedTwice: trail.approved_twice,
        newest: { inReview: trail.in_review, approved: trail.approved },
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function countGroups(groups: readonly GroupRecord[]) {
  const sum = (fits: (group: GroupRecord) => boolean) =>
    groups.filter(fits).reduce((total, { count }) => total + count, 0);
  const inBucket = (bucket: Bucket) => sum(({ status }) => status !== null && STATUS_RULES[status].bucket === bucket);
  const buckets = {
    open: inBucket('open'),
    review: inBucket('review'),
    closed: inBucket('closed'),
    approved: inBucket('approved'),
  };
  const sms = sum(() => true);
  return {
    sms,
    buckets,
    lost: sms - BUCKETS.reduce((total, bucket) => total + buckets[bucket], 0),
    byStatus: tally(groups, ({ status }) => status),
    byReason: tally(groups, ({ review_reason: reason }) => reason),
    approvedByPerson: sum(({ match_kind: kind }) => kind === 'manual' || kind === 'forced'),
  };
}

/** Most frequent first. */
function tally<Word extends string>(groups: readonly GroupRecord[], wordOf: (group: GroupRecord) => Word | null) {
  const counts = new Map<Word, number>();
  for (const group of groups) {
    const word = wordOf(group);
    if (word !== null) counts.set(word, (counts.get(word) ?? 0) + group.count);
  }
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b));
}
