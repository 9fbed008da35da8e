/**
 * The worker of the benchmark, in a process of its own: composed as `worker/main.ts` composes it, and taking SMS in where
 * they would come in, in this same process, so that starts are eager. Its parent drives it over IPC.
 */
import path from 'node:path';
import { Redis } from 'ioredis';
import { createWalletClient } from '../activities/wallet-client';
import { createTemplateSource } from '../db/template-source';
import { tokenToPresent } from '../service/caller-tokens';
import { processEnvironment, readConfig } from '../service/config';
import { createLogger } from '../service/logger';
import { createKnex } from '../service/postgres';
import { createReconMetrics } from '../service/recon-metrics';
import { createTelemetry } from '../service/telemetry';
import { installCoreRuntime } from '../worker/core-runtime';
import { createFreshness } from '../worker/freshness';
import { startLoops } from '../worker/loops/start-loops';
import { createReconWorker } from '../worker/recon-worker';
import { connectTemporal } from '../worker/temporal-connection';
import { createComparators } from './comparators';
import { createRoundRunner } from './round-runner';
import { workerRequest, type WorkerReply } from './worker-messages';

const logger = createLogger('bench-worker', 'warn');

async function main(): Promise<void> {
  const config = readConfig('worker');
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, BRAND_SIGNING_KEY: signingKey } = config;
  const token = tokenToPresent(config.callerTokens, 'recon');
  const bundleFile = processEnvironment()['BENCH_BUNDLE'];
  if (databaseUrl === undefined || redisUrl === undefined || signingKey === undefined || token === undefined)
    throw new Error('the benchmark gave its worker too little of an environment');
  if (bundleFile === undefined) throw new Error('BENCH_BUNDLE is not set');

  await installCoreRuntime(logger);
  const db = createKnex({ url: databaseUrl, applicationName: 'bench-worker', poolSize: config.DATABASE_POOL_SIZE });
  const { connection, client } = await connectTemporal(config);
  const wallet = createWalletClient({
    baseUrl: config.WALLET_SERVICE_URL,
    token,
    signingKey,
    connections: config.WORKER_MAX_CONCURRENT,
  });
  const metrics = createReconMetrics(createTelemetry('bench-worker'), config.MULTI_BRAND_ENFORCEMENT);
  const recon = await createReconWorker({
    config,
    db,
    connection,
    client,
    wallet,
    templates: createTemplateSource(db),
    metrics,
    logger,
    workflows: { workflowBundle: { codePath: path.resolve(__dirname, '../workflow-bundle.js') } },
  });
  const comparators = await createComparators({
    connection,
    client,
    activities: recon.activities,
    bundleFile,
    maxConcurrent: config.WORKER_MAX_CONCURRENT,
  });
  const workers = [recon.worker, comparators.worker];
  const ended = Promise.all(workers.map((worker) => worker.run()));
  ended.catch(fail);
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined); // Reported by the loop that uses it.
  const loops = startLoops({
    config,
    db,
    databaseUrl,
    redis,
    client,
    starter: recon.starter,
    freshness: createFreshness({ db, owner: 'bench', limitsMs: config.LOOP_LIMITS }),
    logger,
  });
  const runRound = createRoundRunner({ db, client, logger, starter: recon.starter, comparators });

  async function stop(): Promise<void> {
    await loops.stop();
    for (const worker of workers) worker.shutdown();
    await ended;
    await wallet.close();
    redis.disconnect();
    await connection.close();
    await db.destroy();
  }

  process.on('message', (message: unknown) => {
    const request = workerRequest.parse(message);
    const work = request.ask === 'stop' ? stop().then(() => process.exit(0)) : runRound(request).then(say);
    work.catch(fail);
  });
  say({ say: 'ready' });
}

function say(reply: WorkerReply): void {
  process.send?.(reply);
}

function fail(error: unknown): void {
  say({ say: 'failed', fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

// Nobody is left to ask for anything, and a worker without a benchmark must not go on taking tasks.
process.on('disconnect', () => process.exit(1));
main().catch(fail);
