import assert from 'node:assert/strict';
import { listen, type Listening } from '../../service/http-server';
import { setDeviceFault } from '../../db/device-faults';
import { registerLoop, reportFault, reportProgress } from '../../db/loops';
import { loopOf, LOOPS, type LoopName } from '../../domain/loops';
import { PHONE_APPS } from '../../domain/phone-apps';
import { LOOP_FAULTS } from '../../domain/source-health';
import { createFreshness } from '../../worker/freshness';
import { createHealthApp } from '../../worker/health';
import { createLogger } from '../../service/logger';
import { createTelemetry } from '../../service/telemetry';
import { ADVICE } from '../../cli/doctor/fault-advice';
import type { Db } from '../../db/query';
import { readDoc, tableRows } from '../docs/read-doc';
import { createShell, documentOf, startCliHouse, type CliHouse } from './shell';

interface Check {
  readonly part: string;
  readonly state: string;
  readonly says: string;
  readonly hint: string | null;
}

/** The worker's own page, over the loops of the database that the test holds. */
function startHealth(db: Db): Promise<Listening> {
  const app = createHealthApp({
    freshness: createFreshness({ db, owner: 'test', limitsMs: new Map() }),
    telemetry: createTelemetry('test'),
    coreMetricsUrl: 'http://127.0.0.1:1',
    isPolling: () => true,
    version: '0.0.1',
    logger: createLogger('test', 'silent'),
  });
  return listen(app, { host: '127.0.0.1', port: 0, variable: 'WORKER_PORT' });
}

const loop = (name: LoopName) => ({ ...loopOf(name, new Map()), owner: 'test' });

describe('recon doctor', function () {
  this.timeout(120_000);
  let cli: CliHouse;
  let health: Listening;
  before(async () => {
    cli = await startCliHouse();
    await registerLoop(cli.house.db, loop('sweeper'));
    health = await startHealth(cli.house.db);
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

  it('names a stale loop with its age, its cause and what to do, and exits as for a failure', async () => {
    const { db, owner } = cli.house;
    await reportFault(db, loop('telegram'), 'token_refused', { status: 401 });
    await owner.raw(`UPDATE recon_loop SET progressed_at = now() - interval '10 minutes' WHERE name = 'telegram'`);
    try {
      const { exitCode, checks } = await examine();
      const line = checks.find(({ part }) => part === 'loop telegram');
      assert.equal(line?.state, 'fail');
      assert.match(
        line.says,
        /^last progress 10 min ago, stale after 2 min, last run by test: token_refused \(status 401\)$/,
      );
      assert.equal(line.hint, ADVICE.token_refused);
      assert.notEqual(exitCode, 0);
    } finally {
      await reportProgress(db, loop('telegram'));
    }
    assert.equal(stateOf((await examine()).checks, 'loop telegram'), 'ok');
  });

  it('only warns of a loop that may stand, and of a fault that has not made its loop stale yet', async () => {
    const { db, owner } = cli.house;
    await reportFault(db, loop('telegram'), 'rate_limited');
    await registerLoop(db, loop('audit_seal'));
    await owner.raw(`UPDATE recon_loop SET progressed_at = now() - interval '10 minutes' WHERE name = 'audit_seal'`);
    const { checks } = await examine();
    assert.deepEqual([stateOf(checks, 'loop telegram'), stateOf(checks, 'loop audit_seal')], ['warn', 'warn']);
    await reportProgress(db, loop('telegram'));
  });

  it('names phones that deliver nothing by their numbers, with the cause and what to do', async () => {
    const { db, owner } = cli.house;
    const { rows } = await owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_device (source, source_account, external_id, name) VALUES ('webhook', 'a', 'b', 'private name') RETURNING id`,
    );
    const id = rows[0]?.id ?? 0;
    await setDeviceFault(db, id, 'app_killed');
    const { checks } = await examine();
    const line = checks.find(({ part }) => part === `device ${id}`);
    assert.deepEqual([line?.state, line?.hint], ['warn', ADVICE.app_killed]);
    assert.match(line?.says ?? '', /^of webhook, for .*: app_killed$/);
    assert.doesNotMatch(JSON.stringify(checks), /private name/);
  });

  it('has one line of advice for every fault, and the runbook a row for every fault and loop', () => {
    const told = new Map(tableRows(readDoc('docs/runbook.md')).map(([fault = '', ...rest]) => [fault, rest]));
    for (const fault of LOOP_FAULTS) {
      assert.match(ADVICE[fault], /^[A-Z][^\n]{20,119}\.$/, fault);
      assert.equal(told.get(`\`${fault}\``)?.filter(Boolean).length, 2, `docs/runbook.md has no row for ${fault}`);
    }
    const loops = [...told.keys()].map((name) => name.replaceAll('`', '').replace(/:.*/, ''));
    for (const name of Object.keys(LOOPS)) assert.ok(loops.includes(name), `docs/runbook.md has no row for ${name}`);
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

  it('names the phone apps whose new phones are refused for want of a secret', async () => {
    const says = async (given: Record<string, string>) => {
      const { checks } = await examine(given);
      return checks.find(({ part }) => part === 'phone apps')?.says ?? '';
    };
    const names = PHONE_APPS.map((app) => `HOOK_SECRETS_${app.toUpperCase()}`);
    const all = Object.fromEntries(names.map((name) => [name, 'whsec-never-told'] as const));
    assert.doesNotMatch(await says(all), /not set|never-told/);
    for (const name of names) assert.match(await says({ ...all, [name]: '' }), new RegExp(`^${name} not set`));
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
