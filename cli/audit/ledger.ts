/** The wallet's ledger straight from its tables, for logins that may read them. Recon's own may not, by design. */
import { queryOne, queryRows, type Db } from '../../db/query';
import type { Credit } from './wallet-books';

export async function canReadLedger(db: Db): Promise<boolean> {
  const row = await queryOne<{ readable: boolean }>(
    db,
    `SELECT coalesce(has_table_privilege(to_regclass('wallet.ledger_entry'), 'SELECT')
       AND has_table_privilege(to_regclass('wallet.approval'), 'SELECT'), false) AS readable`,
  );
  return row.readable;
}

export async function readLedger(db: Db): Promise<Credit[]> {
  return queryRows<Credit>(
    db,
    `SELECT e.order_id AS "orderId", e.sms_id AS "smsId", e.entry_id::text AS "ledgerEntryId",
       e.amount_minor AS "amountMinor", e.currency, a.brand_id AS "brandId", a.idempotency_key AS "idempotencyKey"
     FROM wallet.ledger_entry e LEFT JOIN wallet.approval a ON a.ledger_entry_id = e.entry_id
     WHERE e.side = 'credit' ORDER BY e.entry_id`,
  );
}
