/** Brings the schemas up to date under the owner's role, then gives each process its login. */
import { migrateUp } from '../db/migrate';
import { createKnex } from '../service/postgres';
import { migrateWallet } from '../wallet/migrate';
import { ensureLogin } from './postgres-logins';
import type { PostgresPart, StandContext } from './provision';

export interface DatabaseUrls {
  readonly owner: string;
  readonly recon: string;
  readonly wallet: string;
}

/** A wallet of the user's own (`WALLET_SERVICE_URL`) has its own data: then the schema `wallet` is not touched. */
export async function migrateDatabases(context: StandContext, postgres: PostgresPart): Promise<DatabaseUrls> {
  const { env, secrets } = context;
  const { ownerUrl, owned } = postgres;
  const knex = createKnex({
    url: ownerUrl,
    applicationName: 'recon-migrate',
    poolSize: 2,
    statementTimeoutMs: 600_000,
  });
  try {
    if (!env['WALLET_SERVICE_URL']) await migrateWallet(knex);
    await migrateUp(knex);
  } finally {
    await knex.destroy();
  }
  const loginOf = async (name: 'recon' | 'wallet', password: string) => {
    const variable = name === 'recon' ? 'RECON_DATABASE_URL' : 'WALLET_DATABASE_URL';
    const group = name === 'recon' ? 'recon_app' : 'wallet_app';
    return env[variable] || ensureLogin(ownerUrl, { name, group, password, variable }, owned);
  };
  return {
    owner: ownerUrl,
    recon: await loginOf('recon', secrets.POSTGRES_RECON_PASSWORD),
    wallet: env['WALLET_SERVICE_URL'] ? '' : await loginOf('wallet', secrets.POSTGRES_WALLET_PASSWORD),
  };
}
