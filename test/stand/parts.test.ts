import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client, Connection } from '@temporalio/client';
import { Redis } from 'ioredis';
import { identify, isAlive, type ProcessIdentity } from '../../stand/process-identity';
import { readPidFile } from '../../stand/pid-file';
import { withClient } from '../../stand/sql';
import { scratchHome } from '../support/parts';
import { until } from '../support/until';

interface Addresses {
  readonly ownerUrl: string;
  readonly redisUrl: string;
  readonly address: string;
  readonly namespace: string;
}

interface Held {
  readonly child: ChildProcess;
  readonly addresses: Addresses;
  readonly parts: readonly ProcessIdentity[];
}

describe('the parts of a stand', function () {
  this.timeout(180_000);
  const home = scratchHome('parts');
  const held: ChildProcess[] = [];
  after(() => held.forEach((child) => child.kill('SIGTERM')));

  async function bringUp(): Promise<Held> {
    const child = spawn(process.execPath, [path.join(__dirname, 'hold-parts', 'main.js')], {
      env: { ...withoutAddresses(), RECON_HOME: home, TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    held.push(child);
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, 'exit').then(() => assert.fail(`it ended: ${complaint}`));
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    const parts = readdirSync(path.join(home, 'pids')).map((file) => readPidFile(path.join(home, 'pids', file)));
    assert.equal(parts.length, 3);
    return { child, addresses: JSON.parse(line) as Addresses, parts: parts.map((part) => part!) };
  }

  async function end({ child }: Held, signal: NodeJS.Signals): Promise<void> {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async function useTemporal<T>({ address, namespace }: Addresses, use: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address });
    try {
      return await use(new Client({ connection, namespace }));
    } finally {
      await connection.close();
    }
  }

  async function useRedis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(url);
    try {
      return await use(client);
    } finally {
      client.disconnect();
    }
  }

  async function mark(addresses: Addresses, marker: string): Promise<void> {
    await withClient(addresses.ownerUrl, async (client) => {
      await client.query('CREATE TABLE IF NOT EXISTS marker (text text)');
      await client.query('INSERT INTO marker VALUES ($1)', [marker]);
    });
    await useRedis(addresses.redisUrl, (client) => client.set(marker, 'kept'));
    await useTemporal(addresses, ({ workflow }) =>
      workflow.start('nobodyRunsThis', { workflowId: marker, taskQueue: 'nobody' }),
    );
    // Redis writes its file once a second: what is killed before that may be gone.
    await useRedis(addresses.redisUrl, (client) => client.call('WAITAOF', '1', '0', '5000').catch(() => undefined));
  }

  async function assertMarked(addresses: Addresses, marker: string): Promise<void> {
    const { rowCount } = await withClient(addresses.ownerUrl, (client) =>
      client.query('SELECT FROM marker WHERE text = $1', [marker]),
    );
    assert.equal(rowCount, 1);
    const { status } = await useTemporal(addresses, ({ workflow }) => workflow.getHandle(marker).describe());
    assert.equal(status.name, 'RUNNING');
  }

  it('keep their data and ports from one stand to the next', async () => {
    const first = await bringUp();
    await mark(first.addresses, 'after a clean stop');
    await end(first, 'SIGTERM');
    assert.deepEqual(first.parts.filter(isAlive), []);
    const second = await bringUp();
    await assertMarked(second.addresses, 'after a clean stop');
    assert.equal(await useRedis(second.addresses.redisUrl, (client) => client.get('after a clean stop')), 'kept');
    assert.equal(second.addresses.ownerUrl, first.addresses.ownerUrl);
    await end(second, 'SIGTERM');
  });

  it('do not outlive a stand that is killed, and keep their data', async () => {
    const first = await bringUp();
    await mark(first.addresses, 'after a kill');
    await end(first, 'SIGKILL');
    await until(() => !first.parts.some(isAlive));
    const second = await bringUp();
    await assertMarked(second.addresses, 'after a kill');
    await end(second, 'SIGTERM');
  });

  it('are ended by the next stand where nobody was left to end them', async () => {
    const first = await bringUp();
    await mark(first.addresses, 'after a kill of everything');
    for (const pid of childrenOf(first.child.pid ?? 0)) {
      if (!first.parts.some((part) => part.pid === pid)) process.kill(pid, 'SIGKILL');
    }
    await end(first, 'SIGKILL');
    assert.equal(first.parts.filter(isAlive).length, 3);
    const second = await bringUp();
    assert.deepEqual(first.parts.filter(isAlive), []);
    await assertMarked(second.addresses, 'after a kill of everything');
    await end(second, 'SIGTERM');
  });

  it('come back after one of them was killed', async () => {
    const stand = await bringUp();
    const postgres = readPidFile(path.join(home, 'pids', 'postgres.json'));
    process.kill(postgres?.pid ?? 0, 'SIGKILL');
    await until(() => withClient(stand.addresses.ownerUrl, () => Promise.resolve(true)).catch(() => false));
    await assertMarked(stand.addresses, 'after a clean stop');
    await end(stand, 'SIGTERM');
  });

  it('keep closed runs for thirty days, and know the search attributes also where the file is older than they', async () => {
    const stand = await bringUp();
    const connection = await Connection.connect({ address: stand.addresses.address });
    const namespace = 'default';
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    assert.equal(Number(config?.workflowExecutionRetentionTtl?.seconds), 30 * 86_400);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    assert.ok('ReconBrand' in customAttributes);
    await connection.close();
    await end(stand, 'SIGTERM');
  });

  it('write no row into their logs', async () => {
    const stand = await bringUp();
    await withClient(stand.addresses.ownerUrl, async (client) => {
      await client.query('CREATE TABLE IF NOT EXISTS picky (words text CHECK (length(words) < 3))');
      await assert.rejects(client.query("INSERT INTO picky VALUES ('a private text')"));
      await assert.rejects(client.query('INSERT INTO picky VALUES ($1)', ['a private text']));
    });
    await end(stand, 'SIGTERM');
    const log = readFileSync(path.join(home, 'logs', 'postgres.log'), 'utf8');
    assert.match(log, /violates check constraint/);
    assert.doesNotMatch(log, /private/);
  });
});

function withoutAddresses(): NodeJS.ProcessEnv {
  const addresses = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !addresses.includes(name)));
}

function childrenOf(parent: number): number[] {
  if (process.platform !== 'linux') {
    const listing = execFileSync('pgrep', ['-P', String(parent)], { encoding: 'utf8' });
    return listing.trim().split('\n').map(Number);
  }
  const pids = readdirSync('/proc').map(Number).filter(Boolean);
  return pids.filter((pid) => identify(pid) !== undefined && parentOf(pid) === parent);
}

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}
