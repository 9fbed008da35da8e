/**
 * The one reader of the environment: one zod schema, read once at start. A bad or missing value stops the process before
 * it listens, naming the variable and never its value. A test holds `docs/configuration.md` to `VARIABLES`.
 */
import { z } from 'zod';
import { wallClockReader } from '../domain/time-zone';
import { isLoopKind } from '../domain/loops';
import { durationLadderMs, durationMs } from './duration';
import { tokensFrom, type CallerTokens } from './caller-tokens';
import { botToken, telegramChats } from './telegram-settings';

const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');
const port = z.coerce.number().int().min(0).max(65535);
const url = z
  .url({ protocol: /^https?$/, error: 'is not an http or https address' })
  .transform((value) => value.replace(/\/+$/, ''));
const streamUrl = z
  .url({ protocol: /^wss?$/, error: 'is not a ws or wss address' })
  .transform((value) => value.replace(/\/+$/, ''));
const secret = z.string().min(16, 'is shorter than 16 characters');

/** `EUR=100000,JPY=100000`: amounts in minor units by currency. */
const amountByCurrency = z.string().transform((text, context) => {
  const entries = text
    .split(',')
    .filter(Boolean)
    .map((part) => /^([A-Z]{3})=(\d{1,15})$/.exec(part.trim()));
  const parsed = entries.filter((entry) => entry !== null).map((entry) => [entry[1] ?? '', Number(entry[2])] as const);
  if (parsed.length === entries.length) return new Map<string, number>(parsed);
  context.addIssue({ code: 'custom', message: 'is not a list such as EUR=100000,JPY=100000 (minor units)' });
  return z.NEVER;
});

/** `telegram=2m,pushbullet_listener=90s`: the age at which a loop counts as stale, where its default does not fit. */
const limitsByLoop = z.string().transform((text, context) => {
  const entries = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [loop = '', limit = ''] = part.split('=');
      const parsed = durationMs.safeParse(limit);
      return /^[a-z_]+$/.test(loop) && parsed.success ? ([loop, parsed.data] as const) : null;
    });
  const limits = entries.filter((entry) => entry !== null);
  const unknown = limits.map(([loop]) => loop).filter((loop) => !isLoopKind(loop));
  if (unknown.length > 0) {
    context.addIssue({ code: 'custom', message: `names what is no loop: ${unknown.join(', ')}` });
    return z.NEVER;
  }
  if (limits.length === entries.length) return new Map<string, number>(limits);
  context.addIssue({ code: 'custom', message: 'is not a list such as telegram=2m,sweeper=90s' });
  return z.NEVER;
});

/** Two active values while a secret is rotated: the first signs, both are accepted. */
const rotatingSecrets = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

/** A default rung ladder of about five hours: the wallet may be down for a night shift's incident and nothing needs a person. */
const DEFAULT_LADDER = '1s,2s,5s,15s,30s,1m,2m,5m,10m,15m,30m,1h,1h,2h';

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RECON_HOST: z.string().default('127.0.0.1'),
  RECON_API_PORT: port.default(4000),
  WORKER_PORT: port.default(4010),
  WALLET_PORT: port.default(4200),
  RECON_HOME: z.string().default('.recon'),

  DATABASE_URL: z.string().optional(),
  DATABASE_OWNER_URL: z.string().optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(20),
  REDIS_URL: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_UI_URL: url.default('http://127.0.0.1:8233'),
  TEMPORAL_TASK_QUEUE: z.string().default('recon'),
  WORKFLOW_TASK_TIMEOUT: durationMs.default(10_000),
  STICKY_QUEUE_TIMEOUT: durationMs.default(10_000),
  WORKER_MAX_CONCURRENT: z.coerce.number().int().min(2).max(2000).default(200),

  RECON_SERVICE_URL: url.default('http://127.0.0.1:4000'),
  WALLET_SERVICE_URL: url.default('http://127.0.0.1:4200'),
  ADMIN_SERVICE_URL: url.optional(),

  PER_CALLER_TOKEN_REQUIRED: onOff.default(false),
  BRAND_SIGNING_KEY: secret.optional(),
  MULTI_BRAND_ENFORCEMENT: z.enum(['off', 'observe', 'enforce']),
  SECRETS_KEY: secret.optional(),

  MATCH_BEFORE: durationMs.default(24 * 3_600_000),
  MATCH_WAIT: durationMs.default(30 * 60_000),
  MATCH_LADDER: durationLadderMs.default([30_000, 120_000, 300_000, 600_000]),
  APPROVAL_LADDER: durationLadderMs.prefault(DEFAULT_LADDER),
  WALLET_LOCAL_TIMEOUT: durationMs.default(2_000),
  WALLET_TIMEOUT: durationMs.default(10_000),
  WALLET_RETRY_AFTER_CAP: durationMs.default(300_000),
  WALLET_CONFIG_FAULT_RETRY: durationMs.default(300_000),
  REVIEW_SLA: durationMs.default(15 * 60_000),
  REVIEW_UNDO_SECONDS: z.coerce.number().int().min(0).max(3600).default(10),
  FOUR_EYES_AMOUNT_MINOR: amountByCurrency.default(new Map()),
  AUTO_APPROVAL: onOff.default(true),
  GAP_SETTLE: durationMs.default(20_000),
  GAP_BACKFILL_TRIES: z.coerce.number().int().min(0).max(20).default(3),
  GAP_BACKFILL_PAUSE: durationMs.default(2 * 60_000),
  DEFAULT_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'is not an ISO 3166 country code such as IN')
    .optional(),

  SMS_TEXT_RETENTION: durationMs.optional(),
  SWEEP_INTERVAL: durationMs.default(2_000),
  SWEEP_GRACE: durationMs.default(5_000),
  SWEEP_RECHECK: durationMs.default(60_000),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),

  PUSHBULLET_API_URL: url.default('https://api.pushbullet.com'),
  PUSHBULLET_STREAM_URL: streamUrl.default('wss://stream.pushbullet.com/websocket'),
  PUSHBULLET_WATCHDOG: durationMs.default(45_000),
  PUSHBULLET_SYNC_INTERVAL: durationMs.default(60_000),
  PUSHBULLET_ID_SYNC_INTERVAL: durationMs.default(60_000),
  TELEGRAM_API_URL: url.default('https://api.telegram.org'),
  TELEGRAM_BOT_TOKEN: botToken.optional(),
  TELEGRAM_CHATS: telegramChats.default(new Map()),
  TELEGRAM_POLL_TIMEOUT: durationMs.default(50_000),
  FORWARD_FORMATS_FILE: z.string().optional(),
  FORWARD_TIME_ZONE: z
    .string()
    .refine((zone) => wallClockReader(zone) !== null, 'is not a time zone such as Asia/Tehran or +03:30')
    .optional(),
  LOOP_LIMITS: limitsByLoop.default(new Map()),
  DEVICE_SILENT_LIMIT: durationMs.default(24 * 3_600_000),
  DEVICE_SILENT_FLOOR: durationMs.default(30 * 60_000),
  DEVICE_HEARTBEAT_LIMIT: durationMs.default(30 * 60_000),
  SIM_PORT: port.default(4400),
});

type Parsed = z.infer<typeof schema>;

/** Every variable of the schema; callers' tokens and hooks' secrets are read beside it. */
export const VARIABLES: readonly string[] = Object.keys(schema.shape);

export interface Config extends Parsed {
  /** Tokens by caller, INTERNAL_SERVICE_TOKEN_<CALLER>, also with the prefix RGB_. */
  readonly callerTokens: CallerTokens;
  /** Standard Webhooks secrets by channel, HOOK_SECRETS_<CHANNEL> (lower case): the first signs, all are accepted. */
  readonly hookSecrets: ReadonlyMap<string, readonly string[]>;
}

/** Names the variable and the fault; never carries a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a process cannot start without, beyond the schema's own rules. */
const REQUIRED: Readonly<Record<ProcessName, readonly (keyof Parsed)[]>> = {
  api: ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS'],
  worker: ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS', 'BRAND_SIGNING_KEY'],
  wallet: ['DATABASE_URL', 'BRAND_SIGNING_KEY'],
  sim: [],
  cli: [],
};
export type ProcessName = 'api' | 'worker' | 'wallet' | 'sim' | 'cli';

/** These act on no money and keep no data: they start without the mode and the secrets that the others must be given. */
const WITHOUT_MONEY: readonly ProcessName[] = ['cli', 'sim'];

/**
 * Reads and checks the environment for one process.
 * @throws ConfigError naming every variable at fault, one to a line.
 */
export function parseConfig(env: Environment, forProcess: ProcessName): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  // The command line must be able to run `doctor` where nothing is set yet, so it gets a mode it never acts on.
  const withMode = WITHOUT_MONEY.includes(forProcess) ? { MULTI_BRAND_ENFORCEMENT: 'enforce', ...given } : given;
  const result = schema.safeParse(withMode);
  const faults = result.success ? [] : result.error.issues.map((issue) => describeIssue(issue, given));
  const { tokens, faults: tokenFaults } = tokensFrom(given);
  faults.push(...tokenFaults);
  if (!result.success) throw new ConfigError(faults.join('\n'));

  const parsed = result.data;
  for (const name of REQUIRED[forProcess]) if (parsed[name] === undefined) faults.push(`${name} is not set`);
  if (parsed.PER_CALLER_TOKEN_REQUIRED && tokens.legacy !== undefined)
    faults.push('INTERNAL_SERVICE_TOKEN is set, which PER_CALLER_TOKEN_REQUIRED=on forbids: remove the bare variable');
  if (parsed.NODE_ENV === 'production') faults.push(...productionFaults(forProcess, parsed, tokens));
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return { ...parsed, callerTokens: tokens, hookSecrets: hookSecretsFrom(given) };
}

/** The process's own environment. @throws ConfigError */
export function readConfig(forProcess: ProcessName): Config {
  return parseConfig(process.env, forProcess);
}

/** Only the outermost commands (stand, command line) hand the environment on to processes that they start. */
export function processEnvironment(): Environment {
  return process.env;
}

function describeIssue(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0] ?? '');
  if (!(name in given))
    return `${name} is not set${name === 'MULTI_BRAND_ENFORCEMENT' ? ': choose off, observe or enforce' : ''}`;
  return `${name} ${issue.message.replace(/^Invalid (option|input): expected/, 'must be')}`;
}

function productionFaults(forProcess: ProcessName, parsed: Parsed, tokens: CallerTokens): string[] {
  if (WITHOUT_MONEY.includes(forProcess)) return [];
  const faults: string[] = [];
  if (parsed.BRAND_SIGNING_KEY === undefined && forProcess !== 'api') faults.push('BRAND_SIGNING_KEY is not set');
  if (tokens.legacy === undefined && tokens.byCaller.size === 0)
    faults.push('INTERNAL_SERVICE_TOKEN_<CALLER> is not set for any caller: production makes no secrets of its own');
  if (forProcess === 'worker' && tokens.legacy === undefined && !tokens.byCaller.has('recon'))
    faults.push('INTERNAL_SERVICE_TOKEN_RECON is not set: the wallet refuses calls without it');
  return faults;
}

function hookSecretsFrom(given: Record<string, string | undefined>): Map<string, readonly string[]> {
  const prefix = 'HOOK_SECRETS_';
  return new Map(
    Object.entries(given)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length).toLowerCase(), rotatingSecrets.parse(value)]),
  );
}
