import assert from 'node:assert/strict';
import { setDeviceFault } from '../../db/device-faults';
import { registerLoop, reportFault } from '../../db/loops';
import { loopOf, LOOPS } from '../../domain/loops';
import { startTestApi, STATS, type TestApi } from '../support/api';

describe('the loops and devices for people', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  it('are none where nothing has run', async () => {
    const { status, json } = await api.get(`${STATS}/loops`);
    assert.deepEqual([status, json], [200, { fresh: true, loops: [], devices: [] }]);
  });

  it('are shown with age, limit, cause and owner, and each phone at fault by its name', async () => {
    const { db, owner } = api;
    await registerLoop(db, { ...loopOf('sweeper', new Map()), owner: 'one' });
    await reportFault(db, { ...loopOf('telegram', new Map()), owner: 'two' }, 'conflict', { status: 409 });
    const { rows } = await owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_device (source, source_account, external_id, name, app)
       VALUES ('webhook', 'a', 'one', 'Front desk', 'smsgate'), ('webhook', 'a', 'two', 'Well', NULL) RETURNING id`,
    );
    await setDeviceFault(db, rows[0]?.id ?? 0, 'encrypted');
    const { json } = await api.get(`${STATS}/loops`);
    const loops = json['loops'] as Record<string, unknown>[];
    assert.deepEqual(
      loops.map(({ age_ms: age, ...rest }) => ({ ...rest, aged: typeof age })),
      [
        {
          name: 'sweeper',
          limit_ms: LOOPS.sweeper.limitMs,
          fresh: true,
          critical: true,
          fault: null,
          detail: {},
          owner: 'one',
          stale_since: null,
          aged: 'number',
        },
        {
          name: 'telegram',
          limit_ms: LOOPS.telegram.limitMs,
          fresh: true,
          critical: true,
          fault: 'conflict',
          detail: { status: 409 },
          owner: 'two',
          stale_since: null,
          aged: 'number',
        },
      ],
    );
    const devices = json['devices'] as Record<string, unknown>[];
    assert.deepEqual(
      devices.map(({ device_id: id, name, app, source, fault }) => ({ id, name, app, source, fault })),
      [{ id: rows[0]?.id, name: 'Front desk', app: 'smsgate', source: 'webhook', fault: 'encrypted' }],
    );
    assert.equal(json['fresh'], true);
  });

  it('are not fresh as soon as one critical loop is not', async () => {
    await registerLoop(api.db, { ...loopOf('audit_seal', new Map()), owner: 'one' });
    const age = (name: string) =>
      api.owner.raw(`UPDATE recon_loop SET progressed_at = now() - interval '1 hour' WHERE name = ?`, [name]);
    await age('audit_seal');
    assert.equal((await api.get(`${STATS}/loops`)).json['fresh'], true);
    await age('sweeper');
    assert.equal((await api.get(`${STATS}/loops`)).json['fresh'], false);
  });

  it('take no parameters', async () => {
    assert.equal((await api.get(`${STATS}/loops?loop=sweeper`)).status, 400);
  });
});
