/** Gaps in the balances of accounts (`recon_balance_gap`). Each turn of one is audited and announced with it, in one transaction. */
import type { BalanceBreak } from '../domain/balance-chain';
import type { GapClosing, GapStatus } from '../domain/balance-gap';
import { writeAudit } from './audit';
import type { Account } from './balance-entries';
import { writeOutbox } from './outbox';
import type { Db, Transaction } from './query';
import { queryRow, queryRows } from './query';

export interface GapRow extends Account {
  readonly id: number;
  readonly beforeSmsId: number;
  readonly afterSmsId: number;
  /** Signed minor units: positive where credits are missing. */
  readonly missingMinor: number;
  readonly status: GapStatus;
  readonly backfillTries: number;
  readonly foundAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  /** A person's words, or a code of `GAP_CLOSINGS`. */
  readonly remark: string | null;
}

export const GAP_COLUMNS = `g.id, g.before_sms_id AS "beforeSmsId", g.after_sms_id AS "afterSmsId", g.bank,
  g.account_tail AS "accountTail", g.line, g.currency, g.missing_minor AS "missingMinor", g.status,
  g.backfill_tries AS "backfillTries", g.found_at AS "foundAt", g.closed_at AS "closedAt", g.closed_by AS "closedBy", g.remark`;

const OPEN = `g.status IN ('backfilling', 'awaiting_review')`;
export const GAP_DETECTOR = 'gap_detector';

export async function findGap(db: Db, id: number): Promise<GapRow | undefined> {
  return queryRow<GapRow>(db, `SELECT ${GAP_COLUMNS} FROM recon_balance_gap g WHERE g.id = :id`, { id });
}

export interface OpenGap {
  readonly id: number;
  readonly beforeSmsId: number;
  readonly afterSmsId: number;
  /** Both SMS are in the account's chain still: neither was parsed anew to another account. */
  readonly inChain: boolean;
}

export async function findOpenGaps(db: Db, account: Account): Promise<OpenGap[]> {
  const isThere = (smsId: string) =>
    `EXISTS (SELECT FROM recon_balance_entry e WHERE e.sms_id = ${smsId} AND e.bank = g.bank AND e.line = g.line
       AND e.currency = g.currency AND e.account_tail = g.account_tail)`;
  return queryRows<OpenGap>(
    db,
    `SELECT g.id, g.before_sms_id AS "beforeSmsId", g.after_sms_id AS "afterSmsId",
       ${isThere('g.before_sms_id')} AND ${isThere('g.after_sms_id')} AS "inChain"
     FROM recon_balance_gap g
     WHERE g.bank = :bank AND g.line = :line AND g.currency = :currency AND g.account_tail = :accountTail AND ${OPEN}
     ORDER BY g.id`,
    { ...account },
  );
}

/**
 * A break that is known stays as it is: one that a person dismissed does not come back. One that was mended and broke again
 * (its SMS was parsed anew) is open again, and an open one takes a changed amount.
 */
export async function reportGap(trx: Transaction, account: Account, found: BalanceBreak): Promise<boolean> {
  const gap = await queryRow<GapRow>(
    trx,
    `INSERT INTO recon_balance_gap AS g (before_sms_id, after_sms_id, bank, account_tail, line, currency, missing_minor)
     VALUES (:beforeSmsId, :afterSmsId, :bank, :accountTail, :line, :currency, :missingMinor)
     ON CONFLICT (before_sms_id, after_sms_id) DO UPDATE SET missing_minor = EXCLUDED.missing_minor, status = 'backfilling',
       backfill_tries = 0, backfill_due_at = now(), closed_at = NULL, closed_by = NULL, remark = NULL
     WHERE g.status = 'mended' OR (${OPEN} AND g.missing_minor <> EXCLUDED.missing_minor)
     RETURNING ${GAP_COLUMNS}`,
    { ...account, ...found },
  );
  if (!gap) return false;
  await tell(trx, gap, { actor: GAP_DETECTOR, byPerson: false, action: 'gap.found', reason: null });
  return true;
}

export async function closeGap(
  trx: Transaction,
  id: number,
  to: { readonly status: 'mended' | 'dismissed'; readonly why: GapClosing },
): Promise<GapRow | undefined> {
  const closing = { status: to.status, actor: GAP_DETECTOR, remark: to.why, byPerson: false };
  return closeAs(trx, id, closing);
}

/** Undefined where it is not open any more. */
export async function dismissGap(
  trx: Transaction,
  id: number,
  given: { readonly actor: string; readonly remark: string | null },
): Promise<GapRow | undefined> {
  return closeAs(trx, id, { status: 'dismissed', ...given, byPerson: true });
}

async function closeAs(
  trx: Transaction,
  id: number,
  to: {
    readonly status: 'mended' | 'dismissed';
    readonly actor: string;
    readonly remark: string | null;
    readonly byPerson: boolean;
  },
): Promise<GapRow | undefined> {
  const { status, actor, remark, byPerson } = to;
  const gap = await queryRow<GapRow>(
    trx,
    `UPDATE recon_balance_gap g SET status = :status, closed_at = now(), closed_by = :actor, remark = :remark
     WHERE g.id = :id AND ${OPEN} RETURNING ${GAP_COLUMNS}`,
    { id, status, actor, remark },
  );
  if (gap) await tell(trx, gap, { actor, byPerson, action: `gap.${status}`, reason: remark });
  return gap;
}

/** Gaps whose back-fill is due, claimed for this transaction. */
export async function lockDueGaps(trx: Transaction, limit: number): Promise<GapRow[]> {
  return queryRows<GapRow>(
    trx,
    `SELECT ${GAP_COLUMNS} FROM recon_balance_gap g WHERE g.status = 'backfilling' AND g.backfill_due_at <= now()
     ORDER BY g.backfill_due_at LIMIT :limit FOR UPDATE SKIP LOCKED`,
    { limit },
  );
}

export async function noteBackfill(trx: Transaction, id: number, pauseMs: number): Promise<void> {
  await queryRows(
    trx,
    `UPDATE recon_balance_gap SET backfill_tries = backfill_tries + 1,
       backfill_due_at = now() + :pauseMs * interval '1 ms' WHERE id = :id`,
    { id, pauseMs },
  );
}

export async function putBeforePerson(trx: Transaction, id: number): Promise<void> {
  const gap = await queryRow<GapRow>(
    trx,
    `UPDATE recon_balance_gap g SET status = 'awaiting_review' WHERE g.id = :id AND g.status = 'backfilling'
     RETURNING ${GAP_COLUMNS}`,
    { id },
  );
  if (gap) await tell(trx, gap, { actor: GAP_DETECTOR, byPerson: false, action: 'gap.review', reason: null });
}

interface Telling {
  readonly actor: string;
  readonly byPerson: boolean;
  readonly action: string;
  readonly reason: string | null;
}

/** Ids and amounts only: no account, sender or text leaves by the outbox. */
async function tell(trx: Transaction, gap: GapRow, { actor, byPerson, action, reason }: Telling): Promise<void> {
  const { id, status, beforeSmsId, afterSmsId, missingMinor, currency } = gap;
  const seen = { status, before_sms_id: beforeSmsId, after_sms_id: afterSmsId, missing_minor: missingMinor, currency };
  await writeAudit(trx, { actor, byPerson, action, subject: `gap:${id}`, reason, after: seen });
  await writeOutbox(trx, { topic: 'balance_gap', key: `gap:${id}:${status}`, payload: { gap_id: id, ...seen } });
}

/**
 * Turns an account's standing; true where it was another before. Told once: an account without a row is reliable.
 */
export async function turnAccount(trx: Transaction, account: Account, unreliable: boolean): Promise<boolean> {
  const turned = unreliable
    ? await queryRow<{ id: number }>(
        trx,
        `INSERT INTO recon_balance_account AS a (bank, account_tail, currency, line, unreliable_since)
         VALUES (:bank, :accountTail, :currency, :line, now())
         ON CONFLICT (bank, line, currency, account_tail) DO UPDATE SET unreliable_since = now()
         WHERE a.unreliable_since IS NULL RETURNING id`,
        { ...account },
      )
    : await queryRow<{ id: number }>(
        trx,
        `UPDATE recon_balance_account SET unreliable_since = NULL
         WHERE bank = :bank AND line = :line AND currency = :currency AND account_tail = :accountTail
           AND unreliable_since IS NOT NULL RETURNING id`,
        { ...account },
      );
  if (!turned) return false;
  const status = unreliable ? 'account_unreliable' : 'account_reliable';
  const subject = `balance_account:${turned.id}`;
  await writeAudit(trx, { actor: GAP_DETECTOR, byPerson: false, action: `gap.${status}`, subject });
  await writeOutbox(trx, {
    topic: 'balance_gap',
    key: `${subject}:${status}`,
    payload: { status, balance_account_id: turned.id },
  });
  return true;
}

export async function isSetAside(db: Db, account: Account): Promise<boolean> {
  const row = await queryRow(
    db,
    `SELECT 1 FROM recon_balance_account WHERE bank = :bank AND line = :line AND currency = :currency
       AND account_tail = :accountTail AND unreliable_since IS NOT NULL`,
    { ...account },
  );
  return row !== undefined;
}
