/** PostgreSQL: is it there, who are we in it, and is its schema ours? */
import { missingMigrations } from '../../db/migrate';
import { queryOne, type Db } from '../../db/query';
import { findWalletWriteRights } from '../../db/wallet-rights';
import { causeOf } from '../cli-error';
import { readDeposits } from '../migrate/schemas';
import { fail, ok, warn, type Check } from './checks';

export async function checkDatabase(db: Db): Promise<Check[]> {
  try {
    const { login, version } = await queryOne<{ login: string; version: string }>(
      db,
      `SELECT current_user::text AS login, current_setting('server_version') AS version`,
    );
    const there = ok('PostgreSQL', `answers, version ${version}, login ${login}`);
    return [there, await checkMigrations(db), await checkDeposits(db), await checkRights(db)];
  } catch (error) {
    const hint = 'Start it, or mend DATABASE_URL. Meanwhile nothing is acknowledged to any phone, and nothing is lost.';
    return [fail('PostgreSQL', `does not answer (${causeOf(error)})`, hint, 'away')];
  }
}

async function checkMigrations(db: Db): Promise<Check> {
  try {
    const missing = await missingMigrations(db);
    return missing.length === 0
      ? ok('migrations', 'every migration of this build is there')
      : fail(
          'migrations',
          `missing: ${missing.join(', ')}`,
          'Run "recon migrate": api and worker refuse to start before.',
        );
  } catch (error) {
    return fail('migrations', `cannot be read (${causeOf(error)})`, 'The login must be a member of recon_app.');
  }
}

async function checkDeposits(db: Db): Promise<Check> {
  const state = await readDeposits(db);
  if (state === 'readable') return ok('deposits', 'recon_app may read wallet.player_deposit');
  return fail(
    'deposits',
    `wallet.player_deposit is ${state === 'missing' ? 'missing' : 'not readable'}`,
    'Run "recon migrate --check": it says what to do.',
  );
}

async function checkRights(db: Db): Promise<Check> {
  const rights = await findWalletWriteRights(db);
  if (rights.length === 0) return ok('money', 'this login can write no money');
  return warn(
    'money',
    `this login may write in the wallet's schema: ${rights.slice(0, 3).join(', ')}${rights.length > 3 ? ', …' : ''}`,
    'Give recon a login of its own that is a member of recon_app only; production refuses to start otherwise.',
  );
}
