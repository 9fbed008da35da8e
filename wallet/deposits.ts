/** Deposits: made pending, read, cancelled. Approving one is `approvals.ts`. */
import type { Knex } from 'knex';
import { DEPOSIT_CHANNEL, depositLockKey } from '../service/lock-keys';

export type DepositStatus = 'pending' | 'approved' | 'cancelled' | 'expired';

export interface NewDeposit {
  readonly orderId: string;
  readonly playerId: string;
  readonly brandId: string;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The last digits of the account that the player was told to pay to. */
  readonly accountTail: string | null;
  readonly payerName: string | null;
}

export interface Deposit extends NewDeposit {
  readonly status: DepositStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ApprovalRecord {
  readonly smsId: string;
  readonly idempotencyKey: string;
  readonly ledgerEntryId: string;
  readonly brandId: string;
  readonly approvedAt: Date;
}

export type CreateOutcome =
  | { readonly kind: 'created' | 'same_again'; readonly deposit: Deposit }
  | { readonly kind: 'order_id_taken' }
  | { readonly kind: 'player_of_other_brand' };

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly deposit: Deposit }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not_pending'; readonly status: DepositStatus };

interface DepositRow {
  order_id: string;
  player_id: string;
  brand_id: string;
  amount_minor: number;
  currency: string;
  account_tail: string | null;
  payer_name: string | null;
  status: DepositStatus;
  created_at: Date;
  updated_at: Date;
}

interface ApprovalColumns {
  sms_id: string | null;
  idempotency_key: string;
  ledger_entry_id: number;
  approval_brand_id: string;
  approved_at: Date;
}

/**
 * One statement, so one transaction: the lock that recon's matching takes too, the player, the accounts, the deposit, and
 * the notification, which PostgreSQL sends only when all of it is committed. Conflicts name no index: a racing copy may
 * meet any of a table's unique indexes first.
 */
const CREATE = `
  WITH gate AS MATERIALIZED (
    SELECT 1 AS held FROM pg_advisory_xact_lock(hashtextextended(:lockKey, 0))
  ), new_player AS (
    INSERT INTO wallet.player (player_id, brand_id) SELECT :playerId, :brandId FROM gate
    ON CONFLICT DO NOTHING
  ), deposit AS (
    INSERT INTO wallet.player_deposit
      (order_id, player_id, brand_id, amount_minor, currency, account_tail, payer_name, created_at, updated_at)
    SELECT :orderId, :playerId, :brandId, :amountMinor, :currency, :accountTail, :payerName,
      clock_timestamp(), clock_timestamp() FROM gate
    ON CONFLICT (order_id) DO NOTHING
    RETURNING *
  ), accounts AS (
    INSERT INTO wallet.ledger_account (account_id, kind, player_id, currency)
    SELECT 'clearing:' || currency, 'clearing', NULL, currency FROM deposit
    UNION ALL
    SELECT 'player:' || player_id || ':' || currency, 'player', player_id, currency FROM deposit
    ON CONFLICT DO NOTHING
  )
  SELECT deposit.*, pg_notify(:channel, json_build_object(
    'order_id', order_id, 'currency', currency, 'amount_minor', amount_minor)::text) FROM deposit`;

export async function createDeposit(knex: Knex, wanted: NewDeposit): Promise<CreateOutcome> {
  const lockKey = depositLockKey(wanted.currency, wanted.amountMinor);
  try {
    const { rows } = await knex.raw<{ rows: DepositRow[] }>(CREATE, { ...wanted, lockKey, channel: DEPOSIT_CHANNEL });
    if (rows[0]) return { kind: 'created', deposit: mapDeposit(rows[0]) };
  } catch (error) {
    if (violates(error, 'player_deposit_brand_of_player')) return { kind: 'player_of_other_brand' };
    throw error;
  }
  const known = await findDeposit(knex, wanted.orderId);
  return known && sameContent(known.deposit, wanted)
    ? { kind: 'same_again', deposit: known.deposit }
    : { kind: 'order_id_taken' };
}

/** The deposit and what approved it; undefined where there is no such order. */
export async function findDeposit(
  knex: Knex,
  orderId: string,
): Promise<{ deposit: Deposit; approval: ApprovalRecord | null } | undefined> {
  const { rows } = await knex.raw<{ rows: (DepositRow & ApprovalColumns)[] }>(
    `SELECT d.*, a.sms_id, a.idempotency_key, a.ledger_entry_id, a.brand_id AS approval_brand_id, a.approved_at
     FROM wallet.player_deposit d LEFT JOIN wallet.approval a USING (order_id) WHERE order_id = :orderId`,
    { orderId },
  );
  const [row] = rows;
  return row && { deposit: mapDeposit(row), approval: mapApproval(row) };
}

/** Cancelling what is cancelled already is the same answer again. */
export async function cancelDeposit(knex: Knex, orderId: string): Promise<CancelOutcome> {
  const { rows } = await knex.raw<{ rows: DepositRow[] }>(
    `UPDATE wallet.player_deposit SET status = 'cancelled', updated_at = now()
     WHERE order_id = :orderId AND status = 'pending' RETURNING *`,
    { orderId },
  );
  if (rows[0]) return { kind: 'cancelled', deposit: mapDeposit(rows[0]) };
  const known = await findDeposit(knex, orderId);
  if (!known) return { kind: 'unknown' };
  const { deposit } = known;
  return deposit.status === 'cancelled'
    ? { kind: 'cancelled', deposit }
    : { kind: 'not_pending', status: deposit.status };
}

function sameContent(known: Deposit, wanted: NewDeposit): boolean {
  return (
    known.playerId === wanted.playerId &&
    known.brandId === wanted.brandId &&
    known.amountMinor === wanted.amountMinor &&
    known.currency === wanted.currency &&
    known.accountTail === wanted.accountTail &&
    known.payerName === wanted.payerName
  );
}

function violates(error: unknown, constraint: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === constraint;
}

function mapDeposit(row: DepositRow): Deposit {
  return {
    orderId: row.order_id,
    playerId: row.player_id,
    brandId: row.brand_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    accountTail: row.account_tail,
    payerName: row.payer_name,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function mapApproval(row: ApprovalColumns): ApprovalRecord | null {
  if (row.sms_id === null) return null;
  return {
    smsId: row.sms_id,
    idempotencyKey: row.idempotency_key,
    ledgerEntryId: String(row.ledger_entry_id),
    brandId: row.approval_brand_id,
    approvedAt: row.approved_at,
  };
}
