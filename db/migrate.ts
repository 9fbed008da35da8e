/**
 * Brings the schema `public` up to date, under the owner's role. The list is explicit and the names are our own: knex
 * would store file names with their extension, which differ between a build and its sources.
 */
import type { Knex } from 'knex';
import type { Migration } from './migrations/migration';
import { roles } from './migrations/0001-roles';
import { sms } from './migrations/0002-sms';
import { decisions } from './migrations/0003-decisions';
import { lists } from './migrations/0004-lists';
import { takeIn } from './migrations/0005-take-in';
import { sources } from './migrations/0006-sources';

export const MIGRATIONS: readonly Migration[] = [roles, sms, decisions, lists, takeIn, sources];

const TABLE = 'recon_migration';

const settings: Knex.MigratorConfig = {
  tableName: TABLE,
  migrationSource: {
    getMigrations: () => Promise.resolve([...MIGRATIONS]),
    getMigrationName: (migration: Migration) => migration.name,
    getMigration: (migration: Migration) =>
      Promise.resolve({ up: (knex: Knex) => run(knex, migration.up), down: (knex: Knex) => run(knex, migration.down) }),
  },
};

/** Runs what is missing; returns the names that were run. Of two at once knex refuses the second (`MigrationLocked`); `recon migrate` waits and tries again. */
export async function migrateUp(owner: Knex): Promise<string[]> {
  const names = toNames(await owner.migrate.latest(settings));
  await owner.raw(`GRANT SELECT ON ${TABLE} TO recon_app`);
  return names;
}

/** Takes the newest migration back; returns its name, or nothing where none is left. */
export async function migrateDown(owner: Knex): Promise<string[]> {
  const names = toNames(await owner.migrate.down(settings));
  return names;
}

/** Names that this build knows and the database does not have: a process refuses to start while there are any. */
export async function missingMigrations(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { present: boolean }[] }>(`SELECT to_regclass(?) IS NOT NULL AS present`, [
    `public.${TABLE}`,
  ]);
  if (rows[0]?.present !== true) return MIGRATIONS.map((migration) => migration.name);
  const done = await knex.raw<{ rows: { name: string }[] }>(`SELECT name FROM ${TABLE}`);
  const names = new Set(done.rows.map((row) => row.name));
  return MIGRATIONS.map((migration) => migration.name).filter((name) => !names.has(name));
}

async function run(knex: Knex, sql: string): Promise<void> {
  await knex.raw(sql.replaceAll('?', '\\?'));
}

/** Knex answers `[batch, names]`, typed as any; what it holds differs by direction. */
function toNames(result: unknown): string[] {
  const names: unknown = Array.isArray(result) ? result[1] : [];
  const list: unknown[] = Array.isArray(names) ? names : [names];
  return list.map((entry) => (isNamed(entry) ? entry.name : String(entry)));
}

function isNamed(entry: unknown): entry is { name: string } {
  return typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string';
}
