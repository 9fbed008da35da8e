/**
 * Brings the schema `wallet` up to date, under the owner's role. The list is explicit and the names are our own: knex
 * would store file names with their extension, which differ between a build and its sources.
 */
import type { Knex } from 'knex';
import { ledger } from './migrations/0001-ledger';
import { approveDeposit } from './migrations/0002-approve-deposit';
import type { Migration } from './migrations/migration';

export const WALLET_MIGRATIONS: readonly Migration[] = [ledger, approveDeposit];

const settings: Knex.MigratorConfig = {
  schemaName: 'wallet',
  tableName: 'wallet_migration',
  migrationSource: {
    getMigrations: () => Promise.resolve([...WALLET_MIGRATIONS]),
    getMigrationName: (migration: Migration) => migration.name,
    getMigration: (migration: Migration) =>
      Promise.resolve({ up: (knex: Knex) => run(knex, migration.up), down: (knex: Knex) => run(knex, migration.down) }),
  },
};

/** Runs what is missing, each migration in a transaction of its own. `owner` needs CREATE on the database, and CREATEROLE where the group roles do not exist yet. */
export async function migrateWallet(owner: Knex): Promise<void> {
  await owner.raw('CREATE SCHEMA IF NOT EXISTS wallet');
  await owner.migrate.latest(settings);
}

/** Takes all migrations back, with every row; the empty schema stays. */
export async function rollbackWallet(owner: Knex): Promise<void> {
  await owner.migrate.rollback(settings, true);
}

async function run(knex: Knex, sql: string): Promise<void> {
  await knex.raw(sql.replaceAll('?', '\\?'));
}
