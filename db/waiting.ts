/** SMS that wait for a deposit, and who of them a deposit would wake. */
import type { Db } from './query';
import { queryRows } from './query';

export interface WaitingSms {
  readonly smsId: number;
  readonly attempt: number;
  readonly orderId: string;
}

interface WaitingRecord {
  id: number;
  attempt: number;
  order_id: string;
}

const mapWaiting = (row: WaitingRecord): WaitingSms => ({ smsId: row.id, attempt: row.attempt, orderId: row.order_id });

/**
 * Joins waiting SMS with pending deposits of their money. No cursor: a deposit that commits late would slip past one. The
 * belt behind NOTIFY, run every few seconds and after every reconnect. Account and time fit already, so that whoever is
 * woken stops waiting: matched, or put before a person.
 */
export async function findWakeable(db: Db, beforeMs: number, limit: number): Promise<WaitingSms[]> {
  const rows = await queryRows<WaitingRecord>(
    db,
    `SELECT DISTINCT ON (s.id) s.id, s.attempt, d.order_id FROM shooter_sms s
     JOIN wallet.player_deposit d ON d.status = 'pending' AND d.currency = s.currency AND d.amount_minor = s.amount_minor
     WHERE s.status = 'waiting_for_deposit' AND s.order_id IS NULL
       AND d.created_at BETWEEN least(s.received_at, s.ingested_at) - :beforeMs * interval '1 millisecond' AND s.wait_until
       AND (s.account_tail IS NULL OR d.account_tail IS NULL OR right(s.account_tail, length(d.account_tail)) = d.account_tail
            OR right(d.account_tail, length(s.account_tail)) = s.account_tail)
       AND NOT EXISTS (SELECT FROM recon_match m WHERE m.order_id = d.order_id AND m.released_at IS NULL)
     ORDER BY s.id, d.created_at LIMIT :limit`,
    { beforeMs, limit },
  );
  return rows.map(mapWaiting);
}

/** Who waits for exactly this money: asked when a deposit is announced. */
export async function findWaitingFor(
  db: Db,
  deposit: { readonly orderId: string; readonly currency: string; readonly amountMinor: number },
): Promise<WaitingSms[]> {
  const rows = await queryRows<WaitingRecord>(
    db,
    `SELECT s.id, s.attempt, :orderId::text AS order_id FROM shooter_sms s
     WHERE s.status = 'waiting_for_deposit' AND s.order_id IS NULL AND s.currency = :currency AND s.amount_minor = :amountMinor
     ORDER BY s.id LIMIT 100`,
    deposit,
  );
  return rows.map(mapWaiting);
}
