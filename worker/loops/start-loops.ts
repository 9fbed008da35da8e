/** The loops of a worker by name, each with its pause; `domain/loops.ts` has the age at which each counts as stale. */
import type { Client } from '@temporalio/client';
import type { Redis } from 'ioredis';
import { requestBackfill } from '../../db/gap-sources';
import { eraseTexts, pruneDelivered } from '../../db/housekeeping';
import type { Db } from '../../db/query';
import type { LoopName } from '../../domain/loops';
import type { SmsStarter } from '../../intake/ports';
import { sweepOnce } from '../../intake/sweeper';
import { tokenToPresent } from '../../service/caller-tokens';
import type { Config } from '../../service/config';
import type { Logger } from '../../service/logger';
import type { Freshness } from '../freshness';
import { startLoop, type RunningLoop } from '../loop';
import { runCanary } from './canary';
import { createDepositWatcher } from './deposit-watcher';
import { detectGaps } from './gap-detector';
import { noteTurns, unconfiguredLoops } from './note-turns';
import { sendOutbox } from './outbox-sender';
import { redeliverRequests } from './redeliver-requests';
import { releaseTrusted } from './release-trusted';
import { sealAudit } from './seal-audit';
import { createSignaller } from './signals';
import { createDeviceWatch, phonePolicyOf } from './watch-devices';

export interface LoopParts {
  readonly config: Config;
  readonly db: Db;
  readonly databaseUrl: string;
  readonly redis: Redis;
  readonly client: Client;
  readonly starter: SmsStarter;
  readonly freshness: Freshness;
  readonly logger: Logger;
}

interface LoopPlan {
  readonly name: LoopName;
  readonly pauseMs: number;
  readonly run: () => Promise<unknown>;
}

/** Requests are told again once the API has stopped waiting for the run's answer (2 s). */
const REDELIVER_AFTER_MS = 4_000;
const CANARY_LIMIT_MS = 10_000;
/** After a start of the whole house everything looks stale until its first progress. */
const FRESHNESS_GRACE_MS = 10_000;

/** Gives what stops them all. */
export function startLoops(parts: LoopParts): { stop(): Promise<void> } {
  const { config, db, client, starter, logger } = parts;
  const signaller = createSignaller(client);
  const watcher = createDepositWatcher({
    db,
    databaseUrl: parts.databaseUrl,
    signaller,
    logger,
    beforeMs: config.MATCH_BEFORE,
  });
  const phones = createDeviceWatch({ db, policy: phonePolicyOf(config), logger });
  const admin = adminOf(config);
  const startedAtMs = performance.now();
  const mayTurnStale = () => performance.now() - startedAtMs > FRESHNESS_GRACE_MS;
  const plans: readonly LoopPlan[] = [
    {
      name: 'sweeper',
      pauseMs: config.SWEEP_INTERVAL,
      run: () => sweepOnce({ db, starter, logger, graceMs: config.SWEEP_GRACE, recheckMs: config.SWEEP_RECHECK }),
    },
    { name: 'deposit_watcher', pauseMs: 2_000, run: () => watcher.round() },
    {
      name: 'redelivery',
      pauseMs: 1_000,
      run: () =>
        redeliverRequests({
          db,
          signaller,
          starter,
          fourEyes: config.FOUR_EYES_AMOUNT_MINOR,
          olderThanMs: REDELIVER_AFTER_MS,
        }),
    },
    { name: 'trust', pauseMs: 1_000, run: () => releaseTrusted({ db, signaller }) },
    { name: 'outbox', pauseMs: 500, run: () => sendOutbox({ db, redis: parts.redis, admin }) },
    { name: 'audit_seal', pauseMs: 10_000, run: () => sealAudit(db) },
    {
      name: 'housekeeping',
      pauseMs: 60_000,
      run: () => keepHouse(db, config.SMS_TEXT_RETENTION),
    },
    {
      name: 'canary',
      pauseMs: 30_000,
      run: () => runCanary(client, config.TEMPORAL_TASK_QUEUE, CANARY_LIMIT_MS),
    },
    { name: 'device_watch', pauseMs: 30_000, run: () => phones.round() },
    {
      name: 'gap_detector',
      pauseMs: Math.min(5_000, Math.max(200, config.GAP_SETTLE)),
      run: () =>
        detectGaps({
          db,
          backfill: { request: requestBackfill },
          policy: {
            settleMs: config.GAP_SETTLE,
            tries: config.GAP_BACKFILL_TRIES,
            pauseMs: config.GAP_BACKFILL_PAUSE,
          },
        }),
    },
    {
      name: 'freshness',
      pauseMs: 2_000,
      run: () => noteTurns({ db, logger, unconfigured: unconfiguredLoops(config), mayTurnStale }),
    },
  ];
  const running = plans.map((plan): RunningLoop => {
    const handle = parts.freshness.register(plan.name);
    return startLoop({ name: plan.name, pauseMs: plan.pauseMs, run: plan.run, handle, logger });
  });
  return {
    async stop() {
      await Promise.all(running.map((loop) => loop.stop()));
      await watcher.stop();
      await parts.freshness.settled();
    },
  };
}

/** Without a retention time texts are kept. */
async function keepHouse(db: Db, retentionMs: number | undefined): Promise<void> {
  if (retentionMs !== undefined) await eraseTexts(db, retentionMs);
  await pruneDelivered(db);
}

function adminOf(config: Config): { url: string; token: string } | undefined {
  const token = tokenToPresent(config.callerTokens, 'recon');
  return config.ADMIN_SERVICE_URL === undefined || token === undefined
    ? undefined
    : { url: config.ADMIN_SERVICE_URL, token };
}
