import assert from 'node:assert/strict';
import { listen, type Listening } from '../../service/http-server';
import { createFreshness } from '../../worker/freshness';
import express from 'express';
import { createShell, documentOf, startCliHouse, type CliHouse } from './shell';

interface Check {
  readonly part: string;
  readonly state: string;
  readonly says: string;
  readonly hint: string | null;
}

/** A worker's health as the worker tells it, from a freshness that the test holds. */
async function startHealth(report: () => object): Promise<Listening> {
  const app = express();
  app.get('/health', (_request, response) => void response.json(report()));
  app.get('/version', (_request, response) => void response.json({ service: 'recon_worker', version: '0.0.1' }));
  return listen(app, { host: '127.0.0.1', port: 0, variable: 'WORKER_PORT' });
}

describe('recon doctor', function () {
  this.timeout(120_000);
  let cli: CliHouse;
  let health: Listening;
  let stale = false;
  const freshness = createFreshness();
  before(async () => {
    freshness.register('sweeper', { limitMs: 60_000 }).progressed();
    health = await startHealth(() => ({
      status: stale ? 'stale' : 'ok',
      polling: true,
      loops: freshness.report().map(({ loop, ageMs, limitMs, critical }) => ({
        loop,
        age_ms: stale ? 600_000 : ageMs,
        limit_ms: limitMs,
        fresh: !stale,
        critical,
        last_fault: stale ? 'ECONNREFUSED' : null,
      })),
    }));
    cli = await startCliHouse();
  });
  after(async () => {
    await cli.stop();
    await health.close(100);
  });

  async function examine(env: Record<string, string> = {}): Promise<{ exitCode: number; checks: Check[] }> {
    const shell = createShell({ ...cli.env, ...env });
    const said = await shell('doctor', '--worker-url', health.url, '--json');
    return { exitCode: said.exitCode, checks: documentOf(said)['checks'] as Check[] };
  }
  const failing = (checks: readonly Check[]) => checks.filter(({ state }) => state === 'fail').map(({ part }) => part);
  const stateOf = (checks: readonly Check[], part: string) => checks.find((check) => check.part === part)?.state;

  it('finds a house that runs in order, except for what the house leaves out', async () => {
    const { checks } = await examine();
    // The test's API has no Redis; everything else is real.
    assert.deepEqual(
      checks.filter(({ state, says }) => state === 'fail' && !/does not reach redis/.test(says)),
      [],
    );
    for (const part of ['PostgreSQL', 'migrations', 'deposits', 'money', 'Redis', 'Temporal', 'search attributes'])
      assert.equal(stateOf(checks, part), 'ok', part);
    for (const part of ['task queue', 'wallet', 'reviews', 'loop sweeper'])
      assert.equal(stateOf(checks, part), 'ok', part);
    assert.equal(checks.find(({ part, state }) => part === 'worker' && state === 'warn')?.says.includes('0.0.1'), true);
  });

  it('names a stale loop with its age, and exits with 1', async () => {
    stale = true;
    try {
      const { checks } = await examine();
      const loop = checks.find(({ part }) => part === 'loop sweeper');
      assert.equal(loop?.state, 'fail');
      assert.match(loop.says, /last progress 10 min ago, stale after 60 s, last fault ECONNREFUSED/);
    } finally {
      stale = false;
    }
  });

  it('names each part that is away, what follows and what to do, and exits with 3', async () => {
    const { exitCode, checks } = await examine({
      DATABASE_URL: 'postgres://recon:not-told@127.0.0.1:1/recon',
      REDIS_URL: 'redis://:not-told@127.0.0.1:1',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      WALLET_SERVICE_URL: 'http://127.0.0.1:1',
      RECON_SERVICE_URL: 'http://127.0.0.1:1',
    });
    assert.equal(exitCode, 3);
    assert.deepEqual(failing(checks), ['PostgreSQL', 'Redis', 'Temporal', 'wallet', 'api', 'reviews']);
    assert.ok(checks.every(({ state, hint }) => state === 'ok' || hint));
    assert.doesNotMatch(JSON.stringify(checks), /not-told/);
  });

  it('tells names of settings and never their values', async () => {
    const said = await cli.recon('doctor', '--worker-url', health.url);
    const secrets = ['INTERNAL_SERVICE_TOKEN_OPS', 'HOOK_SECRETS_GENERIC', 'BRAND_SIGNING_KEY'] as const;
    for (const name of secrets) {
      const value = cli.env[name];
      assert.ok(value && !said.out.includes(value), name);
    }
    assert.match(said.out, /ok +HOOK_SECRETS_GENERIC +is set/);
  });

  it('exits with 2 where the configuration is not whole', async () => {
    const { exitCode, checks } = await examine({ INTERNAL_SERVICE_TOKEN_OPS: '', DATABASE_URL: '' });
    assert.equal(exitCode, 2);
    assert.ok(failing(checks).includes('tokens') && failing(checks).includes('addresses'));
  });

  it('sees that nobody polls the task queue', async () => {
    const { checks } = await examine({ TEMPORAL_TASK_QUEUE: 'nobody-polls-this' });
    assert.ok(failing(checks).includes('task queue'));
  });

  it('warns of a login that could write money', async () => {
    const url = new URL(cli.env['DATABASE_URL'] ?? '');
    const { rows } = await cli.house.owner.raw<{ rows: { name: string }[] }>('SELECT current_user::text AS name');
    const owner = (cli.house.owner.client as { config: { connection: { connectionString: string } } }).config
      .connection;
    assert.ok(rows[0]?.name && url.username !== rows[0].name);
    const { checks } = await examine({ DATABASE_URL: owner.connectionString });
    assert.equal(stateOf(checks, 'money'), 'warn');
  });
});
