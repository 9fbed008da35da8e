/** The command line as a test uses it: words in, what was said and the exit code out. */
import assert from 'node:assert/strict';
import { linkTemporal } from '../../api/temporal-client';
import { runCli } from '../../cli/run-cli';
import { HOOK_SECRET, startTestApi, type TestApi } from '../support/api';
import { startHouse, type House, type HouseOptions } from '../support/house';
import { WALLET_SIGNING_KEY } from '../support/wallet';

export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface Shell {
  /** One command; `recon` itself is left out. */
  (...words: string[]): Promise<Said>;
}

export const OPS_TOKEN = 'token-of-ops-000001';

export function createShell(
  env: Readonly<Record<string, string>>,
  given: { stdin?: string; user?: string } = {},
): Shell {
  return async (...words) => {
    const out: string[] = [];
    const err: string[] = [];
    const exitCode = await runCli(words, {
      env,
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      readStdin: () => Promise.resolve(given.stdin ?? ''),
      user: given.user ?? 'olga',
    });
    return { exitCode, out: out.join(''), err: err.join('') };
  };
}

/** Asserts the exit code; what was said shows where it is another. */
export async function expectExit(exitCode: number, saying: Promise<Said>): Promise<Said> {
  const said = await saying;
  assert.equal(said.exitCode, exitCode, `${said.out}\n${said.err}`);
  return said;
}

/** What `--json` printed: one document, and nothing else. */
export function documentOf(said: Said): Record<string, unknown> {
  assert.equal(said.err, '');
  assert.equal(said.out.trimEnd().includes('\n'), false, said.out);
  return JSON.parse(said.out) as Record<string, unknown>;
}

export interface CliHouse {
  readonly house: House;
  readonly api: TestApi;
  readonly env: Readonly<Record<string, string>>;
  readonly recon: Shell;
  stop(): Promise<void>;
}

/** A house with a real API on it, and a shell that knows both. */
export async function startCliHouse(options: HouseOptions = {}): Promise<CliHouse> {
  const house = await startHouse(options);
  const temporal = linkTemporal(house.config);
  const { db, owner, databaseUrl, config } = house;
  const parts = { db, owner, databaseUrl, client: temporal.client, taskQueue: config.TEMPORAL_TASK_QUEUE };
  const deps = { fourEyes: config.FOUR_EYES_AMOUNT_MINOR, temporalProbe: () => temporal.probe() };
  const api = await startTestApi(deps, parts);
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: config.REDIS_URL ?? '',
    TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS ?? '',
    TEMPORAL_NAMESPACE: config.TEMPORAL_NAMESPACE,
    TEMPORAL_TASK_QUEUE: config.TEMPORAL_TASK_QUEUE,
    RECON_SERVICE_URL: api.url,
    WALLET_SERVICE_URL: house.wallet.url,
    INTERNAL_SERVICE_TOKEN_OPS: OPS_TOKEN,
    HOOK_SECRETS_GENERIC: HOOK_SECRET,
    BRAND_SIGNING_KEY: WALLET_SIGNING_KEY,
    MULTI_BRAND_ENFORCEMENT: 'enforce',
  };
  return {
    house,
    api,
    env,
    recon: createShell(env),
    async stop() {
      await api.stop();
      await temporal.close();
      await house.stop();
    },
  };
}
