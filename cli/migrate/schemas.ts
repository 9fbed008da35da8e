/** The schemas of the database: what is missing, and bringing it up to date. */
import { migrateUp, missingMigrations } from '../../db/migrate';
import { queryOne, queryRows, type Db } from '../../db/query';
import { migrateWallet, WALLET_MIGRATIONS } from '../../wallet/migrate';
import { afterOthers, oneAtATime } from './with-lock';

export interface SchemaState {
  /** Migrations that were run just now. */
  readonly run: readonly string[];
  readonly missing: readonly string[];
  /** `wallet.player_deposit`, which recon reads and never writes. */
  readonly deposits: 'readable' | 'missing' | 'not_granted';
}

export async function readSchemas(db: Db, withWallet: boolean): Promise<SchemaState> {
  return { run: [], missing: await missing(db, withWallet), deposits: await readDeposits(db) };
}

/** Longer than any migration of ours takes. */
const LOCK_LIMIT_MS = 120_000;

export function migrateSchemas(owner: Db, withWallet: boolean): Promise<SchemaState> {
  return oneAtATime(owner, LOCK_LIMIT_MS, () => migrateInOrder(owner, withWallet));
}

/** The wallet first: recon reads from it. */
async function migrateInOrder(owner: Db, withWallet: boolean): Promise<SchemaState> {
  const before = withWallet ? await missingWallet(owner) : [];
  if (withWallet) await afterOthers(() => migrateWallet(owner), LOCK_LIMIT_MS);
  const run = [...before, ...(await afterOthers(() => migrateUp(owner), LOCK_LIMIT_MS))];
  return { run, missing: await missing(owner, withWallet), deposits: await readDeposits(owner) };
}

async function missing(db: Db, withWallet: boolean): Promise<string[]> {
  return [...(withWallet ? await missingWallet(db) : []), ...(await missingMigrations(db))];
}

async function missingWallet(db: Db): Promise<string[]> {
  const names = WALLET_MIGRATIONS.map(({ name }) => name);
  const table = await queryOne<{ present: boolean }>(
    db,
    `SELECT to_regclass('wallet.wallet_migration') IS NOT NULL AS present`,
  );
  if (!table.present) return names.map(walletName);
  const done = new Set(
    (await queryRows<{ name: string }>(db, `SELECT name FROM wallet.wallet_migration`)).map((row) => row.name),
  );
  return names.filter((name) => !done.has(name)).map(walletName);
}

function walletName(name: string): string {
  return `wallet ${name}`;
}

/** Asked of the catalogue, since the owner may read everything. */
export async function readDeposits(db: Db): Promise<SchemaState['deposits']> {
  const { present, readable } = await queryOne<{ present: boolean; readable: boolean }>(
    db,
    `SELECT to_regclass('wallet.player_deposit') IS NOT NULL AS present,
       coalesce((SELECT has_schema_privilege(r.oid, 'wallet', 'USAGE')
          AND has_table_privilege(r.oid, to_regclass('wallet.player_deposit'), 'SELECT')
        FROM pg_roles r WHERE r.rolname = 'recon_app' AND to_regclass('wallet.player_deposit') IS NOT NULL), false) AS readable`,
  );
  if (!present) return 'missing';
  return readable ? 'readable' : 'not_granted';
}
