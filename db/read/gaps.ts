/** Gaps in balances for people: lists newest first, and what one of them could be. */
import { depositWindow, type GapPolicy, type GapStatus } from '../../domain/balance-gap';
import type { CandidateDeposit } from '../../domain/match';
import { GAP_COLUMNS, type GapRow } from '../balance-gaps';
import { CANDIDATE_COLUMNS, CLAIM_OF_CANDIDATE, mapDeposit, type DepositRecord } from '../deposits';
import type { Db } from '../query';
import { queryOne, queryRows } from '../query';

export interface GapInList extends GapRow {
  /** The phone's clock at the SMS before and after: the missing one came between them. */
  readonly afterTime: Date;
  readonly beforeTime: Date;
}

export interface GapPage {
  readonly items: readonly GapInList[];
  /** Null: this was the last page. */
  readonly nextBefore: number | null;
}

const SELECT = `SELECT ${GAP_COLUMNS}, b.received_at AS "afterTime", a.received_at AS "beforeTime"
  FROM recon_balance_gap g JOIN shooter_sms b ON b.id = g.before_sms_id JOIN shooter_sms a ON a.id = g.after_sms_id`;

/** Without statuses: all. */
export async function listGaps(
  db: Db,
  given: { readonly statuses: readonly GapStatus[]; readonly before: number | null; readonly limit: number },
): Promise<GapPage> {
  const rows = await queryRows<GapInList>(
    db,
    `${SELECT} WHERE g.id < :before AND (cardinality(:statuses::text[]) = 0 OR g.status = ANY(:statuses::text[]))
     ORDER BY g.id DESC LIMIT :limit`,
    { statuses: given.statuses, before: given.before ?? Number.MAX_SAFE_INTEGER, limit: given.limit + 1 },
  );
  const items = rows.slice(0, given.limit);
  return { items, nextBefore: rows.length > given.limit ? (items.at(-1)?.id ?? null) : null };
}

export async function readGap(db: Db, id: number): Promise<GapInList | undefined> {
  const [gap] = await queryRows<GapInList>(db, `${SELECT} WHERE g.id = :id`, { id });
  return gap;
}

/** What waits for a person; those that a back-fill may mend yet do not. */
export async function countGaps(db: Db): Promise<number> {
  const sql = `SELECT count(*) AS count FROM recon_balance_gap WHERE status = 'awaiting_review'`;
  return (await queryOne<{ count: number }>(db, sql)).count;
}

const CANDIDATE_LIMIT = 50;

/** Pending deposits of the missing money in its window of time, unclaimed ones first. None where debits are missing. */
export async function findGapCandidates(db: Db, gap: GapInList, policy: GapPolicy): Promise<CandidateDeposit[]> {
  if (gap.missingMinor <= 0) return [];
  const rows = await queryRows<DepositRecord>(
    db,
    `SELECT ${CANDIDATE_COLUMNS} FROM wallet.player_deposit d ${CLAIM_OF_CANDIDATE}
     WHERE d.status = 'pending' AND d.currency = :currency AND d.amount_minor = :amountMinor
       AND d.created_at BETWEEN :from AND :to
     ORDER BY (m.sms_id IS NOT NULL), d.created_at, d.order_id LIMIT ${CANDIDATE_LIMIT}`,
    { currency: gap.currency, amountMinor: gap.missingMinor, ...depositWindow(gap, policy) },
  );
  return rows.map(mapDeposit);
}
