/** Two that migrate at once: knex gives up where it should wait, so who comes second tries again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { queryOne, queryRows, type Db } from '../../db/query';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';

const WAIT_MS = 300;

/** What the race of two first runs looks like: the lock, or an object that the other has just made. */
const RACES = new Set(['23505', '42P07', '42710', '42P06', '40P01']);

/** @throws CliError where the lock is not given back within `limitMs` */
export async function afterOthers<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRace(error)) throw error;
      if (Date.now() > deadline) throw isLock(error) ? stillLocked() : error;
    }
    await sleep(WAIT_MS);
  }
}

/**
 * Only one migration at a time on a database, by an advisory lock that ends with its connection: knex's own lock table is
 * not safe while it is being made, and two first runs could lock each other out for good.
 * @throws CliError where another holds the lock for longer than `limitMs`
 */
export async function oneAtATime<T>(owner: Db, limitMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const done = await owner.transaction(async (trx) => {
      await queryRows(trx, `SET LOCAL idle_in_transaction_session_timeout = 0`);
      const { taken } = await queryOne<{ taken: boolean }>(
        trx,
        `SELECT pg_try_advisory_xact_lock(hashtextextended('recon:migrate', 0)) AS taken`,
      );
      return taken ? { result: await work() } : undefined;
    });
    if (done) return done.result;
    if (Date.now() > deadline) throw stillLocked();
    await sleep(WAIT_MS);
  }
}

function isLock(error: unknown): boolean {
  return error instanceof Error && error.name === 'MigrationLocked';
}

function isRace(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return isLock(error) || RACES.has(code);
}

function stillLocked(): CliError {
  return new CliError({
    code: 'locked',
    message: 'another migration holds the lock',
    hint: 'Wait for it. If none runs, one was killed and left its lock: "recon migrate --unlock".',
    exitCode: EXIT.no,
  });
}

const LOCK_TABLES = ['public.recon_migration_lock', 'wallet.wallet_migration_lock'] as const;

/** For the lock of a migration that was killed. */
export async function unlockMigrations(owner: Db): Promise<void> {
  for (const table of LOCK_TABLES) {
    const { present } = await queryOne<{ present: boolean }>(
      owner,
      `SELECT to_regclass(:table) IS NOT NULL AS present`,
      {
        table,
      },
    );
    if (present) await queryRows(owner, `UPDATE ${table} SET is_locked = 0`);
  }
}
