/** The ledger's credits in the order of their entries, each with the approval and the deposit behind it: what auditors read. */
import type { Knex } from 'knex';
import type { DepositStatus } from './deposits';

export interface LedgerCredit {
  readonly entryId: number;
  readonly orderId: string;
  readonly smsId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly creditedAt: Date;
  /** Null where no approval names this entry: the audit calls that a violation. */
  readonly approval: { readonly idempotencyKey: string; readonly brandId: string; readonly approvedAt: Date } | null;
  /** Null only where the rows were tampered with. */
  readonly deposit: {
    readonly status: DepositStatus;
    readonly amountMinor: number;
    readonly currency: string;
    readonly brandId: string;
  } | null;
}

interface CreditRow {
  entry_id: number;
  order_id: string;
  sms_id: string;
  amount_minor: number;
  currency: string;
  created_at: Date;
  idempotency_key: string | null;
  approval_brand_id: string;
  approved_at: Date;
  deposit_status: DepositStatus | null;
  deposit_amount_minor: number;
  deposit_currency: string;
  deposit_brand_id: string;
}

/** Entries after `afterEntryId`. One that commits while a reader pages may be missed; one that was there before never is. */
export async function listCredits(knex: Knex, afterEntryId: number, limit: number): Promise<LedgerCredit[]> {
  const { rows } = await knex.raw<{ rows: CreditRow[] }>(
    `SELECT e.entry_id, e.order_id, e.sms_id, e.amount_minor, e.currency, e.created_at,
       a.idempotency_key, a.brand_id AS approval_brand_id, a.approved_at,
       d.status AS deposit_status, d.amount_minor AS deposit_amount_minor, d.currency AS deposit_currency,
       d.brand_id AS deposit_brand_id
     FROM wallet.ledger_entry e
     LEFT JOIN wallet.approval a ON a.ledger_entry_id = e.entry_id
     LEFT JOIN wallet.player_deposit d ON d.order_id = e.order_id
     WHERE e.side = 'credit' AND e.entry_id > :afterEntryId
     ORDER BY e.entry_id LIMIT :limit`,
    { afterEntryId, limit },
  );
  return rows.map(mapCredit);
}

function mapCredit(row: CreditRow): LedgerCredit {
  return {
    entryId: row.entry_id,
    orderId: row.order_id,
    smsId: row.sms_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    creditedAt: row.created_at,
    approval:
      row.idempotency_key === null
        ? null
        : { idempotencyKey: row.idempotency_key, brandId: row.approval_brand_id, approvedAt: row.approved_at },
    deposit:
      row.deposit_status === null
        ? null
        : {
            status: row.deposit_status,
            amountMinor: row.deposit_amount_minor,
            currency: row.deposit_currency,
            brandId: row.deposit_brand_id,
          },
  };
}
