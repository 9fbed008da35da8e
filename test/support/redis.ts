/** Redis for tests, on a free port. */
import { randomBytes } from 'node:crypto';
import { findFreePort } from '../../stand/ports';
import { createRedisServer } from '../../stand/redis-server';
import { scratchHome, testGuardian } from './parts';

export interface TestRedis {
  readonly url: string;
}

/** For tests of outages: a server that nobody else uses. Its append-only file and port stay the same. */
export interface OwnRedis extends TestRedis {
  readonly stop: () => Promise<void>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Again, after `stop` or `kill`; resolves once it answers. */
  readonly start: () => Promise<void>;
}

let shared: Promise<TestRedis> | undefined;

/** One server for the whole run, started by the first test that asks; it ends with the run. Keys are the tests' to keep apart. */
export function startTestRedis(): Promise<TestRedis> {
  shared ??= startOwnRedis();
  return shared;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const home = scratchHome('redis');
  const port = await findFreePort();
  const password = randomBytes(12).toString('hex');
  const { server, url } = createRedisServer({ home, port, password, env: process.env }, { guardian: testGuardian() });
  await server.start();
  const { stop, kill, start } = server;
  return { url, stop, kill, start };
}
