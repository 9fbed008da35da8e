/** The stand: parts, schemas and processes brought up in order, and taken down in reverse. */
import { checkHttp } from './external-parts';
import { demoPace } from './demo-pace';
import { startGuardian } from './guardian/guardian';
import { ensureHome, homeOf, lockHome, projectRoot } from './home';
import { migrateDatabases, type DatabaseUrls } from './migrate-databases';
import { LOCALHOST } from './ports';
import {
  claimPorts,
  createReconProcess,
  endLeftoverProcesses,
  environmentOf,
  PROCESS_NAMES,
  type StandProcessName,
} from './processes';
import type { Progress } from './progress';
import { provisionPostgres, provisionRedis, provisionTemporal, type Part, type StandContext } from './provision';
import { missingSecrets, openSecrets } from './secrets';
import { simulatedSources, simulatorsAreNeeded, whatIsSimulated } from './simulated-sources';
import { writeStandEnvironment } from './stand-environment';
import { createTakeDown, type TakeDown } from './take-down';
import { supervise, type SupervisionHooks } from './supervise';
import { readTemporalSettings } from './temporal-settings';

type Environment = Readonly<Record<string, string | undefined>>;

export interface StandDeps {
  readonly env: Environment;
  readonly progress: Progress;
  readonly supervision: SupervisionHooks;
  /** Asked between two steps: a stand that is told to stop while it starts goes no further. */
  readonly signal: AbortSignal;
  /** A demo day is to come: nobody should have to wait a minute for a sync. */
  readonly demo?: boolean;
}

export interface RunningStand {
  readonly home: string;
  readonly parts: readonly Part[];
  /** Those that this stand has started itself. */
  readonly processes: readonly StandProcessName[];
  readonly databaseUrls: DatabaseUrls;
  readonly urls: {
    readonly api: string;
    readonly worker: string;
    readonly wallet: string;
    /** Undefined where every source's address is given: then nothing is simulated. */
    readonly sim: string | undefined;
    readonly temporalUi: string | undefined;
  };
  /** What a client of this stand needs: addresses, logins and tokens (`npm run recon`, the demo day). */
  readonly environment: Environment;
  readonly stop: () => Promise<void>;
}

/** Where a step fails, everything that was started is stopped before the fault is thrown. */
export async function startStand(names: readonly StandProcessName[], deps: StandDeps): Promise<RunningStand> {
  const takeDown = createTakeDown();
  try {
    return await bringUp(names, deps, takeDown);
  } catch (error) {
    await takeDown.run();
    throw error;
  }
}

async function bringUp(asked: readonly StandProcessName[], deps: StandDeps, takeDown: TakeDown): Promise<RunningStand> {
  const { env, progress, signal } = deps;
  const home = homeOf(env);
  ensureHome(home);
  takeDown.add(lockHome(home));
  const context: StandContext = {
    ...deps,
    root: projectRoot(),
    home,
    settings: readTemporalSettings(),
    secrets: openSecrets(home),
    guardian: startGuardian(),
  };

  const walletGiven = env['WALLET_SERVICE_URL'];
  const isNeeded: Readonly<Partial<Record<StandProcessName, boolean>>> = {
    wallet: !walletGiven,
    sim: simulatorsAreNeeded(env),
  };
  const names = PROCESS_NAMES.filter((name) => asked.includes(name) && (isNeeded[name] ?? true));
  await endLeftoverProcesses(home);
  const ports = await claimPorts(names, env);
  if (walletGiven) {
    await progress.step('wallet as WALLET_SERVICE_URL gives it', () =>
      checkHttp(walletGiven, 'WALLET_SERVICE_URL', 'the wallet'),
    );
  }

  const started = async <T extends Part>(provision: (context: StandContext) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const part = await provision(context);
    takeDown.add(part.stop);
    return part;
  };
  const postgres = await started(provisionPostgres);
  const redis = await started(provisionRedis);
  const temporal = await started(provisionTemporal);
  signal.throwIfAborted();
  const databaseUrls = await progress.step('schemas and logins', () => migrateDatabases(context, postgres));

  const host = env['RECON_HOST'] || LOCALHOST;
  const urlOf = (name: StandProcessName) => `http://${host === '0.0.0.0' ? LOCALHOST : host}:${ports[name]}`;
  const urls = {
    api: env['RECON_SERVICE_URL'] || urlOf('api'),
    worker: urlOf('worker'),
    wallet: walletGiven ?? urlOf('wallet'),
    sim: names.includes('sim') ? urlOf('sim') : undefined,
    temporalUi: temporal.uiUrl,
  };
  const addresses = {
    REDIS_URL: redis.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    ...(urls.temporalUi === undefined ? {} : { TEMPORAL_UI_URL: urls.temporalUi }),
    RECON_HOME: home,
    RECON_SERVICE_URL: urls.api,
    WALLET_SERVICE_URL: urls.wallet,
    ...(urls.sim === undefined ? {} : simulatedSources(env, urls.sim)),
    ...(deps.demo ? demoPace(env, whatIsSimulated(env, urls.sim !== undefined)) : {}),
    // The strictest: a brand that differs parks the SMS for a person.
    MULTI_BRAND_ENFORCEMENT: env['MULTI_BRAND_ENFORCEMENT'] || 'enforce',
  };

  for (const name of names) {
    signal.throwIfAborted();
    const processEnv = environmentOf(name, { given: env, addresses }, context.secrets, databaseUrls);
    const inner = createReconProcess({ name, env: processEnv, port: ports[name], home }, context);
    const supervised = supervise(inner, deps.supervision);
    takeDown.add(supervised.stop);
    await progress.step(name, supervised.start, () => urls[name] ?? urlOf(name));
  }

  const environment = {
    ...givenForClients(env),
    ...missingSecrets(env, context.secrets),
    ...addresses,
    // Asked for its health by `recon doctor`.
    WORKER_PORT: String(ports.worker),
    DATABASE_URL: databaseUrls.recon,
    DATABASE_OWNER_URL: databaseUrls.owner,
  };
  takeDown.add(writeStandEnvironment(home, environment));
  return {
    home,
    parts: [postgres, redis, temporal],
    processes: names,
    databaseUrls,
    urls,
    environment,
    stop: takeDown.run,
  };
}

/** Secrets and the way to a given Temporal (TLS, key) are a client's business as well. */
function givenForClients(env: Environment): Environment {
  const isForClients = (name: string) =>
    /^(RGB_)?(INTERNAL_SERVICE_TOKEN|HOOK_SECRETS_)|_SIGNING_KEY$|^SECRETS_KEY$|^TEMPORAL_/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isForClients(name)));
}
