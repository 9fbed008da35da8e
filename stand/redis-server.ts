/** Redis (or Valkey) from PATH as a part of the stand, with an append-only file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { createManagedProcess, type ManagedProcess, type ManagedProcessDeps } from './managed-process';
import { pidFileIn } from './pid-file';
import { LOCALHOST } from './ports';
import { StandError } from './stand-error';
import { findOnPath } from './temporal-cli';

export interface RedisServerOptions {
  readonly home: string;
  readonly port: number;
  readonly password: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface RedisServer {
  readonly server: ManagedProcess;
  readonly url: string;
}

/** @throws StandError naming the prerequisite where PATH has neither. */
export function createRedisServer(options: RedisServerOptions, deps: ManagedProcessDeps): RedisServer {
  const { home, port, password, env } = options;
  const program = findOnPath('redis-server', env) ?? findOnPath('valkey-server', env);
  if (program === undefined) {
    throw new StandError(
      'Redis is missing (looked for redis-server and valkey-server on PATH): install it with "apt-get install redis-server" ' +
        'or "brew install redis", or set REDIS_URL to a running one',
    );
  }
  const directory = path.join(home, 'redis');
  const settingsFile = path.join(home, 'redis.conf');
  const url = `redis://:${password}@${LOCALHOST}:${port}`;
  const server = createManagedProcess(
    {
      name: 'redis',
      command: program,
      args: [settingsFile],
      env: { PATH: env['PATH'] },
      cwd: home,
      logFile: path.join(home, 'logs', 'redis.log'),
      pidFile: pidFileIn(home, 'redis'),
      stopRungs: [
        { signal: 'SIGTERM', waitMs: 15_000 },
        { signal: 'SIGKILL', waitMs: 5_000 },
      ],
      isReady: () => pong(url),
      readyLimitMs: 60_000,
      prepare: () => {
        mkdirSync(directory, { recursive: true });
        // In a file rather than on the command line, which everyone on the machine can read.
        writeFileSync(settingsFile, settings({ directory, port, password }), { mode: 0o600 });
        return Promise.resolve();
      },
    },
    deps,
  );
  return { server, url };
}

function settings({ directory, port, password }: { directory: string; port: number; password: string }): string {
  return [
    `bind ${LOCALHOST}`,
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(directory)}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'daemonize no',
    '',
  ].join('\n');
}

/** Throws where no Redis answers. */
export async function pong(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return true;
  } finally {
    client.disconnect();
  }
}
