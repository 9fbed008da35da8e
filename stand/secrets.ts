/** Secrets that nobody gave: made once, kept in the stand's home for its owner only, and used again on every start. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { reasonOf, StandError } from './stand-error';

export const SECRETS_FILE = 'secrets.json';

const token = () => randomBytes(24).toString('base64url');
const standardWebhooksSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

/** What Recon's processes read from their environment. */
const ENVIRONMENT_SECRETS = {
  INTERNAL_SERVICE_TOKEN_ADMIN: token,
  INTERNAL_SERVICE_TOKEN_RECON: token,
  INTERNAL_SERVICE_TOKEN_WALLET: token,
  INTERNAL_SERVICE_TOKEN_OPS: token,
  BRAND_SIGNING_KEY: token,
  SESSION_SIGNING_KEY: token,
  SECRETS_KEY: token,
  HOOK_SECRETS_GENERIC: standardWebhooksSecret,
  HOOK_SECRETS_SMSGATE: token,
  HOOK_SECRETS_SMSFORWARDER: token,
  HOOK_SECRETS_TEXTBEE: token,
  HOOK_SECRETS_HTTPSMS: token,
} as const;

/** What only the stand itself uses, to reach the parts that it starts. */
const PART_SECRETS = {
  POSTGRES_OWNER_PASSWORD: token,
  POSTGRES_RECON_PASSWORD: token,
  POSTGRES_WALLET_PASSWORD: token,
  REDIS_PASSWORD: token,
} as const;

const MAKERS = { ...ENVIRONMENT_SECRETS, ...PART_SECRETS };
export type EnvironmentSecret = keyof typeof ENVIRONMENT_SECRETS;
export type SecretName = keyof typeof MAKERS;
export type Secrets = Readonly<Record<SecretName, string>>;

export const ENVIRONMENT_SECRET_NAMES = namesOf(ENVIRONMENT_SECRETS);

const shape = z.object(
  mapValues(MAKERS, () => z.string().min(16)),
  { error: 'is not an object' },
);

/** Reads what is kept and makes what is missing. @throws StandError where the file cannot be used. */
export function openSecrets(home: string): Secrets {
  const file = path.join(home, SECRETS_FILE);
  const kept = readKept(file);
  const secrets = mapValues(MAKERS, (name, make) => kept[name] ?? make());
  if (namesOf(MAKERS).some((name) => kept[name] === undefined)) {
    const scratch = `${file}.${process.pid}.new`;
    writeFileSync(scratch, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(scratch, file);
  }
  chmodSync(file, 0o600);
  return secrets;
}

/** The secrets that the environment already gives, plain or with the prefix RGB_, are left as they are. */
export function missingSecrets(
  env: Readonly<Record<string, string | undefined>>,
  secrets: Secrets,
): Partial<Record<EnvironmentSecret, string>> {
  const missing = ENVIRONMENT_SECRET_NAMES.filter((name) => !env[name] && !env[`RGB_${name}`]);
  return Object.fromEntries(missing.map((name) => [name, secrets[name]]));
}

function readKept(file: string): Partial<Record<SecretName, string>> {
  if (!existsSync(file)) return {};
  const damaged = (why: string) =>
    new StandError(`${file} cannot be used (${why}): mend it, or npm run reset-data to begin anew`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw damaged(error instanceof SyntaxError ? 'it is not JSON' : reasonOf(error));
  }
  const parsed = shape.partial().safeParse(content);
  if (parsed.success) return parsed.data;
  // The fault's own words could quote a value: only the name is told.
  throw damaged(`at ${parsed.error.issues.map((issue) => issue.path.join('.') || 'the top').join(', ')}`);
}

function namesOf<T extends object>(makers: T): (keyof T & string)[] {
  return Object.keys(makers).filter((key): key is keyof T & string => key in makers);
}

function mapValues<K extends string, V, R>(source: Readonly<Record<K, V>>, map: (key: K, value: V) => R): Record<K, R> {
  const result: Partial<Record<K, R>> = {};
  for (const key of namesOf(source)) result[key] = map(key, source[key]);
  return complete(result, namesOf(source));
}

function complete<K extends string, R>(partial: Partial<Record<K, R>>, keys: readonly K[]): Record<K, R> {
  const isComplete = (value: Partial<Record<K, R>>): value is Record<K, R> => keys.every((key) => key in value);
  if (!isComplete(partial)) throw new Error('a value is missing');
  return partial;
}
