import assert from 'node:assert/strict';
import { clearDeviceFault, readFaultyDevices, setDeviceFault } from '../../db/device-faults';
import { SLOTS_OF_DEVICE, WATCHED_DEVICES } from '../../db/device-watch';
import type { Db } from '../../db/query';
import { createLogger } from '../../service/logger';
import { createDeviceWatch } from '../../worker/loops/watch-devices';
import { outboxOf, startReconDatabase, type ReconDatabase } from '../support/recon-database';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const policy = { floorMs: 10 * MINUTE, fallbackMs: DAY, heartbeatLimitMs: 30 * MINUTE };
const logger = createLogger('test', 'silent');

describe('the watch over phones', function () {
  this.timeout(120_000);
  let house: ReconDatabase;
  let db: Db;
  let workers: readonly Db[];
  before(async () => {
    house = await startReconDatabase();
    db = house.connect();
    workers = [db, house.connect(), house.connect()];
  });
  after(() => house.stop());
  beforeEach(() =>
    house.owner.raw(
      `TRUNCATE shooter_sms_sighting, shooter_sms, shooter_device, recon_outbox RESTART IDENTITY CASCADE`,
    ),
  );

  interface Given {
    readonly trusted?: boolean;
    readonly sinceMs?: number;
    /** How long ago its heartbeat was, and what is usual between two. */
    readonly heartbeat?: readonly [agoMs: number, gapMs: number | null];
  }
  async function register({ trusted = true, sinceMs = 30 * DAY, heartbeat }: Given = {}): Promise<number> {
    const { rows } = await house.owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_device (source, source_account, external_id, trusted, trusted_at, heartbeat_at, heartbeat_gap_ms)
       VALUES ('webhook', 'line', gen_random_uuid()::text, ?, now() - ? * interval '1 millisecond',
         now() - ?::float8 * interval '1 millisecond', ?) RETURNING id`,
      [trusted, sinceMs, heartbeat?.[0] ?? null, heartbeat?.[1] ?? null],
    );
    return rows[0]?.id ?? 0;
  }
  /** Every `everyMs`, from 14 days ago until `lastMs` ago, seen at once. */
  async function deliver(deviceId: number, everyMs: number, lastMs: number): Promise<void> {
    await house.owner.raw(
      `WITH sms AS (INSERT INTO shooter_sms (source, source_account, device_id, sender, sender_normal, received_at, line, fingerprint, status)
         VALUES ('webhook', 'line', :deviceId, 'BANK', 'BANK', now(), 'line', 'f', 'received') RETURNING id)
       INSERT INTO shooter_sms_sighting (sms_id, source, source_account, device_id, received_at, seen_at, trusted, body_hash, delivery_key)
       SELECT sms.id, 'webhook', 'line', :deviceId, at, at, true, 'h', gen_random_uuid()::text FROM sms,
         generate_series(now() - :lastMs::float8 * interval '1 millisecond', now() - interval '14 days', (- :everyMs::float8) * interval '1 millisecond') at`,
      { deviceId, everyMs, lastMs },
    );
  }
  const watch = (on: Db) => createDeviceWatch({ db: on, policy, logger });
  const look = async () =>
    (await Promise.all(workers.map((worker) => watch(worker).round()))).reduce((total, turned) => total + turned, 0);
  const faults = async () =>
    Object.fromEntries((await readFaultyDevices(db)).map(({ deviceId, fault }) => [deviceId, fault]));
  const told = async () =>
    (await outboxOf(house.owner, 'device.%')).map(({ topic, payload }) => [
      topic,
      payload['device_id'],
      payload['fault'],
    ]);

  it('sees a busy phone fall silent within the hour, and says so once over several workers; an idle one has a day', async () => {
    const [busy, idle] = [await register(), await register()];
    await deliver(busy, 5 * MINUTE, 50 * MINUTE);
    await deliver(idle, 3 * HOUR, 8 * HOUR);
    assert.equal(await look(), 1);
    assert.equal(await look(), 0);
    assert.deepEqual(await faults(), { [busy]: 'phone_silent' });
    const [event, ...rest] = await outboxOf(house.owner, 'device.%');
    assert.deepEqual(rest, []);
    assert.ok(event && event.topic === 'device.stale');
    const { age_ms: ageMs, limit_ms: limitMs, since } = event.payload;
    assert.ok(Number(ageMs) >= 50 * MINUTE && Number(limitMs) >= 10 * MINUTE && Number(limitMs) < 50 * MINUTE);
    assert.ok(!Number.isNaN(Date.parse(String(since))));
    assert.deepEqual(Object.keys(event.payload).sort(), [
      'age_ms',
      'device_id',
      'fault',
      'limit_ms',
      'since',
      'source',
    ]);
  });

  it('takes the fault back once it delivers again, also by a back-fill', async () => {
    const id = await register();
    await deliver(id, 5 * MINUTE, 2 * HOUR);
    await look();
    await house.owner.raw(
      `INSERT INTO shooter_sms_sighting (sms_id, source, source_account, device_id, received_at, trusted, body_hash, delivery_key)
       SELECT id, 'webhook', 'line', ?, now() - interval '90 minutes', true, 'h', 'back-fill' FROM shooter_sms LIMIT 1`,
      [id],
    );
    assert.equal(await look(), 1);
    assert.deepEqual(await told(), [
      ['device.stale', id, 'phone_silent'],
      ['device.recovered', id, 'phone_silent'],
    ]);
    assert.deepEqual(await faults(), {});
  });

  it('holds a phone of little history to the configured limit, also one that never delivered', async () => {
    const [young, never, late, clockAhead] = [
      await register(),
      await register({ sinceMs: 25 * HOUR }),
      await register({ sinceMs: 25 * HOUR }),
      await register({ sinceMs: 25 * HOUR }),
    ];
    await deliver(young, 13 * DAY, 23 * HOUR);
    await deliver(late, 13 * DAY, 25 * HOUR);
    await deliver(clockAhead, 13 * DAY, -5 * DAY);
    await look();
    assert.deepEqual(await faults(), { [never]: 'phone_silent', [late]: 'phone_silent', [clockAhead]: 'phone_silent' });
  });

  it('tells an app that was killed from a phone that is silent, and goes from one to the other as more is known', async () => {
    const regular = await register({ heartbeat: [40 * MINUTE, 5 * MINUTE] });
    const slow = await register({ heartbeat: [40 * MINUTE, 15 * MINUTE] });
    const once = await register({ heartbeat: [40 * MINUTE, null] });
    for (const id of [regular, slow, once]) await deliver(id, 3 * HOUR, 6 * HOUR);
    await look();
    assert.deepEqual(await faults(), { [regular]: 'app_killed' });
    await house.owner.raw(
      `UPDATE shooter_sms_sighting SET seen_at = seen_at - interval '5 days', received_at = received_at - interval '5 days'`,
    );
    await look();
    assert.deepEqual(await faults(), { [regular]: 'app_killed', [slow]: 'phone_silent', [once]: 'phone_silent' });
    // The app is back, and still no SMS comes.
    await house.owner.raw(`UPDATE shooter_device SET heartbeat_at = clock_timestamp() WHERE id = ?`, [regular]);
    await look();
    assert.equal((await faults())[regular], 'phone_silent');
    assert.deepEqual(
      (await told()).filter(([, id]) => id === regular).map(([topic, , fault]) => [topic, fault]),
      [
        ['device.stale', 'app_killed'],
        ['device.recovered', 'app_killed'],
        ['device.stale', 'phone_silent'],
      ],
    );
  });

  it('leaves alone what others know: an encrypted phone stays so, and an app said to be gone too', async () => {
    const [encrypted, gone] = [await register(), await register({ trusted: false, heartbeat: [MINUTE, MINUTE] })];
    await setDeviceFault(db, encrypted, 'encrypted');
    await setDeviceFault(db, gone, 'app_killed');
    await look();
    assert.deepEqual(await faults(), { [encrypted]: 'encrypted', [gone]: 'app_killed' });
    await clearDeviceFault(db, encrypted, ['encrypted']);
    await look();
    assert.deepEqual(await faults(), { [encrypted]: 'phone_silent', [gone]: 'app_killed' });
  });

  it('watches only phones that are trusted, and lets go of one that no longer is or that was deleted', async () => {
    const [untrusted, distrusted, deleted] = [await register({ trusted: false }), await register(), await register()];
    await look();
    assert.deepEqual(await faults(), { [distrusted]: 'phone_silent', [deleted]: 'phone_silent' });
    await house.owner.raw(`UPDATE shooter_device SET trusted = false WHERE id = ?`, [distrusted]);
    await house.owner.raw(`UPDATE shooter_device SET deleted_at = now(), trusted = false WHERE id = ?`, [deleted]);
    await look();
    assert.deepEqual(await faults(), {});
    assert.equal((await told()).filter(([topic]) => topic === 'device.recovered').length, 2);
    assert.ok((await told()).every(([, id]) => id !== untrusted));
  });

  it('reads a few rows of an index, however many SMS there are', async () => {
    const ids = [await register(), await register(), await register()];
    for (const id of ids) await deliver(id, 30_000, MINUTE);
    await house.owner.raw('ANALYZE shooter_sms_sighting, shooter_device');
    const last = await explain(WATCHED_DEVICES);
    assert.deepEqual(indexesOf(last), ['shooter_sms_sighting_device']);
    assert.ok(last.every((node) => node['Relation Name'] !== 'shooter_sms_sighting' || node['Actual Rows'] <= 1));
    // Of a phone with 120,000 SMS over all time, the fortnight that counts.
    await house.owner.raw(
      `INSERT INTO shooter_sms_sighting (sms_id, source, source_account, device_id, received_at, seen_at, trusted, body_hash, delivery_key)
       SELECT (SELECT min(id) FROM shooter_sms), 'webhook', 'line', ?, at, at, true, 'h', gen_random_uuid()::text
       FROM generate_series(now() - interval '400 days', now() - interval '15 days', interval '5 minutes') at`,
      [ids[0] ?? 0],
    );
    await house.owner.raw('ANALYZE shooter_sms_sighting');
    const slots = await explain(
      SLOTS_OF_DEVICE.replaceAll(':untilAt', `'${new Date(Date.now() - 13 * DAY).toISOString()}'`).replaceAll(
        ':deviceId',
        String(ids[0]),
      ),
    );
    assert.ok(
      slots.every((node) => node['Relation Name'] !== 'shooter_sms_sighting' || node['Node Type'] !== 'Seq Scan'),
    );
  });

  interface Plan {
    readonly 'Node Type': string;
    readonly 'Index Name'?: string;
    readonly 'Relation Name'?: string;
    readonly 'Actual Rows': number;
    readonly Plans?: readonly Plan[];
  }
  async function explain(sql: string): Promise<Plan[]> {
    const { rows } = await db.raw<{ rows: { 'QUERY PLAN': { Plan: Plan }[] }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan ?? assert.fail('no plan');
    const nodes = (node: Plan): Plan[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
    return nodes(plan);
  }
  const indexesOf = (nodes: readonly Plan[]) => nodes.flatMap((node) => node['Index Name'] ?? []);
});
