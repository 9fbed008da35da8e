import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { clearDeviceFault, readFaultyDevices, setDeviceFault } from '../../db/device-faults';
import { forgetLoop, readLoops, registerLoop, reportFault, reportProgress } from '../../db/loops';
import type { Db } from '../../db/query';
import { DEVICE_FAULTS } from '../../domain/source-health';
import { parseConfig } from '../../service/config';
import { createLogger } from '../../service/logger';
import { LoopTrouble } from '../../worker/loop-fault';
import { noteTurns, unconfiguredLoops } from '../../worker/loops/note-turns';
import { EVENTS_CHANNEL, sendOutbox } from '../../worker/loops/outbox-sender';
import { outboxOf, startReconDatabase, type ReconDatabase } from '../support/recon-database';
import { startOwnRedis, type OwnRedis } from '../support/redis';
import { until } from '../support/until';

const logger = createLogger('test', 'silent');
const LIMIT_MS = 30_000;
const KEY = /^loop:telegram:\d+$/;

describe('going stale and coming back', function () {
  this.timeout(60_000);
  let house: ReconDatabase;
  let workers: readonly Db[];
  let db: Db;
  before(async () => {
    house = await startReconDatabase();
    workers = Array.from({ length: 4 }, () => house.connect());
    db = house.connect();
  });
  after(() => house.stop());
  beforeEach(() => house.owner.raw('DELETE FROM recon_loop; DELETE FROM recon_outbox; DELETE FROM shooter_device'));

  const loop = (name: string) => ({ name, limitMs: LIMIT_MS, critical: true, owner: 'one' });
  const grow = (ms = 60_000) =>
    house.owner.raw(`UPDATE recon_loop SET progressed_at = now() - ? * interval '1 millisecond'`, [ms]);
  /** Every worker looks at the same moment, twice. */
  const note = async (mayTurnStale = true) => {
    const deps = { logger, unconfigured: [], mayTurnStale: () => mayTurnStale };
    const rounds = [...workers, ...workers].map((worker) => noteTurns({ ...deps, db: worker }));
    return (await Promise.all(rounds)).reduce((total, noted) => total + noted, 0);
  };
  const events = () => outboxOf(house.owner, 'source.%');

  it('is one event for each turn, however many workers see it at once', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `telegram:${n}`);
    for (const name of names) await registerLoop(db, loop(name));
    assert.equal(await note(), 0);
    await grow();
    assert.equal(await note(), names.length);
    assert.equal(await note(), 0);
    assert.equal((await events()).length, names.length);
    for (const name of names) await reportProgress(db, loop(name));
    assert.equal(await note(), names.length);
    const told = await events();
    assert.equal(new Set(told.map(({ key }) => key)).size, 2 * names.length);
    for (const name of names)
      assert.deepEqual(
        told.filter(({ payload }) => payload['loop'] === name).map(({ topic }) => topic),
        ['source.stale', 'source.recovered'],
      );
  });

  it('says which loop, since when, its limit, its age and why, and nothing else', async () => {
    await registerLoop(db, loop('telegram'));
    await reportFault(db, loop('telegram'), 'token_refused', { status: 401 });
    await grow();
    await note();
    await reportProgress(db, loop('telegram'));
    await note();
    const [stale, recovered] = await events();
    assert.ok(stale && recovered);
    for (const { key, payload } of [stale, recovered]) {
      assert.match(key, KEY);
      assert.deepEqual(Object.keys(payload).sort(), ['age_ms', 'fault', 'limit_ms', 'loop', 'since']);
      assert.deepEqual([payload['loop'], payload['limit_ms']], ['telegram', LIMIT_MS]);
    }
    assert.equal(stale.payload['fault'], 'token_refused');
    assert.ok(Number(stale.payload['age_ms']) >= 60_000);
    assert.equal(recovered.payload['fault'], null);
    assert.equal(recovered.payload['since'], stale.payload['since'], 'both speak of one outage');
  });

  it('names no_progress where a loop named nothing', async () => {
    await registerLoop(db, loop('telegram'));
    await grow();
    await note();
    assert.equal((await events())[0]?.payload['fault'], 'no_progress');
  });

  it('has a key of its own for each episode, also for a loop that was forgotten and came back', async () => {
    for (let round = 0; round < 3; round += 1) {
      await registerLoop(db, loop('telegram'));
      await grow();
      await note();
      if (round === 1) await forgetLoop(db, 'telegram');
      else await reportProgress(db, loop('telegram'));
      await note();
    }
    const told = await events();
    assert.deepEqual(
      told.map(({ topic }) => topic.replace('source.', '')),
      ['stale', 'recovered', 'stale', 'recovered', 'stale', 'recovered'],
    );
    assert.equal(new Set(told.map(({ key }) => key)).size, 6);
    assert.equal(told[3]?.payload['forgotten'], true);
  });

  it('waits after a start until loops had time for a first progress, and tells at once of those that came back', async () => {
    await registerLoop(db, loop('telegram'));
    await grow();
    assert.equal(await note(false), 0);
    assert.equal(await note(true), 1);
    await reportProgress(db, loop('telegram'));
    assert.equal(await note(false), 1);
  });

  it('is not said of what is not configured', async () => {
    const { rows } = await house.owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_pushbullet (account_iden, token_sealed, added_by) VALUES ('u', 'sealed', 'rita') RETURNING id`,
    );
    const there = `pushbullet_listener:${rows[0]?.id ?? 0}`;
    for (const name of [there, 'pushbullet_listener:999', 'telegram', 'of_an_older_release', 'sweeper'])
      await registerLoop(db, loop(name));
    await house.owner.raw(
      `UPDATE recon_loop SET progressed_at = now() - interval '2 days' WHERE name = 'of_an_older_release'`,
    );
    const config = parseConfig({ SECRETS_KEY: 'a key of sixteen letters' }, 'cli');
    await noteTurns({ db, logger, unconfigured: unconfiguredLoops(config), mayTurnStale: () => false });
    assert.deepEqual(
      (await readLoops(db)).map(({ name }) => name),
      [there, 'sweeper'],
    );
    await noteTurns({ db, logger, unconfigured: unconfiguredLoops(parseConfig({}, 'cli')), mayTurnStale: () => false });
    assert.deepEqual(
      (await readLoops(db)).map(({ name }) => name),
      ['sweeper'],
    );
  });

  describe('of a phone', () => {
    const register = async (): Promise<number> => {
      const { rows } = await house.owner.raw<{ rows: { id: number }[] }>(
        `INSERT INTO shooter_device (source, source_account, external_id, trusted) VALUES ('webhook', 'line', 'phone', true) RETURNING id`,
      );
      return rows[0]?.id ?? 0;
    };
    const told = () => outboxOf(house.owner, 'device.%');

    it('is one event for each turn, however many processes say so at once', async () => {
      const id = await register();
      const set = await Promise.all(workers.map((worker) => setDeviceFault(worker, id, 'encrypted')));
      assert.deepEqual(set.filter(Boolean), [true]);
      assert.deepEqual(
        (await readFaultyDevices(db)).map(({ deviceId, fault }) => [deviceId, fault]),
        [[id, 'encrypted']],
      );
      const cleared = await Promise.all(workers.map((worker) => clearDeviceFault(worker, id, ['encrypted'])));
      assert.deepEqual(cleared.filter(Boolean), [true]);
      assert.deepEqual(await readFaultyDevices(db), []);
      const [stale, recovered] = await told();
      assert.deepEqual([stale?.topic, recovered?.topic], ['device.stale', 'device.recovered']);
      assert.notEqual(stale?.key, recovered?.key);
      assert.deepEqual([stale?.payload['fault'], recovered?.payload['fault']], ['encrypted', 'encrypted']);
      assert.deepEqual([stale?.payload['device_id'], stale?.payload['since']], [id, recovered?.payload['since']]);
      assert.equal((await told()).length, 2);
    });

    it('lets the surest fault stand, and only whoever knows of a fault takes it away', async () => {
      const id = await register();
      const [surest, middle, least] = DEVICE_FAULTS;
      assert.equal(await setDeviceFault(db, id, least), true);
      assert.equal(await setDeviceFault(db, id, middle), true);
      assert.equal(await setDeviceFault(db, id, least), false);
      assert.equal(await setDeviceFault(db, id, surest), true);
      assert.equal(await clearDeviceFault(db, id, [middle, least]), false);
      assert.equal(await clearDeviceFault(db, id, [surest]), true);
      assert.equal((await told()).length, 4);
    });

    it('is not said of one that was deleted', async () => {
      const id = await register();
      await house.owner.raw(`UPDATE shooter_device SET deleted_at = now() WHERE id = ?`, [id]);
      assert.equal(await setDeviceFault(db, id, 'encrypted'), false);
      assert.equal(await setDeviceFault(db, 999_999, 'encrypted'), false);
    });
  });

  describe('while Redis is away', () => {
    let server: OwnRedis;
    let redis: Redis;
    let listener: Redis;
    const heard: { type: string; key: string }[] = [];
    before(async () => {
      server = await startOwnRedis();
      redis = connect();
      listener = connect();
      listener.on('message', (_channel, text) => void heard.push(JSON.parse(text) as { type: string; key: string }));
      await listener.subscribe(EVENTS_CHANNEL);
    });
    after(async () => {
      redis.disconnect();
      listener.disconnect();
      await server.stop();
    });
    function connect(): Redis {
      const made = new Redis(server.url, { maxRetriesPerRequest: 1, retryStrategy: () => 100 });
      made.on('error', () => undefined);
      return made;
    }
    const send = (worker: Db) => sendOutbox({ db: worker, redis, admin: undefined });

    it('is told later, in the order in which it happened, once, by several senders', async () => {
      await server.kill();
      await registerLoop(db, loop('telegram'));
      await grow();
      await note();
      await assert.rejects(send(db), (error) => error instanceof LoopTrouble && error.fault === 'redis');
      // The first entry now waits for its next try; the second is due at once.
      await reportProgress(db, loop('telegram'));
      await note();
      await server.start();
      await until(async () => (await redis.ping().catch(() => '')) === 'PONG');
      await until(async () => (await listener.ping().catch(() => '')) !== '');
      await until(async () => {
        await Promise.all(workers.map((worker) => send(worker)));
        return (await events()).every(({ sent }) => sent);
      });
      await until(() => heard.length >= 2);
      assert.deepEqual(
        heard.map(({ type, key }) => [type, KEY.test(key)]),
        [
          ['source.stale', true],
          ['source.recovered', true],
        ],
      );
    });
  });
});
