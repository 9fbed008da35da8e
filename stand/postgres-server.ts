/** The embedded PostgreSQL as a part of the stand. */
import path from 'node:path';
import { createManagedProcess, type ManagedProcess, type ManagedProcessDeps } from './managed-process';
import { clearStaleServer, ensureCluster, OWNER } from './postgres-cluster';
import { findPostgresBinaries, postgresRunAs } from './postgres-binaries';
import { pidFileIn } from './pid-file';
import { LOCALHOST } from './ports';
import { withClient } from './sql';

export interface PostgresServerOptions {
  readonly home: string;
  readonly port: number;
  readonly ownerPassword: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface PostgresServer {
  readonly server: ManagedProcess;
  /** The owner's, who runs migrations; database `recon`. */
  readonly ownerUrl: string;
}

const DATABASE = 'recon';

const STOP_RUNGS = [
  // "Fast": open transactions are rolled back, a checkpoint is written.
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: LOCALHOST,
  // A path under a deep home would be too long for a socket, and nobody asks for one.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  timezone: 'UTC',
  jit: 'off',
  // The detail of an error and the statement that met it carry rows, and rows carry texts of SMS.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Its data is made on the first start. Stopping and starting it again keeps data and port. */
export function createPostgresServer(options: PostgresServerOptions, deps: ManagedProcessDeps): PostgresServer {
  const { home, port, ownerPassword } = options;
  const dataDirectory = path.join(home, 'postgres');
  const urlOf = (database: string) => `postgres://${OWNER}:${ownerPassword}@${LOCALHOST}:${port}/${database}`;
  const binaries = findPostgresBinaries();
  const runAs = postgresRunAs([binaries.postgres, home], options.env);
  const flags = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { uid, gid } = runAs;
  const server = createManagedProcess(
    {
      name: 'postgres',
      ...runAs.command(binaries.postgres, ['-D', dataDirectory, '-p', String(port), ...flags]),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      env: { PATH: options.env['PATH'], LC_ALL: 'C' },
      cwd: '/',
      logFile: path.join(home, 'logs', 'postgres.log'),
      pidFile: pidFileIn(home, 'postgres'),
      stopRungs: STOP_RUNGS,
      isReady: () => withClient(urlOf('postgres'), () => Promise.resolve(true)),
      readyLimitMs: 120_000,
      prepare: async () => {
        await ensureCluster({ binaries, runAs, dataDirectory, ownerPassword });
        await clearStaleServer(dataDirectory, STOP_RUNGS);
      },
      settle: () => ensureDatabase(urlOf('postgres')),
    },
    deps,
  );
  return { server, ownerUrl: urlOf(DATABASE) };
}

async function ensureDatabase(maintenanceUrl: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} TEMPLATE template0`);
  });
}
