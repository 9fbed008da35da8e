import assert from 'node:assert/strict';
import { setDeviceFault } from '../../db/device-faults';
import { readLoops } from '../../db/loops';
import { LOOPS } from '../../domain/loops';
import { listen, type Listening } from '../../service/http-server';
import { createLogger } from '../../service/logger';
import { createKnex } from '../../service/postgres';
import { createReconMetrics } from '../../service/recon-metrics';
import { createTelemetry } from '../../service/telemetry';
import type { Db } from '../../db/query';
import { createFreshness, type Freshness } from '../../worker/freshness';
import { createHealthApp } from '../../worker/health';
import { startHouse, type House } from '../support/house';
import { outboxOf } from '../support/recon-database';
import { until } from '../support/until';

const WORKERS_OWN = [
  'audit_seal',
  'canary',
  'deposit_watcher',
  'device_watch',
  'freshness',
  'housekeeping',
  'outbox',
  'redelivery',
  'sweeper',
  'trust',
] as const;

describe("the worker's health", function () {
  this.timeout(120_000);
  let house: House;
  let page: Listening;
  let polling = true;
  before(async () => {
    house = await startHouse({ loops: true, env: { LOOP_LIMITS: 'trust=2s' } });
    page = await open(house.db);
  });
  after(async () => {
    await page.close(100);
    await house.stop();
  });

  function open(db: Db): Promise<Listening> {
    const telemetry = createTelemetry('test');
    const freshness: Freshness = createFreshness({ db, owner: 'test', limitsMs: new Map(), readLimitMs: 500 });
    freshness.register('sweeper').progressed();
    createReconMetrics(telemetry, 'observe').showFreshness(() => freshness.read());
    const logger = createLogger('test', 'silent');
    const deps = {
      freshness,
      telemetry,
      coreMetricsUrl: 'http://127.0.0.1:1',
      isPolling: () => polling,
      version: '1',
      logger,
    };
    return listen(createHealthApp(deps), { host: '127.0.0.1', port: 0, variable: 'WORKER_PORT' });
  }
  async function ask(url = page.url): Promise<{ status: number; json: Record<string, unknown> }> {
    const reply = await fetch(`${url}/health`);
    return { status: reply.status, json: (await reply.json()) as Record<string, unknown> };
  }
  const loopsOf = (json: Record<string, unknown>) => json['loops'] as Record<string, unknown>[];

  it('is 200 while every loop makes progress, and names each with age, limit, cause, detail and owner', async () => {
    await until(async () => (await readLoops(house.db)).filter(({ fresh }) => fresh).length >= WORKERS_OWN.length);
    const { status, json } = await ask();
    assert.deepEqual(
      [status, json['status'], json['polling'], json['fault'], json['devices']],
      [200, 'ok', true, null, []],
    );
    const shown = loopsOf(json).map(({ loop }) => loop);
    assert.deepEqual(
      WORKERS_OWN.filter((name) => !shown.includes(name)),
      [],
    );
    for (const row of loopsOf(json)) {
      const shape = ['age_ms', 'critical', 'detail', 'fault', 'fresh', 'limit_ms', 'loop', 'owner', 'stale_since'];
      assert.deepEqual(Object.keys(row).sort(), shape);
      assert.deepEqual([row['fresh'], row['fault'], row['stale_since']], [true, null, null]);
    }
    const limits = new Map(loopsOf(json).map((row) => [row['loop'], row['limit_ms']]));
    assert.deepEqual([limits.get('trust'), limits.get('canary')], [2_000, LOOPS.canary.limitMs]);
  });

  it('is 503 with the name and the cause once a critical loop stands, which is told as an event, and comes back', async () => {
    const told = async () =>
      (await outboxOf(house.owner, 'source.%')).map(({ topic, payload }) => [topic, payload['loop'], payload['fault']]);
    // What only this loop reads is not there: it alone stands, and its limit is two seconds.
    await house.owner.raw('ALTER TABLE shooter_sms_sighting RENAME COLUMN trusted TO away');
    try {
      await until(async () => (await ask()).status === 503);
      const { json } = await ask();
      const stale = loopsOf(json).filter(({ fresh }) => fresh !== true);
      assert.deepEqual(
        stale.map(({ loop, fault }) => [loop, fault]),
        [['trust', 'database']],
      );
      assert.equal((stale[0]?.['detail'] as Record<string, unknown>)['error'], '42703');
      assert.equal(json['status'], 'stale');
      await until(async () => (await told()).length > 0);
    } finally {
      await house.owner.raw('ALTER TABLE shooter_sms_sighting RENAME COLUMN away TO trusted');
    }
    await until(async () => (await ask()).status === 200, 40_000);
    await until(async () => (await told()).length > 1);
    assert.deepEqual(await told(), [
      ['source.stale', 'trust', 'database'],
      ['source.recovered', 'trust', null],
    ]);
    assert.equal(loopsOf((await ask()).json).find(({ loop }) => loop === 'trust')?.['stale_since'], null);
  });

  it('lists phones that deliver nothing with the cause, by number, and stays 200', async () => {
    const { rows } = await house.owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_device (source, source_account, external_id, name) VALUES ('webhook', 'a', 'b', 'private name') RETURNING id`,
    );
    const id = rows[0]?.id ?? 0;
    await setDeviceFault(house.db, id, 'encrypted');
    const { status, json } = await ask();
    assert.equal(status, 200);
    const [device, ...others] = json['devices'] as Record<string, unknown>[];
    assert.deepEqual(
      [device?.['device_id'], device?.['source'], device?.['fault'], others],
      [id, 'webhook', 'encrypted', []],
    );
    assert.doesNotMatch(JSON.stringify(json), /private name/);
    const figures = await (await fetch(`${page.url}/metrics`)).text();
    assert.match(figures, new RegExp(`^recon_device_fault\\{device="${id}",fault="encrypted"\\} 1$`, 'm'));
    assert.match(figures, /^recon_loop_stale\{loop="sweeper"\} 0$/m);
    assert.match(figures, /^recon_loop_age_seconds\{loop="canary"\} \d/m);
  });

  it('is 503 while the worker does not poll', async () => {
    polling = false;
    try {
      assert.equal((await ask()).status, 503);
    } finally {
      polling = true;
    }
  });

  it('says within its time that the database is away, with what this process knows itself', async () => {
    const away = createKnex({ url: 'postgres://recon@127.0.0.1:1/recon', applicationName: 'away', poolSize: 1 });
    const other = await open(away);
    try {
      const beganAtMs = Date.now();
      const { status, json } = await ask(other.url);
      assert.ok(Date.now() - beganAtMs < 2_000);
      assert.deepEqual([status, json['status'], json['fault'], json['devices']], [503, 'stale', 'database', []]);
      assert.deepEqual(
        loopsOf(json).map(({ loop, fresh, owner }) => [loop, fresh, owner]),
        [['sweeper', true, 'test']],
      );
      assert.match(await (await fetch(`${other.url}/metrics`)).text(), /^recon_loop_age_seconds\{loop="sweeper"\} /m);
    } finally {
      await other.close(100);
      await away.destroy();
    }
  });
});
