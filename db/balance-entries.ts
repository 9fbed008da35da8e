/** What each SMS says of its account (`recon_balance_entry`): written with the parse, read by the gap detector. */
import type { ChainEntry } from '../domain/balance-chain';
import type { Movement } from '../domain/parse-result';
import type { Db, Transaction } from './query';
import { queryRows } from './query';

/** An account as its SMS name it, on the line that receives them. */
export interface Account {
  readonly bank: string;
  /** Empty where the texts name none. */
  readonly accountTail: string;
  readonly currency: string;
  readonly line: string;
}

/** An SMS that is parsed again says what it says now, and is looked at again. */
export const RENEW_ENTRY = `ON CONFLICT (sms_id) DO UPDATE SET bank = EXCLUDED.bank, account_tail = EXCLUDED.account_tail,
       currency = EXCLUDED.currency, line = EXCLUDED.line, received_at = EXCLUDED.received_at,
       change_minor = EXCLUDED.change_minor, balance_minor = EXCLUDED.balance_minor, due_at = now()`;

export async function writeBalanceEntry(trx: Transaction, smsId: number, movement: Movement): Promise<void> {
  await queryRows(
    trx,
    `INSERT INTO recon_balance_entry (sms_id, bank, account_tail, currency, line, received_at, change_minor, balance_minor)
     SELECT s.id, :bank, :accountTail, :currency, s.line, s.received_at, :changeMinor, :balanceMinor
     FROM shooter_sms s WHERE s.id = :smsId
     ${RENEW_ENTRY}`,
    {
      smsId,
      bank: movement.bank,
      accountTail: movement.accountTail ?? '',
      currency: movement.currency,
      changeMinor: movement.changeMinor,
      balanceMinor: movement.balanceMinor,
    },
  );
}

export async function dropBalanceEntry(trx: Transaction, smsId: number): Promise<void> {
  await queryRows(trx, `DELETE FROM recon_balance_entry WHERE sms_id = :smsId`, { smsId });
}

export interface DueEntry extends Account {
  readonly smsId: number;
  readonly receivedAt: Date;
}

/** The oldest first. What came less than `settleMs` ago is left: the SMS before it may be on its way still. */
export async function findDueEntries(db: Db, settleMs: number, limit: number): Promise<DueEntry[]> {
  return queryRows<DueEntry>(
    db,
    `SELECT sms_id AS "smsId", bank, account_tail AS "accountTail", currency, line, received_at AS "receivedAt"
     FROM recon_balance_entry WHERE due_at <= now() - :settleMs * interval '1 ms' ORDER BY due_at LIMIT :limit`,
    { settleMs, limit },
  );
}

/** One that was parsed again meanwhile stays due: its time is later than the look that is ending. */
export async function settleEntries(db: Db, smsIds: readonly number[], settleMs: number): Promise<void> {
  await queryRows(
    db,
    `UPDATE recon_balance_entry SET due_at = NULL
     WHERE sms_id = ANY(:smsIds::bigint[]) AND due_at <= now() - :settleMs * interval '1 ms'`,
    { smsIds, settleMs },
  );
}

const OF_ACCOUNT = `e.bank = :bank AND e.line = :line AND e.currency = :currency`;
const OF_TAIL = `${OF_ACCOUNT} AND e.account_tail = :accountTail`;

/** How many SMS before and after those that are due are read with them. */
const REACH = 40;
const WINDOW_LIMIT = 5_000;

/** The part of an account's chain around a time span; texts of its bank that name no account are read as unknown. */
export const WINDOW_SQL = `WITH bounds AS (
    SELECT coalesce((SELECT e.received_at FROM recon_balance_entry e WHERE ${OF_TAIL} AND e.received_at < :from::timestamptz
              ORDER BY e.received_at DESC, e.sms_id DESC OFFSET ${REACH - 1} LIMIT 1), '-infinity') AS first_at,
      coalesce((SELECT e.received_at FROM recon_balance_entry e WHERE ${OF_TAIL} AND e.received_at > :to::timestamptz
              ORDER BY e.received_at, e.sms_id OFFSET ${REACH - 1} LIMIT 1), 'infinity') AS last_at)
  SELECT e.sms_id, e.received_at, s.fingerprint, s.sender_normal, e.account_tail = :accountTail AS own,
    CASE WHEN e.account_tail = :accountTail THEN e.change_minor END AS change_minor,
    CASE WHEN e.account_tail = :accountTail THEN e.balance_minor END AS balance_minor,
    b.last_at = 'infinity' AS to_the_end
  FROM bounds b, recon_balance_entry e JOIN shooter_sms s ON s.id = e.sms_id
  WHERE ${OF_ACCOUNT} AND e.account_tail IN (:accountTail, '') AND e.received_at BETWEEN b.first_at AND b.last_at
  ORDER BY e.received_at, e.sms_id LIMIT ${WINDOW_LIMIT}`;

interface WindowRecord {
  sms_id: number;
  received_at: Date;
  fingerprint: string;
  sender_normal: string;
  own: boolean;
  change_minor: number | null;
  balance_minor: number | null;
  to_the_end: boolean;
}

export interface ChainWindow {
  readonly entries: readonly ChainEntry[];
  readonly senders: readonly string[];
  /** Nothing of the account came after it. */
  readonly toTheEnd: boolean;
}

export async function readChainWindow(
  db: Db,
  account: Account,
  span: { readonly from: Date; readonly to: Date },
): Promise<ChainWindow> {
  const rows = await queryRows<WindowRecord>(db, WINDOW_SQL, { ...account, ...span });
  return {
    entries: rows.map((row) => ({
      smsId: row.sms_id,
      receivedAt: row.received_at,
      fingerprint: row.fingerprint,
      changeMinor: row.change_minor,
      balanceMinor: row.balance_minor,
    })),
    senders: [...new Set(rows.filter(({ own }) => own).map((row) => row.sender_normal))],
    toTheEnd: rows.every((row) => row.to_the_end),
  };
}

/** What an account's texts say is nobody's where its bank names accounts in others: they may be of any of them. */
export async function namesAccountsElsewhere(db: Db, { bank, line, currency }: Account): Promise<boolean> {
  const found = await queryRows(
    db,
    `SELECT 1 FROM recon_balance_entry e WHERE ${OF_ACCOUNT} AND e.account_tail > '' LIMIT 1`,
    { bank, line, currency },
  );
  return found.length > 0;
}

/** Codes, advertising and requests for money move none; of a failed payment it is not sure. */
const MOVES_NOTHING = `('otp', 'marketing', 'request')`;

/** Texts of these senders on the line, within the span, of which nobody knows what they did to which account. */
export async function findUnreadTexts(
  db: Db,
  given: { readonly line: string; readonly senders: readonly string[]; readonly from: Date; readonly to: Date },
): Promise<ChainEntry[]> {
  const rows = await queryRows<{ id: number; received_at: Date; fingerprint: string }>(
    db,
    `SELECT s.id, s.received_at, s.fingerprint FROM shooter_sms s
     WHERE s.line = :line AND s.sender_normal = ANY(:senders::text[]) AND s.amount_minor IS NULL
       AND s.received_at BETWEEN :from AND :to
       AND NOT EXISTS (SELECT FROM recon_balance_entry e WHERE e.sms_id = s.id)
       AND NOT (s.status = 'not_a_credit' AND coalesce((
         SELECT d.detail ->> 'kind' FROM recon_decision d WHERE d.sms_id = s.id AND d.step = 'parse' ORDER BY d.id DESC LIMIT 1
       ), '') IN ${MOVES_NOTHING})
     LIMIT ${WINDOW_LIMIT}`,
    { ...given },
  );
  return rows.map((row) => ({
    smsId: row.id,
    receivedAt: row.received_at,
    fingerprint: row.fingerprint,
    changeMinor: null,
    balanceMinor: null,
  }));
}
