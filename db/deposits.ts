/**
 * Recon's view of `wallet.player_deposit`: SELECT is all that its role has there. The wallet is the one writer of money,
 * and the database itself keeps that rule.
 */
import type { CandidateDeposit } from '../domain/match';
import type { Db } from './query';
import { queryRow } from './query';

export interface DepositRecord {
  order_id: string;
  brand_id: string;
  amount_minor: number;
  currency: string;
  account_tail: string | null;
  payer_name: string | null;
  status: string;
  created_at: Date;
  claimed_by: number | null;
}

export const CANDIDATE_COLUMNS = `d.order_id, d.brand_id, d.amount_minor, d.currency, d.account_tail, d.payer_name, d.status, d.created_at,
  m.sms_id AS claimed_by`;
export const CLAIM_OF_CANDIDATE = `LEFT JOIN recon_match m ON m.order_id = d.order_id AND m.released_at IS NULL`;

export function mapDeposit(row: DepositRecord): CandidateDeposit {
  return {
    orderId: row.order_id,
    brandId: row.brand_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    accountTail: row.account_tail,
    payerName: row.payer_name,
    status: row.status,
    createdAt: row.created_at,
    claimedBySmsId: row.claimed_by,
  };
}

export async function findDeposit(db: Db, orderId: string): Promise<CandidateDeposit | undefined> {
  const sql = `SELECT ${CANDIDATE_COLUMNS} FROM wallet.player_deposit d ${CLAIM_OF_CANDIDATE} WHERE d.order_id = :orderId`;
  const row = await queryRow<DepositRecord>(db, sql, { orderId });
  return row && mapDeposit(row);
}

/** More pending deposits of one money than this are ambiguous anyway; unclaimed ones come first, so none of them is cut. */
const CANDIDATE_LIMIT = 50;

/**
 * Pending deposits of the same money in the time window of the row `s` of `shooter_sms`, claimed ones too (they are
 * evidence). Never with SKIP LOCKED: it would hide the second candidate, and an ambiguous SMS would be approved.
 */
export const CANDIDATES_OF_SMS = `SELECT ${CANDIDATE_COLUMNS} FROM wallet.player_deposit d ${CLAIM_OF_CANDIDATE}
  WHERE d.status = 'pending' AND d.currency = s.currency AND d.amount_minor = s.amount_minor
    AND d.created_at >= least(s.received_at, s.ingested_at) - :beforeMs * interval '1 ms'
    AND d.created_at <= least(s.received_at, s.ingested_at) + :waitMs * interval '1 ms'
  ORDER BY (m.sms_id IS NOT NULL), d.created_at, d.order_id LIMIT ${CANDIDATE_LIMIT}`;
