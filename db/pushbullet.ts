/** Accounts of Pushbullet (`shooter_pushbullet`). Token and password are sealed before they get here. */
import type { LoopFault } from '../domain/source-health';
import type { Db } from './query';
import { queryOne, queryRow, queryRows } from './query';

export interface PushbulletAccount {
  readonly id: number;
  /** The user's iden: `source_account` of its SMS. */
  readonly accountIden: string;
  readonly email: string;
  readonly name: string;
  readonly tokenSealed: string;
  readonly passwordSealed: string | null;
  readonly addedBy: string;
  readonly createdAt: Date;
}

interface AccountRecord {
  id: number;
  account_iden: string;
  email: string;
  name: string;
  token_sealed: string;
  password_sealed: string | null;
  added_by: string;
  created_at: Date;
}

const COLUMNS = `id, account_iden, email, name, token_sealed, password_sealed, added_by, created_at`;

function mapAccount(row: AccountRecord): PushbulletAccount {
  return {
    id: row.id,
    accountIden: row.account_iden,
    email: row.email,
    name: row.name,
    tokenSealed: row.token_sealed,
    passwordSealed: row.password_sealed,
    addedBy: row.added_by,
    createdAt: row.created_at,
  };
}

export async function listAccounts(db: Db): Promise<PushbulletAccount[]> {
  const sql = `SELECT ${COLUMNS} FROM shooter_pushbullet WHERE deleted_at IS NULL ORDER BY id`;
  return (await queryRows<AccountRecord>(db, sql)).map(mapAccount);
}

export async function findAccount(db: Db, id: number): Promise<PushbulletAccount | undefined> {
  const sql = `SELECT ${COLUMNS} FROM shooter_pushbullet WHERE id = :id AND deleted_at IS NULL`;
  const row = await queryRow<AccountRecord>(db, sql, { id });
  return row && mapAccount(row);
}

/** The same account again gets its new token and password, and keeps everything else. */
export async function saveAccount(
  db: Db,
  given: Omit<PushbulletAccount, 'id' | 'createdAt'>,
): Promise<{ readonly account: PushbulletAccount; readonly added: boolean }> {
  const row = await queryOne<AccountRecord & { added: boolean }>(
    db,
    `INSERT INTO shooter_pushbullet (account_iden, email, name, token_sealed, password_sealed, added_by)
     VALUES (:accountIden, :email, :name, :tokenSealed, :passwordSealed, :addedBy)
     ON CONFLICT (account_iden) WHERE deleted_at IS NULL DO UPDATE SET email = EXCLUDED.email, name = EXCLUDED.name,
       token_sealed = EXCLUDED.token_sealed, password_sealed = EXCLUDED.password_sealed,
       missing_sync_due_at = now(), id_sync_due_at = now()
     RETURNING ${COLUMNS}, xmax = 0 AS added`,
    {
      accountIden: given.accountIden,
      email: given.email,
      name: given.name,
      tokenSealed: given.tokenSealed,
      passwordSealed: given.passwordSealed,
      addedBy: given.addedBy,
    },
  );
  return { account: mapAccount(row), added: row.added };
}

/** Its listener and its syncs end; what it brought stays. The secrets do not. */
export async function deleteAccount(db: Db, id: number): Promise<PushbulletAccount | undefined> {
  const row = await queryRow<AccountRecord>(
    db,
    `UPDATE shooter_pushbullet SET deleted_at = now(), token_sealed = '', password_sealed = NULL
     WHERE id = :id AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    { id },
  );
  return row && mapAccount(row);
}

export type Schedule = 'missing_sync' | 'id_sync';

/** Takes an account whose turn has come and puts its next one off, so that no other worker takes it as well. */
export async function claimDueAccount(
  db: Db,
  schedule: Schedule,
  intervalMs: number,
): Promise<PushbulletAccount | undefined> {
  const row = await queryRow<AccountRecord>(
    db,
    `UPDATE shooter_pushbullet SET ${schedule}_due_at = clock_timestamp() + :intervalMs * interval '1 ms'
     WHERE id = (
       SELECT id FROM shooter_pushbullet WHERE deleted_at IS NULL AND ${schedule}_due_at <= clock_timestamp()
       ORDER BY ${schedule}_due_at LIMIT 1 FOR UPDATE SKIP LOCKED
     ) RETURNING ${COLUMNS}`,
    { intervalMs },
  );
  return row && mapAccount(row);
}

/** How the turn went; `nextMs` puts the next one off further, where the service asks for it. */
export async function noteSync(
  db: Db,
  schedule: Schedule,
  given: { readonly accountId: number; readonly fault: LoopFault | null; readonly nextMs?: number | undefined },
): Promise<void> {
  await queryRows(
    db,
    `UPDATE shooter_pushbullet SET ${schedule}_fault = :fault,
       ${schedule}_done_at = CASE WHEN :fault::text IS NULL THEN clock_timestamp() ELSE ${schedule}_done_at END,
       ${schedule}_due_at = coalesce(clock_timestamp() + :nextMs::bigint * interval '1 ms', ${schedule}_due_at)
     WHERE id = :accountId`,
    { accountId: given.accountId, fault: given.fault, nextMs: given.nextMs ?? null },
  );
}

export interface SyncStanding {
  readonly accountId: number;
  readonly fault: LoopFault | null;
}

export async function readSyncStandings(db: Db, schedule: Schedule): Promise<SyncStanding[]> {
  return queryRows<SyncStanding>(
    db,
    `SELECT id AS "accountId", ${schedule}_fault AS fault FROM shooter_pushbullet WHERE deleted_at IS NULL ORDER BY id`,
  );
}
