/**
 * The sources of a worker: their listeners on a task queue of their own, what supervises them, and the syncs beside them.
 * Pushbullet needs SECRETS_KEY, under which its tokens are stored; Telegram needs its bot's token.
 */
import type { Client } from '@temporalio/client';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { SourceListener } from '../activities/ports';
import type { Db } from '../db/query';
import { loopOf, type LoopName } from '../domain/loops';
import type { LoopReporter } from '../intake/loop-reporter';
import type { Intake } from '../intake/ports';
import { createPushbulletSource } from '../intake/pushbullet/source';
import type { ListenerTiming } from '../intake/pushbullet/timing';
import { alarmBacklog } from '../intake/telegram/alarms';
import type { TelegramPolicy } from '../intake/telegram/policy';
import { createTelegramSource } from '../intake/telegram/source';
import type { Config } from '../service/config';
import type { Logger } from '../service/logger';
import { createSecretBox } from '../service/secret-box';
import type { Freshness } from './freshness';
import { startLoop } from './loop';
import { superviseSources } from './loops/supervise-sources';
import { createSourceWorker, sourceTaskQueue } from './source-worker';

export interface SourceParts {
  readonly config: Config;
  readonly db: Db;
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly intake: Intake;
  readonly freshness: Freshness;
  readonly logger: Logger;
  /** This process, as people find it. */
  readonly owner: string;
  readonly workflows: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>;
  /** Shorter waits for tests. */
  readonly pushbulletTiming?: Partial<ListenerTiming> | undefined;
  readonly telegramPolicy?: TelegramPolicy | undefined;
}

export interface RunningSources {
  /** Rejects where the Temporal worker ends by itself. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const SUPERVISE_EVERY_MS = 5_000;
/** How often it is asked whose turn has come; the turns themselves are PUSHBULLET_SYNC_INTERVAL apart. */
const MAX_ASK_EVERY_MS = 1_000;

export async function startSources(parts: SourceParts): Promise<RunningSources> {
  const { config, db, client, freshness, logger } = parts;
  const ending = new AbortController();
  const pushbullet = pushbulletOf(parts);
  const telegram = telegramOf(parts);
  if (!pushbullet) logger.info('SECRETS_KEY is not set: accounts of Pushbullet are not listened to');
  const worker = await createSourceWorker({
    ...parts,
    listeners: {
      pushbullet: pushbullet?.listener ?? notConfigured,
      telegram: telegram?.listener ?? notConfigured,
    },
  });
  const ended = worker.run();

  const every = (name: LoopName, pauseMs: number, handle: LoopReporter, run: () => Promise<unknown>) =>
    startLoop({ name, pauseMs, handle, run, logger });
  /** A round that had nothing to do is no progress of a sync: it says so itself. */
  const sync = (name: LoopName, intervalMs: number, make: (reporter: LoopReporter) => { round(): Promise<void> }) => {
    const reporter = freshness.register(name);
    const made = make(reporter);
    const quiet = { ...reporter, progressed: () => undefined };
    return every(name, Math.min(MAX_ASK_EVERY_MS, intervalMs), quiet, () => made.round());
  };

  const supervision = {
    db,
    client,
    taskQueue: sourceTaskQueue(config),
    telegram: telegram !== undefined,
    pushbullet: pushbullet !== undefined,
  };
  const loops = [
    every('source_supervision', SUPERVISE_EVERY_MS, freshness.register('source_supervision'), async () => {
      // Before the supervisors: Temporal may be what is away for so long.
      if (telegram) await alarmBacklog(db);
      await superviseSources(supervision);
    }),
  ];
  if (pushbullet) {
    const { PUSHBULLET_SYNC_INTERVAL: missingMs, PUSHBULLET_ID_SYNC_INTERVAL: idMs } = config;
    const { signal } = ending;
    loops.push(
      sync('missing_sms_sync', missingMs, (reporter) => pushbullet.missingSmsSync({ reporter, signal })),
      sync('sms_id_sync', idMs, (reporter) => pushbullet.smsIdSync({ reporter, signal })),
    );
  }

  return {
    ended,
    async stop() {
      ending.abort();
      await Promise.all(loops.map((loop) => loop.stop()));
      worker.shutdown();
      await ended.catch(() => undefined);
      await Promise.all([pushbullet?.close(), telegram?.close()]);
      await freshness.settled();
    },
  };
}

function pushbulletOf({ config, db, intake, logger, owner, pushbulletTiming: timing }: SourceParts) {
  if (config.SECRETS_KEY === undefined) return undefined;
  return createPushbulletSource({
    db,
    intake,
    logger,
    box: createSecretBox(config.SECRETS_KEY),
    settings: config,
    ...(timing === undefined ? {} : { timing }),
    loopOf: (accountId) => ({ ...loopOf(`pushbullet_listener:${accountId}`, config.LOOP_LIMITS), owner }),
  });
}

function telegramOf({ config, db, intake, logger, owner, telegramPolicy: policy }: SourceParts) {
  const loop = { ...loopOf('telegram', config.LOOP_LIMITS), owner };
  return createTelegramSource({ db, intake, logger, settings: config, loop, policy });
}

/** Nothing to listen with: the supervisor ends, and is started again once there is. */
const notConfigured: SourceListener = { listen: () => Promise.resolve('removed') };
