/** Brings the three parts that everything else stands on: each its own where no address is given, else the given one. */
import path from 'node:path';
import { checkPostgres, checkRedis, checkTemporal } from './external-parts';
import type { Guardian } from './guardian/guardian';
import type { ManagedProcess } from './managed-process';
import { endLeftover, pidFileIn } from './pid-file';
import { claimPort, LOCALHOST, portFromEnv } from './ports';
import { createPostgresServer } from './postgres-server';
import type { Progress } from './progress';
import { createRedisServer } from './redis-server';
import { rememberedPort } from './remembered-ports';
import type { Secrets } from './secrets';
import { supervise, type SupervisionHooks } from './supervise';
import { findTemporalCli } from './temporal-cli';
import { createTemporalServer } from './temporal-server';
import type { TemporalSettings } from './temporal-settings';

export interface StandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The checkout. */
  readonly root: string;
  /** RECON_HOME, absolute. */
  readonly home: string;
  readonly settings: TemporalSettings;
  readonly secrets: Secrets;
  readonly guardian: Guardian;
  readonly progress: Progress;
  readonly supervision: SupervisionHooks;
}

export interface Part {
  readonly name: 'PostgreSQL' | 'Redis' | 'Temporal';
  /** For people: it holds no password. */
  readonly address: string;
  /** False where the address was given: then the stand neither starts, stops nor wipes it. */
  readonly owned: boolean;
  readonly stop: () => Promise<void>;
}

export interface PostgresPart extends Part {
  /** Of the user who runs migrations. */
  readonly ownerUrl: string;
}

export interface RedisPart extends Part {
  readonly url: string;
}

export interface TemporalPart extends Part {
  readonly namespace: string;
  /** Undefined where the server is a given one and TEMPORAL_UI_URL does not say. */
  readonly uiUrl: string | undefined;
}

/** For what a killed stand left running: it holds ports and data, so it goes before either is looked at. */
const KILL_RUNGS = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

export async function provisionPostgres(context: StandContext): Promise<PostgresPart> {
  const { env, home, progress, secrets } = context;
  const variable = env['DATABASE_OWNER_URL'] ? 'DATABASE_OWNER_URL' : 'DATABASE_URL';
  const given = env[variable];
  if (given) {
    await progress.step(`PostgreSQL as ${variable} gives it`, () => checkPostgres(given, variable));
    return { name: 'PostgreSQL', address: `as ${variable} gives it`, ownerUrl: given, ...untouched };
  }
  return progress.step(
    'PostgreSQL',
    async () => {
      await endLeftover(pidFileIn(home, 'postgres'), [{ signal: 'SIGINT', waitMs: 30_000 }, ...KILL_RUNGS]);
      const port = await rememberedPort(home, 'postgres');
      const password = secrets.POSTGRES_OWNER_PASSWORD;
      const { server, ownerUrl } = createPostgresServer({ home, port, ownerPassword: password, env }, context);
      const stop = await startSupervised(server, context);
      return { name: 'PostgreSQL', address: `${LOCALHOST}:${port}`, ownerUrl, owned: true, stop } as const;
    },
    (part) => part.address,
  );
}

export async function provisionRedis(context: StandContext): Promise<RedisPart> {
  const { env, home, progress, secrets } = context;
  const given = env['REDIS_URL'];
  if (given) {
    await progress.step('Redis as REDIS_URL gives it', () => checkRedis(given));
    return { name: 'Redis', address: 'as REDIS_URL gives it', url: given, ...untouched };
  }
  return progress.step(
    'Redis',
    async () => {
      await endLeftover(pidFileIn(home, 'redis'), KILL_RUNGS);
      const port = await rememberedPort(home, 'redis');
      const { server, url } = createRedisServer({ home, port, password: secrets.REDIS_PASSWORD, env }, context);
      const stop = await startSupervised(server, context);
      return { name: 'Redis', address: `${LOCALHOST}:${port}`, url, owned: true, stop } as const;
    },
    (part) => part.address,
  );
}

export async function provisionTemporal(context: StandContext): Promise<TemporalPart> {
  const { env, home, progress, root } = context;
  const namespace = env['TEMPORAL_NAMESPACE'] || context.settings.namespace;
  const settings = { ...context.settings, namespace };
  const given = env['TEMPORAL_ADDRESS'];
  if (given) {
    await progress.step('Temporal as TEMPORAL_ADDRESS gives it', () => checkTemporal(env, namespace));
    return { name: 'Temporal', address: given, namespace, uiUrl: env['TEMPORAL_UI_URL'], ...untouched };
  }
  const cli = await findTemporalCli({ env, binDirectory: path.join(root, '.recon', 'bin'), progress });
  return progress.step(
    `Temporal (${cli.version})`,
    async () => {
      await endLeftover(pidFileIn(home, 'temporal'), KILL_RUNGS);
      const port = await claimPort(portFromEnv(env, 'TEMPORAL_PORT', settings.ports.grpc), 'TEMPORAL_PORT');
      const uiPort = await claimPort(portFromEnv(env, 'TEMPORAL_UI_PORT', settings.ports.ui), 'TEMPORAL_UI_PORT');
      const dbFile = path.join(home, 'temporal.db');
      const server = createTemporalServer({ cliPath: cli.path, settings, port, uiPort, dbFile, home, env }, context);
      const stop = await startSupervised(server, context);
      const uiUrl = `http://${LOCALHOST}:${uiPort}`;
      return { name: 'Temporal', address: `${LOCALHOST}:${port}`, namespace, uiUrl, owned: true, stop } as const;
    },
    (part) => `${part.address}, its UI at ${part.uiUrl}`,
  );
}

const untouched = { owned: false, stop: () => Promise.resolve() } as const;

async function startSupervised(process: ManagedProcess, context: StandContext): Promise<() => Promise<void>> {
  const supervised = supervise(process, context.supervision);
  await supervised.start();
  return supervised.stop;
}
