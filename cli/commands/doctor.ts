/** `recon doctor`: what is configured, reachable and fresh; a hint for everything that is not. */
import type { Command } from 'commander';
import { z } from 'zod';
import { addCommand, optionsOf, run } from '../command';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { checkConfiguration } from '../doctor/check-configuration';
import { checkDatabase } from '../doctor/check-database';
import { checkRedis } from '../doctor/check-redis';
import { checkApi, checkReviews, checkWallet } from '../doctor/check-services';
import { checkTemporal } from '../doctor/check-temporal';
import { checkWorker } from '../doctor/check-worker';
import { fail, type Check } from '../doctor/checks';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Config } from '../../service/config';

const options = z.object({ workerUrl: z.url({ error: 'is no http address' }).optional() });

export function addDoctor(program: Command, context: CliContext): void {
  const command = addCommand(program, {
    usage: 'doctor',
    summary: 'what is configured, what answers, what is stale',
    description:
      'Looks at the configuration (names, never values), PostgreSQL, Redis, Temporal, the wallet, api and worker. It exits\n' +
      'with 2 where the configuration is wrong, else with 3 where a part is away, else with 1 where anything else fails.',
    examples: ['recon doctor', 'npm run recon -- doctor', 'recon doctor --json'],
  }).option('--worker-url <url>', "where the worker's health is (default: WORKER_PORT on RECON_HOST)");
  run(context, command, async (): Promise<ExitCode> => {
    const { workerUrl } = optionsOf(command, options);
    const checks = await examine(context, workerUrl);
    const counts = { ok: count(checks, 'ok'), warn: count(checks, 'warn'), fail: count(checks, 'fail') };
    const json = checks.map(({ part, state, says, hint }) => ({ part, state, says, hint }));
    context.output.give({ healthy: counts.fail === 0, ...counts, checks: json }, () => [
      ...checks.flatMap(lines),
      '',
      `${counts.ok} ok, ${counts.warn} to look at, ${counts.fail} failing`,
    ]);
    return exitCodeOf(checks);
  });
}

async function examine(context: CliContext, workerUrl: string | undefined): Promise<Check[]> {
  let config: Config;
  try {
    config = context.config();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [fail('configuration', error.message, error.hint ?? '', 'configuration')];
  }
  const { DATABASE_URL, REDIS_URL } = config;
  const parts = await Promise.all([
    DATABASE_URL === undefined ? [] : checkDatabase(context.database()),
    REDIS_URL === undefined ? [] : checkRedis(REDIS_URL),
    config.TEMPORAL_ADDRESS === undefined ? [] : checkTemporal(context.temporal(), config),
    checkWallet(config.WALLET_SERVICE_URL),
    checkApi(config.RECON_SERVICE_URL),
    hasToken(context) ? checkReviews(context.api()) : [],
    checkWorker((workerUrl ?? workerUrlOf(config)).replace(/\/+$/, '')),
  ]);
  return [...checkConfiguration(config, context.world.env), ...parts.flat()];
}

function hasToken(context: CliContext): boolean {
  const { callerTokens } = context.config();
  return callerTokens.byCaller.has('ops') || callerTokens.legacy !== undefined;
}

function workerUrlOf({ RECON_HOST: host, WORKER_PORT: port }: Config): string {
  return `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

function lines({ part, state, says, hint }: Check): string[] {
  return [`${MARKS[state]}  ${part.padEnd(23)} ${says}`, ...(hint === null ? [] : [`${' '.repeat(30)}${hint}`])];
}

function count(checks: readonly Check[], state: Check['state']): number {
  return checks.filter((check) => check.state === state).length;
}

function exitCodeOf(checks: readonly Check[]): ExitCode {
  const failing = checks.filter(({ state }) => state === 'fail').map(({ kind }) => kind);
  if (failing.includes('configuration')) return EXIT.usage;
  if (failing.includes('away')) return EXIT.away;
  return failing.length > 0 ? EXIT.no : EXIT.ok;
}
