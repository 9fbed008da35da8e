/**
 * A worker as it runs in production (pipeline, loops, intake with eager starts), which dies by SIGKILL where it is told to.
 * A process of its own, started by `victim.ts`.
 */
import path from 'node:path';
import { Redis } from 'ioredis';
import { createWalletClient } from '../../activities/wallet-client';
import { createTemplateSource } from '../../db/template-source';
import type { Intake } from '../../intake/ports';
import { tokenToPresent } from '../../service/caller-tokens';
import { readConfig } from '../../service/config';
import { createLogger } from '../../service/logger';
import { createKnex } from '../../service/postgres';
import { installCoreRuntime } from '../../worker/core-runtime';
import { createFreshness } from '../../worker/freshness';
import { startLoops } from '../../worker/loops/start-loops';
import { createReconWorker } from '../../worker/recon-worker';
import { startSources } from '../../worker/sources';
import { connectTemporal } from '../../worker/temporal-connection';
import { watchDb, watchWallet, type Boundary, type Passing } from './boundaries';
import type { Order, Report } from './messages';

interface Sentence {
  readonly boundary: Boundary;
  readonly jitterMs: number;
  passesLeft: number;
}

let sentence: Sentence | undefined;

const passing: Passing = (boundary) => {
  if (sentence?.boundary !== boundary) return;
  sentence.passesLeft -= 1;
  if (sentence.passesLeft !== 0) return;
  if (boundary.endsWith(':during')) setTimeout(die, sentence.jitterMs);
  else die();
};

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function say(report: Report): void {
  process.send?.(report);
}

async function work(): Promise<Intake> {
  const config = readConfig('worker');
  const logger = createLogger('chaos', config.LOG_LEVEL);
  await installCoreRuntime(logger);
  const databaseUrl = config.DATABASE_URL ?? '';
  const pool = createKnex({ url: databaseUrl, applicationName: 'chaos-worker', poolSize: 20 });
  const db = watchDb(pool, passing);
  const { connection, client } = await connectTemporal(config);
  const redis = new Redis(config.REDIS_URL ?? '', { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  const wallet = createWalletClient({
    baseUrl: config.WALLET_SERVICE_URL,
    token: tokenToPresent(config.callerTokens, 'recon') ?? '',
    signingKey: config.BRAND_SIGNING_KEY ?? '',
    connections: 20,
  });
  const noFigure = () => undefined;
  const workflows = { workflowBundle: { codePath: path.resolve(__dirname, '../../workflow-bundle.js') } };
  const { worker, intake, starter } = await createReconWorker({
    config,
    db,
    connection,
    client,
    wallet: watchWallet(wallet, passing),
    templates: createTemplateSource(pool),
    metrics: { stageSeconds: noFigure, smsOutcome: noFigure, walletRequest: noFigure, crossBrand: noFigure },
    logger,
    workflows,
  });
  void worker.run();
  const owner = `chaos:${process.pid}`;
  const freshness = createFreshness({ db: pool, owner, limitsMs: config.LOOP_LIMITS });
  startLoops({ config, db: pool, databaseUrl, redis, client, starter, freshness, logger });
  if (config.SECRETS_KEY !== undefined) {
    const parts = { config, db: pool, connection, client, intake, freshness, logger, owner, workflows };
    void (await startSources(parts)).ended;
  }
  return intake;
}

let intake: Intake | undefined;

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case 'go':
      intake = await work();
      return say({ report: 'working' });
    case 'die_at':
      sentence = { boundary: order.boundary, jitterMs: order.jitterMs, passesLeft: order.pass };
      return;
    case 'deliver': {
      const { delivery } = order;
      const accepted = await intake?.acceptSms(order.inbound).catch(() => undefined);
      if (accepted === undefined || 'conflict' in accepted) return say({ report: 'refused', delivery });
      return say({ report: 'accepted', delivery, smsId: accepted.smsId });
    }
  }
}

process.on('message', (order) => void obey(order as Order));
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
say({ report: 'loaded' });
