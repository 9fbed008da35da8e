import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { readLoops, type LoopRow } from '../../db/loops';
import type { Db } from '../../db/query';
import { LOOPS, loopOf } from '../../domain/loops';
import { parseConfig } from '../../service/config';
import { createKnex } from '../../service/postgres';
import { createFreshness } from '../../worker/freshness';
import { startReconDatabase, type ReconDatabase } from '../support/recon-database';
import { until } from '../support/until';

const MAKER = path.resolve(__dirname, 'progress-maker/main.js');
const NO_LIMITS: ReadonlyMap<string, number> = new Map();

describe('freshness of the loops', function () {
  this.timeout(60_000);
  let house: ReconDatabase;
  let db: Db;
  before(async () => {
    house = await startReconDatabase();
    db = house.connect();
  });
  after(() => house.stop());
  beforeEach(() => house.owner.raw('DELETE FROM recon_loop'));

  const make = (owner: string, limitsMs = NO_LIMITS) => createFreshness({ db: house.connect(), owner, limitsMs });
  const age = (name: string, ms: number) =>
    house.owner.raw(`UPDATE recon_loop SET progressed_at = now() - ? * interval '1 millisecond' WHERE name = ?`, [
      ms,
      name,
    ]);
  const one = async (): Promise<LoopRow> => (await readLoops(db))[0] ?? assert.fail('there is no loop');

  it('gives a loop its limit to make its first progress, and calls it stale after', async () => {
    const freshness = make('one');
    freshness.register('sweeper');
    await freshness.settled();
    const { ageMs, ...row } = await one();
    assert.ok(ageMs >= 0 && ageMs < 10_000);
    const { limitMs, critical } = LOOPS.sweeper;
    const expected = { name: 'sweeper', limitMs, critical, fault: null, detail: {}, owner: 'one', staleSince: null };
    assert.deepEqual(row, { ...expected, fresh: true });
    await age('sweeper', limitMs + 1_000);
    assert.deepEqual([(await one()).fresh, (await one()).fault], [false, 'no_progress']);
  });

  it('takes no age away when a process starts again', async () => {
    const first = make('one');
    first.register('sweeper');
    await first.settled();
    await age('sweeper', 600_000);
    const second = make('two');
    second.register('sweeper');
    await second.settled();
    assert.deepEqual([(await one()).fresh, (await one()).owner], [false, 'two']);
  });

  it('counts progress, not attempts: a loop that only fails turns stale and says why, and progress ends the fault', async () => {
    const freshness = make('one');
    const loop = freshness.register('outbox');
    await freshness.settled();
    await age('outbox', 3_600_000);
    loop.failed('redis', { error: 'redis', failures: 3 });
    await freshness.settled();
    const failing = await one();
    assert.deepEqual([failing.fresh, failing.fault, failing.detail], [false, 'redis', { error: 'redis', failures: 3 }]);
    loop.progressed();
    await freshness.settled();
    const well = await one();
    assert.deepEqual([well.fresh, well.fault, well.detail], [true, null, {}]);
  });

  it('writes progress a few times within the limit, however often it is made', async () => {
    const pool = house.connect();
    let writes = 0;
    pool.on('query', () => (writes += 1));
    const freshness = createFreshness({ db: pool, owner: 'one', limitsMs: new Map([['trust', 6_000]]) });
    const loop = freshness.register('trust');
    for (let round = 0; round < 300; round += 1) {
      loop.progressed();
      if (round % 30 === 0) await freshness.settled();
    }
    await freshness.settled();
    assert.ok(writes >= 2 && writes <= 3, `${writes} writes: the registration, a first progress, and hardly more`);
  });

  it('is the freshest of the processes: a killed one takes nothing along, the last one does', async () => {
    const [one, other] = [startMaker('maker-one'), startMaker('maker-other')];
    try {
      await until(async () => (await readLoops(db)).some(({ fresh }) => fresh));
      one.kill('SIGKILL');
      await once(one, 'exit');
      const diedAtMs = Date.now();
      while (Date.now() - diedAtMs < 2_500) {
        const row = (await readLoops(db))[0];
        assert.equal(row?.fresh, true);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal((await readLoops(db))[0]?.owner, 'maker-other');
    } finally {
      one.kill('SIGKILL');
      other.kill('SIGKILL');
    }
    await until(async () => (await readLoops(db))[0]?.fresh === false);
  });

  function startMaker(name: string): ChildProcess {
    const env = { PATH: process.env['PATH'], DATABASE_URL: house.url, OWNER: name };
    return spawn(process.execPath, [MAKER], { env, stdio: 'ignore' });
  }

  it('answers within its time with what the process knows itself while the database is away', async () => {
    const away = createKnex({ url: 'postgres://recon@127.0.0.1:1/recon', applicationName: 'away', poolSize: 1 });
    const freshness = createFreshness({ db: away, owner: 'one', limitsMs: new Map([['outbox', 1]]), readLimitMs: 300 });
    freshness.register('sweeper').progressed();
    freshness.register('outbox');
    await new Promise((resolve) => setTimeout(resolve, 10));
    const beganAtMs = Date.now();
    const { fault, loops } = await freshness.read();
    assert.ok(Date.now() - beganAtMs < 1_000);
    assert.equal(fault, 'database');
    assert.deepEqual(
      loops.map((loop) => [loop.name, loop.fresh, loop.fault]),
      [
        ['outbox', false, 'no_progress'],
        ['sweeper', true, null],
      ],
    );
    await freshness.settled();
    await away.destroy();
  });

  it('answers within its time while the database takes the question and says nothing', async () => {
    const freshness = createFreshness({ db: house.connect(), owner: 'one', limitsMs: NO_LIMITS, readLimitMs: 300 });
    const trx = await house.owner.transaction();
    try {
      await trx.raw('LOCK TABLE recon_loop IN ACCESS EXCLUSIVE MODE');
      const beganAtMs = Date.now();
      const [first, second] = await Promise.all([freshness.read(), freshness.read()]);
      assert.ok(Date.now() - beganAtMs < 1_500);
      assert.deepEqual([first.fault, second.fault], ['database', 'database']);
    } finally {
      await trx.rollback();
    }
    await until(async () => (await freshness.read()).fault === null);
  });

  it('takes limits from LOOP_LIMITS by the name before the colon', () => {
    const { LOOP_LIMITS } = parseConfig({ LOOP_LIMITS: 'pushbullet_listener=90s, sweeper=10s' }, 'cli');
    assert.deepEqual(loopOf('pushbullet_listener:7', LOOP_LIMITS), {
      name: 'pushbullet_listener:7',
      limitMs: 90_000,
      critical: true,
    });
    assert.equal(loopOf('sweeper', LOOP_LIMITS).limitMs, 10_000);
    assert.equal(loopOf('outbox', LOOP_LIMITS).limitMs, LOOPS.outbox.limitMs);
  });

  it('refuses a limit for a loop that the house does not have, by its name', () => {
    assert.throws(() => parseConfig({ LOOP_LIMITS: 'sweper=10s' }, 'cli'), /LOOP_LIMITS.*sweper/);
  });
});
