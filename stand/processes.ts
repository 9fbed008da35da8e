/** Recon's own processes on one machine: in which order they start, and what each is told and not told. */
import path from 'node:path';
import { request } from 'undici';
import type { Guardian } from './guardian/guardian';
import { createManagedProcess, type ManagedProcess } from './managed-process';
import { endLeftover, pidFileIn } from './pid-file';
import { claimPort, LOCALHOST, portFromEnv } from './ports';
import { ENVIRONMENT_SECRET_NAMES, missingSecrets, type EnvironmentSecret, type Secrets } from './secrets';

type Environment = Readonly<Record<string, string | undefined>>;

/** In the order of their start; they stop in reverse. */
export const PROCESS_NAMES = ['wallet', 'sim', 'worker', 'api'] as const;
export type StandProcessName = (typeof PROCESS_NAMES)[number];

interface ProcessPlan {
  readonly portVariable: string;
  readonly defaultPort: number;
  /** The login that it reaches PostgreSQL with; null: it keeps nothing there. */
  readonly login: 'recon' | 'wallet' | null;
  readonly secrets: readonly EnvironmentSecret[];
  /** Whether it reads the secrets of the hooks' senders. */
  readonly hookSecrets: boolean;
  /** Whether it speaks to Telegram as the bot. */
  readonly botToken: boolean;
}

const CALLER_TOKENS = [
  'INTERNAL_SERVICE_TOKEN_ADMIN',
  'INTERNAL_SERVICE_TOKEN_RECON',
  'INTERNAL_SERVICE_TOKEN_WALLET',
  'INTERNAL_SERVICE_TOKEN_OPS',
] as const;

export const PROCESS_PLANS: Readonly<Record<StandProcessName, ProcessPlan>> = {
  wallet: {
    portVariable: 'WALLET_PORT',
    defaultPort: 4200,
    login: 'wallet',
    secrets: [...CALLER_TOKENS, 'BRAND_SIGNING_KEY'],
    hookSecrets: false,
    botToken: false,
  },
  // The outside world: it knows nothing of ours.
  sim: {
    portVariable: 'SIM_PORT',
    defaultPort: 4400,
    login: null,
    secrets: [],
    hookSecrets: false,
    botToken: false,
  },
  worker: {
    portVariable: 'WORKER_PORT',
    defaultPort: 4010,
    login: 'recon',
    secrets: ['INTERNAL_SERVICE_TOKEN_RECON', 'BRAND_SIGNING_KEY', 'SECRETS_KEY'],
    hookSecrets: false,
    botToken: true,
  },
  api: {
    portVariable: 'RECON_API_PORT',
    defaultPort: 4000,
    login: 'recon',
    secrets: [...CALLER_TOKENS, 'SECRETS_KEY'],
    hookSecrets: true,
    botToken: false,
  },
};

/** Before anything is started, so that a taken port is told at once. @throws StandError naming the variable. */
export async function claimPorts(
  names: readonly StandProcessName[],
  env: Environment,
): Promise<Record<StandProcessName, number>> {
  const host = env['RECON_HOST'] || LOCALHOST;
  const portOf = async (name: StandProcessName) => {
    const { portVariable, defaultPort } = PROCESS_PLANS[name];
    const port = portFromEnv(env, portVariable, defaultPort);
    return names.includes(name) ? claimPort(port, portVariable, host) : port;
  };
  return {
    wallet: await portOf('wallet'),
    sim: await portOf('sim'),
    worker: await portOf('worker'),
    api: await portOf('api'),
  };
}

/** What every process of this stand is told alike: addresses, and the mode that the configuration demands a choice of. */
export interface SharedEnvironment {
  readonly given: Environment;
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Each process gets its own login and only the secrets that it uses: no other process's, and never the owner's login.
 */
export function environmentOf(
  name: StandProcessName,
  shared: SharedEnvironment,
  secrets: Secrets,
  logins: Readonly<Record<'recon' | 'wallet', string>>,
): Record<string, string | undefined> {
  const plan = PROCESS_PLANS[name];
  const hidden = new Set<string>(ENVIRONMENT_SECRET_NAMES.filter((secret) => !plan.secrets.includes(secret)));
  const isHidden = (variable: string) => {
    if (/_DATABASE_URL$|^DATABASE_/.test(variable)) return variable !== 'DATABASE_POOL_SIZE';
    if (variable.startsWith('HOOK_SECRETS_')) return !plan.hookSecrets;
    if (variable === 'TELEGRAM_BOT_TOKEN') return !plan.botToken;
    return hidden.has(variable.replace(/^RGB_/, ''));
  };
  const everything = { ...shared.given, ...missingSecrets(shared.given, secrets), ...shared.addresses };
  const allowed = Object.fromEntries(Object.entries(everything).filter(([variable]) => !isHidden(variable)));
  return plan.login === null ? allowed : { ...allowed, DATABASE_URL: logins[plan.login] };
}

const STOP_RUNGS = [
  { signal: 'SIGTERM', waitMs: 25_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/** Those of a killed stand: they hold the ports that are looked at next. */
export async function endLeftoverProcesses(home: string): Promise<void> {
  for (const name of [...PROCESS_NAMES].reverse()) await endLeftover(pidFileIn(home, name), STOP_RUNGS);
}

export interface ReconProcessOptions {
  readonly name: StandProcessName;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  readonly home: string;
  /** Where the build lies; default: the one that runs now. */
  readonly dist?: string;
}

export function createReconProcess(options: ReconProcessOptions, deps: { guardian: Guardian }): ManagedProcess {
  const { name, env, port, home, dist = path.resolve(__dirname, '..') } = options;
  const host = env['RECON_HOST'] || LOCALHOST;
  const url = `http://${host === '0.0.0.0' ? LOCALHOST : host}:${port}`;
  return createManagedProcess(
    {
      name,
      command: process.execPath,
      args: ['--enable-source-maps', path.join(dist, name, 'main.js')],
      env: { ...env, [PROCESS_PLANS[name].portVariable]: String(port) },
      logFile: path.join(home, 'logs', `${name}.log`),
      pidFile: pidFileIn(home, name),
      stopRungs: STOP_RUNGS,
      isReady: () => isReady(url),
      readyLimitMs: 60_000,
    },
    deps,
  );
}

/** True once `/readyz` says so. */
export async function isReady(baseUrl: string): Promise<boolean> {
  const { statusCode, body } = await request(`${baseUrl}/readyz`, { headersTimeout: 3_000, bodyTimeout: 3_000 });
  await body.dump();
  return statusCode === 200;
}
