/** The wallet's process. */
import { version } from '../package.json';
import { readConfig } from '../service/config';
import { listen } from '../service/http-server';
import { createLogger } from '../service/logger';
import { createKnex } from '../service/postgres';
import { runProcess } from '../service/run-process';
import { createWalletApp } from './app';

const logger = createLogger('wallet');

void runProcess(logger, async () => {
  const config = readConfig('wallet');
  logger.level = config.LOG_LEVEL;
  const { DATABASE_URL: databaseUrl, BRAND_SIGNING_KEY: brandSigningKey } = config;
  // readConfig refuses to start this process without them.
  if (databaseUrl === undefined || brandSigningKey === undefined) throw new Error('the configuration is not complete');

  const knex = createKnex({
    url: databaseUrl,
    applicationName: 'recon-wallet',
    poolSize: config.DATABASE_POOL_SIZE,
  });
  const app = createWalletApp({
    knex,
    logger,
    tokens: config.callerTokens,
    perCallerRequired: config.PER_CALLER_TOKEN_REQUIRED,
    brandSigningKey,
    enforcement: config.MULTI_BRAND_ENFORCEMENT,
    version,
  });
  const listening = await listen(app, { host: config.RECON_HOST, port: config.WALLET_PORT, variable: 'WALLET_PORT' });
  logger.info({ url: listening.url, enforcement: config.MULTI_BRAND_ENFORCEMENT }, 'listening');
  return {
    stop: async () => {
      await listening.close();
      await knex.destroy();
    },
  };
});
