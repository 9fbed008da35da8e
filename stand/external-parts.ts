/** Parts whose address is given: never started, stopped or wiped here, but found to answer before anything builds on them. */
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { request } from 'undici';
import { pong } from './redis-server';
import { withClient } from './sql';
import { reasonOf, StandError } from './stand-error';

type Environment = Readonly<Record<string, string | undefined>>;

export async function checkPostgres(url: string, variable: string): Promise<void> {
  await reachable(variable, 'PostgreSQL', () => withClient(url, (client) => client.query('SELECT 1')));
}

export async function checkRedis(url: string): Promise<void> {
  await reachable('REDIS_URL', 'Redis', () => pong(url));
}

/** With TLS and key as `@temporalio/envconfig` reads them. */
export async function checkTemporal(env: Environment, namespace: string): Promise<void> {
  await reachable('TEMPORAL_ADDRESS', 'Temporal', async () => {
    const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: definedOf(env) });
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: 5_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace });
    } finally {
      await connection.close();
    }
  });
}

/** Any answer will do: a wallet of someone else's need not have Recon's health routes. */
export async function checkHttp(url: string, variable: string, what: string): Promise<void> {
  await reachable(variable, what, async () => {
    const { body } = await request(new URL('/healthz', url), { headersTimeout: 5_000, bodyTimeout: 5_000 });
    await body.dump();
  });
}

/** The address itself is not told: it may hold a password. */
async function reachable(variable: string, what: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    throw new StandError(
      `${what} does not answer at the address that ${variable} gives (${reasonOf(error)}): ` +
        `start it, correct ${variable}, or leave it out and the stand brings its own`,
    );
  }
}

function definedOf(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}
