/** What a process of recon asks of its database before it starts: nothing it would find out in the middle of an SMS. */
import { ConfigError } from '../service/config';
import { missingMigrations } from './migrate';
import type { Db } from './query';
import { findWalletWriteRights } from './wallet-rights';

/**
 * @throws ConfigError where migrations are missing or, in production, where this login could write money: only the wallet may.
 */
export async function requireFitDatabase(db: Db, { production }: { readonly production: boolean }): Promise<void> {
  const missing = await missingMigrations(db);
  if (missing.length > 0)
    throw new ConfigError(`the database lacks the migrations ${missing.join(', ')}: run "recon migrate" first`);
  const rights = production ? await findWalletWriteRights(db) : [];
  if (rights.length > 0)
    throw new ConfigError(
      `DATABASE_URL is of a login that may write money (${rights.join(', ')}): only the wallet may`,
    );
}
