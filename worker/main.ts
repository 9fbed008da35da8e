/** The worker's process: the pipeline and its loops. */
import { hostname } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { createWalletClient } from '../activities/wallet-client';
import { requireFitDatabase } from '../db/fit-database';
import { createTemplateSource } from '../db/template-source';
import { version } from '../package.json';
import { tokenToPresent } from '../service/caller-tokens';
import { ConfigError, readConfig } from '../service/config';
import { listen } from '../service/http-server';
import { createLogger } from '../service/logger';
import { createKnex } from '../service/postgres';
import { createReconMetrics } from '../service/recon-metrics';
import { runProcess } from '../service/run-process';
import { createTelemetry } from '../service/telemetry';
import { installCoreRuntime } from './core-runtime';
import { createFreshness } from './freshness';
import { createHealthApp } from './health';
import { startLoops } from './loops/start-loops';
import { createReconWorker } from './recon-worker';
import { missingSearchAttributes } from './search-attributes';
import { startSources } from './sources';
import { connectTemporal } from './temporal-connection';

const logger = createLogger('worker');
const STOP_LIMIT_MS = 15_000;
/** A Redis that takes the question and says nothing is as good as away. */
const REDIS_LIMIT_MS = 5_000;

void runProcess(logger, async () => {
  const config = readConfig('worker');
  logger.level = config.LOG_LEVEL;
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, BRAND_SIGNING_KEY: signingKey } = config;
  const token = tokenToPresent(config.callerTokens, 'recon');
  // readConfig refuses to start this process without the first three.
  if (databaseUrl === undefined || redisUrl === undefined || signingKey === undefined)
    throw new Error('the configuration is not complete');
  if (token === undefined)
    throw new ConfigError('INTERNAL_SERVICE_TOKEN_RECON is not set: the wallet refuses calls without it');

  const coreMetricsUrl = await installCoreRuntime(logger);
  const db = createKnex({ url: databaseUrl, applicationName: 'recon-worker', poolSize: config.DATABASE_POOL_SIZE });
  await requireFitDatabase(db, { production: config.NODE_ENV === 'production' });

  const { connection, client } = await connectTemporal(config);
  const lacking = await missingSearchAttributes(client);
  if (lacking.length > 0)
    throw new ConfigError(
      `the namespace ${config.TEMPORAL_NAMESPACE} lacks the search attributes ${lacking.join(', ')}: run "recon migrate" first`,
    );

  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, commandTimeout: REDIS_LIMIT_MS });
  redis.on('error', () => undefined); // Reported by the loop that uses it.
  const telemetry = createTelemetry('recon-worker', { otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
  const metrics = createReconMetrics(telemetry, config.MULTI_BRAND_ENFORCEMENT);
  const owner = `${hostname()}:${process.pid}`;
  const freshness = createFreshness({ db, owner, limitsMs: config.LOOP_LIMITS });
  metrics.showFreshness(() => freshness.read());
  const wallet = createWalletClient({
    baseUrl: config.WALLET_SERVICE_URL,
    token,
    signingKey,
    connections: config.WORKER_MAX_CONCURRENT,
  });
  const workflows = { workflowBundle: { codePath: path.resolve(__dirname, '../workflow-bundle.js') } };
  const { worker, starter, intake } = await createReconWorker({
    config,
    db,
    connection,
    client,
    wallet,
    templates: createTemplateSource(db),
    metrics,
    logger,
    workflows,
  });
  const ended = worker.run();
  const sources = await startSources({ config, db, connection, client, intake, freshness, logger, owner, workflows });
  for (const running of [ended, sources.ended])
    running.catch((error: unknown) => {
      logger.fatal({ err: error }, 'a Temporal worker ended by itself');
      process.exit(1);
    });
  const loops = startLoops({ config, db, databaseUrl, redis, client, starter, freshness, logger });
  const isPolling = () => worker.getState() === 'RUNNING';
  const app = createHealthApp({ freshness, telemetry, coreMetricsUrl, isPolling, version, logger });
  const listening = await listen(app, { host: config.RECON_HOST, port: config.WORKER_PORT, variable: 'WORKER_PORT' });
  logger.info({ url: listening.url, taskQueue: config.TEMPORAL_TASK_QUEUE }, 'listening');

  return {
    stop: async () => {
      await listening.close();
      await Promise.all([loops.stop(), sources.stop()]);
      worker.shutdown();
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS))]);
      await wallet.close();
      redis.disconnect();
      await connection.close();
      await db.destroy();
      await telemetry.shutdown();
    },
  };
});
