/** What a command works with: the configuration, and ways to the parts, each opened when it is first needed. */
import { linkTemporal, type TemporalLink } from '../api/temporal-client';
import type { Db } from '../db/query';
import { tokenToPresent } from '../service/caller-tokens';
import { ConfigError, parseConfig, type Config, type Environment } from '../service/config';
import { createKnex } from '../service/postgres';
import { CliError } from './cli-error';
import { EXIT, type ExitCode } from './exit-codes';
import { createOutput, type Output, type Streams } from './output';
import { createReconApi, type ReconApi } from './recon-api';

/** What the shell gives to this program. */
export interface CliWorld extends Streams {
  readonly env: Environment;
  readonly readStdin: () => Promise<string>;
  /** The name of whoever runs the command: the reviewer, unless `--as` names another. */
  readonly user: string;
  /** Called once before the worker's native part is loaded, to keep its own log off the terminal. */
  readonly quietCore?: () => Promise<void>;
}

export interface CliContext {
  readonly world: CliWorld;
  readonly output: Output;
  /** @throws CliError naming each variable at fault */
  config(): Config;
  /** As caller `ops`. @throws CliError where no token is configured */
  api(): ReconApi;
  temporal(): TemporalLink;
  /** @throws CliError where DATABASE_URL (or, as owner, DATABASE_OWNER_URL too) is not set */
  database(as?: 'owner'): Db;
  /** What the shell will be told; the last word counts. */
  exitCode: ExitCode;
  close(): Promise<void>;
}

export function createContext(world: CliWorld, isJson: boolean): CliContext {
  const closing: (() => Promise<void>)[] = [];
  let config: Config | undefined;
  let api: ReconApi | undefined;
  let temporal: TemporalLink | undefined;

  const context: CliContext = {
    world,
    output: createOutput(world, isJson),
    exitCode: EXIT.ok,
    config: () => (config ??= readConfiguration(world.env)),
    api: () => (api ??= openApi(context.config())),
    temporal() {
      if (temporal === undefined) {
        const link = linkTemporal(context.config());
        temporal = link;
        closing.push(() => link.close());
      }
      return temporal;
    },
    database(as) {
      const knex = createKnex({
        url: databaseUrl(context.config(), as),
        applicationName: 'recon-cli',
        poolSize: 4,
        statementTimeoutMs: as === 'owner' ? MIGRATION_LIMIT_MS : QUERY_LIMIT_MS,
      });
      closing.push(() => knex.destroy());
      return knex;
    },
    async close() {
      await Promise.all(closing.map((close) => close().catch(() => undefined)));
    },
  };
  return context;
}

const QUERY_LIMIT_MS = 60_000;
const MIGRATION_LIMIT_MS = 600_000;

function readConfiguration(env: Environment): Config {
  try {
    return parseConfig(env, 'cli');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError({
      code: 'configuration',
      message: `the configuration is wrong: ${error.message.replaceAll('\n', '; ')}`,
      hint: 'Mend the variables named above, and ask "recon doctor".',
      exitCode: EXIT.usage,
    });
  }
}

function openApi(config: Config): ReconApi {
  const token = tokenToPresent(config.callerTokens, 'ops');
  if (token === undefined)
    throw new CliError({
      code: 'configuration',
      message: 'INTERNAL_SERVICE_TOKEN_OPS is not set: the recon service would not let this command in',
      hint: STAND_HINT,
      exitCode: EXIT.usage,
    });
  return createReconApi({ url: config.RECON_SERVICE_URL, token });
}

/** Most who meet this have a stand on this machine and called the program directly. */
export const STAND_HINT =
  'Set it, or use "npm run recon -- …", which takes the settings of the stand that "npm start" runs here.';

function databaseUrl(config: Config, as: 'owner' | undefined): string {
  const url = as === 'owner' ? (config.DATABASE_OWNER_URL ?? config.DATABASE_URL) : config.DATABASE_URL;
  if (url !== undefined) return url;
  const variable = as === 'owner' ? 'DATABASE_OWNER_URL' : 'DATABASE_URL';
  throw new CliError({
    code: 'configuration',
    message: `${variable} is not set`,
    hint: STAND_HINT,
    exitCode: EXIT.usage,
  });
}
