/** What recon's rows say about money, for the auditor to hold against the ledger. */
import type { Db } from '../query';
import { queryRow, queryRows } from '../query';

export interface ApprovedSms {
  readonly smsId: string;
  readonly orderId: string | null;
  readonly amountMinor: number | null;
  readonly currency: string | null;
  /** The brand that the wallet was told: the deposit's. */
  readonly brandId: string | null;
  readonly ledgerEntryId: string | null;
}

interface ApprovedRecord {
  sms_id: string;
  order_id: string | null;
  amount_minor: number | null;
  currency: string | null;
  brand_id: string | null;
  ledger_entry_id: string | null;
}

export async function readApprovedSms(trx: Db): Promise<ApprovedSms[]> {
  const rows = await queryRows<ApprovedRecord>(
    trx,
    `SELECT s.id::text AS sms_id, s.order_id, m.amount_minor, m.currency, m.brand_id, h.ledger_entry_id
     FROM shooter_sms s
     LEFT JOIN recon_match m ON m.sms_id = s.id AND m.order_id = s.order_id AND m.released_at IS NULL
     LEFT JOIN recon_handoff h ON h.match_id = m.id
     WHERE s.status = 'approved' ORDER BY s.id`,
  );
  return rows.map((row) => ({
    smsId: row.sms_id,
    orderId: row.order_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    brandId: row.brand_id,
    ledgerEntryId: row.ledger_entry_id,
  }));
}

/** Where an SMS stands towards a deposit that the ledger has credited: `expected` where the rows allow for it. */
export type CreditStanding = 'expected' | 'unexpected' | 'no_such_sms';

/** A credit is expected of an approved SMS, and of one whose question to the wallet is still open. */
export async function readCreditStanding(db: Db, smsId: string, orderId: string): Promise<CreditStanding> {
  const row = await queryRow<{ expected: boolean }>(
    db,
    `SELECT EXISTS (
       SELECT FROM recon_match m JOIN recon_handoff h ON h.match_id = m.id
       WHERE m.sms_id = s.id AND m.order_id = :orderId AND m.released_at IS NULL
         AND (h.state IN ('started', 'unknown') OR (h.state = 'approved' AND s.status = 'approved'))) AS expected
     FROM shooter_sms s WHERE s.id::text = :smsId`,
    { smsId, orderId },
  );
  if (!row) return 'no_such_sms';
  return row.expected ? 'expected' : 'unexpected';
}

/** Orders that recon has asked the wallet about: what is looked up where a wallet cannot list its credits. */
export async function readHandedOverOrders(db: Db): Promise<string[]> {
  const sql = `SELECT DISTINCT order_id FROM recon_handoff ORDER BY order_id`;
  return (await queryRows<{ order_id: string }>(db, sql)).map((row) => row.order_id);
}
