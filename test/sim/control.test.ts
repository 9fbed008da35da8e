import assert from 'node:assert/strict';
import { DEMO_PUSHBULLET } from '../../sim/demo';
import { startTestSim } from '../support/sim';
import { until } from '../support/until';
import { ACCOUNT, PHONE, startScene, textsOf, type Scene } from './pushbullet-client';

describe('/control/pushbullet', () => {
  let scene: Scene;
  beforeEach(async () => (scene = await startScene()));
  afterEach(() => scene.stop());

  it('makes an SMS happen and lists it in the record', async () => {
    const line = await scene.connect();
    const sms = { device: PHONE, sender: 'RHEINBANK', body: 'one', received_at: '2026-03-01T11:00:00+01:00' };
    const made = await scene.control('POST', '/sms', sms);
    assert.equal(made.status, 201);
    const { json } = await scene.control('GET', '/record');
    assert.deepEqual(json, {
      count: 1,
      sms: [
        {
          source: 'pushbullet',
          account: ACCOUNT,
          device: PHONE,
          message_id: '1',
          sender: 'RHEINBANK',
          body: 'one',
          received_at: '2026-03-01T10:00:00.000Z',
          ways: ['live', 'thread'],
        },
      ],
    });
    assert.deepEqual(made.json, (json['sms'] as unknown[])[0]);
    await until(() => textsOf(line.live()).length === 1);
  });

  for (const [name, body, said] of [
    ['a phone that there is not', { device: 'nobody', sender: 'A', body: 'b' }, [404, /phone/]],
    ['an unknown field', { device: PHONE, sender: 'A', body: 'b', recieved_at: 'x' }, [400, /recieved_at/]],
    [
      'a time without a zone',
      { device: PHONE, sender: 'A', body: 'b', received_at: '2026-03-01' },
      [400, /received_at/],
    ],
    ['no sender', { device: PHONE, body: 'b' }, [400, /sender/]],
  ] as const) {
    it(`refuses an SMS with ${name}, and names it`, async () => {
      const { status, json } = await scene.control('POST', '/sms', body);
      assert.equal(status, said[0]);
      assert.match(json.error.message, said[1]);
      assert.deepEqual(scene.sim.pushbullet.record(), []);
    });
  }

  it('makes accounts, phones and other tokens, and shows no token or password', async () => {
    const given = { iden: 'ujNew', email: 'new@recon.example', tokens: ['o.new-1'], password: 'open sesame' };
    assert.equal((await scene.control('POST', '/accounts', given)).status, 200);
    const { json } = await scene.control('POST', '/devices', { account: 'ujNew', nickname: 'New phone' });
    const shown = (await scene.control('GET', '/accounts')).text;
    assert.ok(shown.includes(String(json['device'])));
    assert.doesNotMatch(shown, /o\.new-1|sesame/);
    await scene.control('POST', '/accounts/change', { account: 'ujNew', tokens: ['o.new-2'], password: null });
    assert.equal((await scene.get('/v2/users/me', { 'access-token': 'o.new-1' })).status, 401);
    assert.equal((await scene.get('/v2/users/me', { 'access-token': 'o.new-2' })).status, 200);
    assert.equal((await scene.control('POST', '/accounts/change', { account: 'ujNobody', tokens: [] })).status, 404);
  });

  it('lets phones be wiped, away, read and writing, and sockets be silenced and dropped', async () => {
    const line = await scene.connect();
    const happen = async (happening: string, more = {}) =>
      (await scene.control('POST', '/phones', { device: PHONE, happening, ...more })).status;
    const seen: number[] = [];
    seen.push(await happen('offline'), await happen('seen'), await happen('online'), await happen('seen'));
    seen.push(await happen('outgoing', { to: 'ANNA', body: 'hi' }), await happen('wiped'));
    assert.deepEqual(seen, Array(6).fill(200));
    await until(() => line.live().length === 2);
    assert.equal(await happen('eaten'), 400);
    assert.deepEqual((await scene.control('POST', '/sockets', { action: 'drop', code: 4000 })).json['sockets'], 1);
    await until(() => line.closed()?.code === 4000);
    await scene.connect();
    assert.deepEqual((await scene.control('POST', '/sockets', { account: ACCOUNT, action: 'silence' })).json, {
      sockets: 1,
    });
  });

  it('writes notes that are no SMS', async () => {
    await scene.control('POST', '/notes', { account: ACCOUNT, title: 'Groceries', body: 'milk', device: PHONE });
    assert.equal((await scene.get('/v2/pushes')).json.pushes[0]?.title, 'Groceries');
    assert.equal((await scene.control('GET', '/record')).json['count'], 0);
  });

  it('begins anew: dials, record and counters; phones and threads stay', async () => {
    scene.sms('one');
    await scene.get('/v2/users/me');
    await scene.control('PUT', '/dials', { server_error: true });
    assert.deepEqual((await scene.control('POST', '/reset', { seed: 5 })).json, { seed: 5 });
    assert.deepEqual(scene.sim.pushbullet.counters(), { sockets_open: 0, sockets_silent: 0 });
    assert.deepEqual(scene.sim.pushbullet.record(), []);
    assert.equal((await scene.get(`/v2/permanents/${PHONE}_thread_1`)).json.thread.length, 1);
  });
});

describe('the simulators together', () => {
  it('hold the accounts of the demo day from their start', async () => {
    const test = await startTestSim({ demo: true });
    try {
      const answer = await fetch(`${test.pushbulletApiUrl}/v2/devices`, {
        headers: { 'access-token': DEMO_PUSHBULLET.token },
      });
      const { devices } = (await answer.json()) as { devices: { iden: string; has_sms: boolean }[] };
      assert.deepEqual(
        devices.flatMap(({ iden, has_sms }) => (has_sms ? [iden] : [])).sort(),
        [...DEMO_PUSHBULLET.phones].sort(),
      );
    } finally {
      await test.stop();
    }
  });

  it('answer what they do not know with 404, on HTTP as on WebSockets', async () => {
    const test = await startTestSim();
    try {
      assert.equal((await fetch(`${test.url}/whatsapp`)).status, 404);
      const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
      const { WebSocket } = await import('ws');
      const socket = new WebSocket(`${test.url.replace('http', 'ws')}/elsewhere`, { headers: upgrade });
      const message = await new Promise<string>((resolve) => socket.once('error', (error) => resolve(error.message)));
      assert.match(message, /404/);
    } finally {
      await test.stop();
    }
  });
});
