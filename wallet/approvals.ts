/**
 * Approving a deposit: at most one credit for a deposit, an SMS and a key, whoever asks, however often and at the same
 * time. The database function `wallet.approve_deposit` decides; here the refusals get their names.
 */
import type { Knex } from 'knex';
import { uniqueViolation } from '../service/postgres';
import type { DepositStatus } from './deposits';

export type Enforcement = 'off' | 'observe' | 'enforce';

export interface ApprovalRequest {
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly smsId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly brandId: string;
}

export type Refusal =
  | 'already_approved_by_other'
  | 'deposit_not_pending'
  | 'sms_already_used'
  | 'idempotency_mismatch'
  | 'request_in_progress'
  | 'amount_mismatch'
  | 'currency_mismatch'
  | 'brand_mismatch'
  | 'unknown_deposit';

export type ApprovalOutcome =
  | {
      readonly kind: 'approved';
      readonly ledgerEntryId: string;
      readonly replayed: boolean;
      readonly crossBrand: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface Attempt {
  gate_open: boolean;
  entry_id: number | null;
  deposit_brand_id: string | null;
}

/** What is on record beside a request that was not approved. */
interface Circumstances {
  status: DepositStatus | null;
  amount_minor: number;
  currency: string;
  brand_id: string;
  approved_by_sms: string | null;
  order_of_sms: string | null;
  keyed_order: string | null;
  keyed_sms: string;
  keyed_amount: number;
  keyed_currency: string;
  keyed_brand: string;
  keyed_entry: number;
}

/** Safe to repeat: the same key and content always end in the same ledger entry. Refusals are not remembered. */
export async function approveDeposit(
  knex: Knex,
  enforcement: Enforcement,
  request: ApprovalRequest,
): Promise<ApprovalOutcome> {
  const attempt = await tryToApprove(knex, enforcement, request);
  if (attempt?.entry_id != null) {
    const crossBrand = attempt.deposit_brand_id !== request.brandId;
    return { kind: 'approved', ledgerEntryId: String(attempt.entry_id), replayed: false, crossBrand };
  }
  return explain(await circumstancesOf(knex, request), enforcement, request, attempt?.gate_open ?? true);
}

/** Undefined where another approval of the same order, SMS or key was committed first. */
async function tryToApprove(
  knex: Knex,
  enforcement: Enforcement,
  request: ApprovalRequest,
): Promise<Attempt | undefined> {
  const requiredBrand = enforcement === 'enforce' ? request.brandId : null;
  const { orderId, smsId, idempotencyKey, amountMinor, currency, brandId } = request;
  try {
    const { rows } = await knex.raw<{ rows: Attempt[] }>('SELECT * FROM wallet.approve_deposit(?, ?, ?, ?, ?, ?, ?)', [
      orderId,
      smsId,
      idempotencyKey,
      amountMinor,
      currency,
      brandId,
      requiredBrand,
    ]);
    return rows[0];
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error;
    return undefined;
  }
}

async function circumstancesOf(knex: Knex, request: ApprovalRequest): Promise<Circumstances | undefined> {
  const { orderId, smsId, idempotencyKey } = request;
  const { rows } = await knex.raw<{ rows: Circumstances[] }>(
    `SELECT d.status, d.amount_minor, d.currency, d.brand_id,
       by_order.sms_id AS approved_by_sms, by_sms.order_id AS order_of_sms,
       by_key.order_id AS keyed_order, by_key.sms_id AS keyed_sms, by_key.amount_minor AS keyed_amount,
       by_key.currency AS keyed_currency, by_key.brand_id AS keyed_brand, by_key.ledger_entry_id AS keyed_entry
     FROM (SELECT 1) AS one
     LEFT JOIN wallet.player_deposit d ON d.order_id = :orderId
     LEFT JOIN wallet.approval by_order ON by_order.order_id = :orderId
     LEFT JOIN wallet.approval by_sms ON by_sms.sms_id = :smsId
     LEFT JOIN wallet.approval by_key ON by_key.idempotency_key = :idempotencyKey`,
    { orderId, smsId, idempotencyKey },
  );
  return rows[0];
}

/** The first of these that holds names the refusal: the key's own past, then what can never fit, then who came first. */
function explain(
  now: Circumstances | undefined,
  enforcement: Enforcement,
  request: ApprovalRequest,
  gateOpen: boolean,
): ApprovalOutcome {
  if (now?.keyed_order != null) {
    return sameAsKeyed(now, request)
      ? { kind: 'approved', ledgerEntryId: String(now.keyed_entry), replayed: true, crossBrand: false }
      : refused('idempotency_mismatch');
  }
  if (!gateOpen) return refused('request_in_progress');
  if (now?.status == null) return refused('unknown_deposit');
  if (enforcement === 'enforce' && now.brand_id !== request.brandId) return refused('brand_mismatch');
  if (now.currency !== request.currency) return refused('currency_mismatch');
  if (now.amount_minor !== request.amountMinor) return refused('amount_mismatch');
  if (now.order_of_sms !== null && now.order_of_sms !== request.orderId) return refused('sms_already_used');
  if (now.status === 'approved') return refused('already_approved_by_other');
  if (now.status !== 'pending') return refused('deposit_not_pending');
  // Nothing stands in the way any more: another request ended in between, and the caller's next try gets through.
  return refused('request_in_progress');
}

function sameAsKeyed(now: Circumstances, request: ApprovalRequest): boolean {
  return (
    now.keyed_order === request.orderId &&
    now.keyed_sms === request.smsId &&
    now.keyed_amount === request.amountMinor &&
    now.keyed_currency === request.currency &&
    now.keyed_brand === request.brandId
  );
}

function refused(refusal: Refusal): ApprovalOutcome {
  return { kind: 'refused', refusal };
}
