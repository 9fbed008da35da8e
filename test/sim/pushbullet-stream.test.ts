import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { until } from '../support/until';
import { ACCOUNT, jsonOf, PHONE, startScene, textsOf, type FrameJson, type Scene } from './pushbullet-client';

describe("the simulator's Pushbullet stream", () => {
  let scene: Scene;
  const pushbullet = () => scene.sim.pushbullet;
  beforeEach(async () => (scene = await startScene()));
  afterEach(() => scene.stop());

  it('says nop at the interval that is dialled, also to sockets that are open already', async () => {
    const line = await scene.connect();
    assert.deepEqual(line.frames, []);
    pushbullet().dial({ nopIntervalMs: 10 });
    await until(() => line.frames.length >= 3);
    assert.deepEqual(new Set(line.frames), new Set(['{"type":"nop"}']));
  });

  it('goes on saying nop while other dials are turned', async () => {
    const line = await scene.connect();
    pushbullet().dial({ nopIntervalMs: 60 });
    const turning = setInterval(() => pushbullet().dial({ delayMs: 1 }), 10);
    await until(() => line.frames.length >= 2, 2_000).finally(() => clearInterval(turning));
  });

  it('shows an SMS as sms_changed with the thread as text, the time in whole seconds and no message id', async () => {
    const line = await scene.connect();
    scene.sms('1.00 EUR from ANNA', { receivedAt: new Date('2026-03-01T10:00:00.700Z'), contact: 'Rheinbank' });
    await until(() => line.live().length === 1);
    assert.deepEqual(line.live()[0]?.push, {
      type: 'sms_changed',
      source_device_iden: PHONE,
      notifications: [{ thread_id: '1', title: 'Rheinbank', body: '1.00 EUR from ANNA', timestamp: 1_772_359_200 }],
    });
  });

  it('tickles without a payload where there is a new push', async () => {
    const line = await scene.connect();
    pushbullet().note(ACCOUNT, { title: 'a', body: 'b' });
    await until(() => line.live().length === 1);
    assert.deepEqual(line.live(), [{ type: 'tickle', subtype: 'push' }]);
  });

  it('carries dismissals, clips and types of the future', async () => {
    const line = await scene.connect();
    const dismissal = {
      type: 'dismissal',
      package_name: 'com.bank',
      notification_id: '7',
      notification_tag: null,
      source_user_iden: ACCOUNT,
    };
    const payloads = [dismissal, { type: 'clip', body: 'copied', source_user_iden: ACCOUNT }, { type: 'hologram' }];
    for (const payload of payloads) pushbullet().ephemeral(ACCOUNT, payload);
    pushbullet().tickle(ACCOUNT, 'from_the_future');
    await until(() => line.live().length === 4);
    assert.deepEqual(
      line.live().map((frame) => ('push' in frame ? frame.push : frame)),
      [...payloads, { type: 'tickle', subtype: 'from_the_future' }],
    );
  });

  it('gives every socket of the account the frame, and no other account', async () => {
    pushbullet().addAccount({ email: 'other@recon.example', tokens: ['o.other'] });
    const [first, second, other] = [await scene.connect(), await scene.connect(), await scene.connect('o.other')];
    scene.sms('one');
    await until(() => first.live().length === 1 && second.live().length === 1);
    assert.deepEqual(other.live(), []);
  });

  it('keeps nothing for those who are not there: a frame without a socket is gone', async () => {
    scene.sms('nobody hears it');
    const line = await scene.connect();
    scene.sms('heard');
    await until(() => line.live().length > 0);
    assert.deepEqual(textsOf(line.live()), ['heard']);
  });

  it('hints by empty notifications that an SMS was read or sent, which is no SMS', async () => {
    const line = await scene.connect();
    pushbullet().seen(PHONE);
    pushbullet().outgoing({ device: PHONE, to: 'ANNA', body: 'on my way' });
    await until(() => line.live().length === 2);
    assert.deepEqual(
      line.live().map((frame) => frame.push.notifications),
      [[], []],
    );
    assert.deepEqual(pushbullet().record(), []);
  });

  describe('refuses a wrong token', () => {
    it('by closing the socket with 1008, or as it is dialled', async () => {
      for (const code of [1008, 4001] as const) {
        pushbullet().dial({ badTokenClose: code });
        const line = await scene.connect('o.nobody');
        await until(() => line.closed() !== undefined);
        assert.equal(line.closed()?.code, code);
      }
      assert.equal(pushbullet().counters()['sockets_bad_token'], 2);
    });

    it('or with 401 before the socket opens', async () => {
      pushbullet().dial({ badTokenClose: 401 });
      const socket = new WebSocket(`${scene.pushbulletStreamUrl}/o.nobody`);
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      assert.equal(response.statusCode, 401);
      socket.terminate();
    });

    it('and outlives what such a client sends, and closes without waiting for it', async () => {
      const stranger = await upgraded(scene);
      stranger.write(Buffer.alloc(64, 0xff));
      await once(stranger, 'close');
      await upgraded(scene);
      const begun = performance.now();
      await scene.sim.close();
      assert.ok(performance.now() - begun < 2_000, 'it waited for a client that does not answer');
    });

    it('also where it is no valid percent-encoding, and lives on', async () => {
      const line = await scene.connect('%E0%A4%A');
      await until(() => line.closed() !== undefined);
      assert.ok(await scene.connect());
    });
  });

  describe('breaks as it is dialled:', () => {
    it('half open: no frame, no nop, no pong, no closing handshake, no end; the SMS is in its thread', async () => {
      const line = await scene.connect();
      pushbullet().dial({ nopIntervalMs: 10, halfOpen: { count: 1 } });
      await until(() => line.frames.length > 0);
      scene.sms('unheard');
      await sleep(30);
      const before = line.frames.length;
      let pongs = 0;
      line.socket.on('pong', () => (pongs += 1));
      line.socket.ping();
      scene.sms('unheard too');
      await sleep(100);
      assert.deepEqual([line.frames.length, pongs, line.socket.readyState], [before, 0, WebSocket.OPEN]);
      assert.deepEqual(textsOf(line.live()), []);
      line.socket.close();
      await sleep(50);
      assert.equal(line.closed(), undefined);
      assert.deepEqual([pushbullet().openSockets(), pushbullet().counters()['sockets_silent']], [0, 1]);
      const { json } = await scene.get(`/v2/permanents/${PHONE}_thread_1`);
      assert.equal(json.thread.length, 2);
      // The next socket is well again.
      const next = await scene.connect();
      scene.sms('heard');
      await until(() => textsOf(next.live()).includes('heard'));
    });

    it('half open at once for a socket, by hand', async () => {
      const line = await scene.connect();
      assert.equal(pushbullet().silence(ACCOUNT), 1);
      scene.sms('unheard');
      await sleep(50);
      assert.deepEqual(line.frames, []);
    });

    it('cut without a closing handshake, the frame lost', async () => {
      const line = await scene.connect();
      pushbullet().dial({ abruptClose: { count: 1 } });
      scene.sms('lost with it');
      await until(() => line.closed() !== undefined);
      assert.deepEqual([line.closed()?.code, line.live()], [1006, []]);
    });

    it('closed with a code', async () => {
      const line = await scene.connect();
      pushbullet().dial({ politeClose: true, closeCode: 4005 });
      scene.sms('lost with it');
      await until(() => line.closed() !== undefined);
      assert.equal(line.closed()?.code, 4005);
    });

    for (const [how, seen] of [
      ['status_503', 503],
      ['status_429', 429],
    ] as const) {
      it(`new sockets refused with ${seen}, as often as is said`, async () => {
        pushbullet().dial({ refuseSockets: { count: 1 }, refuseHow: how });
        const socket = new WebSocket(`${scene.pushbulletStreamUrl}/o.token-of-the-tests`);
        socket.on('error', () => undefined);
        const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
        assert.equal(response.statusCode, seen);
        socket.terminate();
        assert.equal((await scene.connect()).socket.readyState, WebSocket.OPEN);
      });
    }

    it('new sockets cut, or taken and never answered', async () => {
      pushbullet().dial({ refuseSockets: true, refuseHow: 'cut' });
      assert.equal((await errorOf(scene)).code, 'ECONNRESET');
      pushbullet().dial({ refuseHow: 'silence' });
      assert.match((await errorOf(scene, { handshakeTimeout: 100 })).message, /handshake has timed out/);
      assert.equal(pushbullet().counters()['sockets_refused'], 2);
    });

    it('frames doubled', async () => {
      const line = await scene.connect();
      pushbullet().dial({ duplicateFrames: true });
      scene.sms('twice');
      await until(() => line.live().length === 2);
      assert.deepEqual(textsOf(line.live()), ['twice', 'twice']);
      assert.equal(pushbullet().record().length, 1);
    });

    it('frames out of order, none lost', async () => {
      const line = await scene.connect();
      pushbullet().dial({ disorderFrames: { count: 1 } });
      for (const text of ['first', 'second', 'third']) scene.sms(text);
      await until(() => line.live().length === 3);
      assert.deepEqual(textsOf(line.live()), ['second', 'first', 'third']);
    });

    it('a held frame comes by itself where no other follows', async () => {
      const line = await scene.connect();
      pushbullet().dial({ disorderFrames: true, disorderHoldMs: 20 });
      scene.sms('alone');
      await until(() => textsOf(line.live()).length === 1);
    });

    it('frames late', async () => {
      const line = await scene.connect();
      pushbullet().dial({ delayFrames: { count: 1 }, delayMs: 60 });
      scene.sms('late');
      scene.sms('on time');
      await until(() => line.live().length === 2);
      assert.deepEqual(textsOf(line.live()), ['on time', 'late']);
    });

    it('storms of tickles before a frame', async () => {
      const line = await scene.connect();
      pushbullet().dial({ tickleStorm: { count: 1 }, tickleStormSize: 30 });
      scene.sms('in the storm');
      await until(() => line.live().length === 31);
      assert.equal(line.live().filter((frame) => frame.type === 'tickle').length, 30);
    });

    it('frames that nobody should trust, each kind, beside the true one', async () => {
      const line = await scene.connect();
      const kinds = ['not_json', 'empty', 'json_null', 'json_array', 'wrong_types', 'unknown_type', 'unknown_subtype'];
      for (const kind of kinds) {
        await scene.control('PUT', '/dials', { bad_frame: { count: 1 }, bad_frame_kinds: [kind] });
        scene.sms(`after ${kind}`);
      }
      await until(() => line.frames.length === kinds.length * 2);
      assert.deepEqual(
        line.frames.filter((_, index) => index % 2 === 1).flatMap((text) => textsOf([jsonOf(text) as FrameJson])),
        kinds.map((kind) => `after ${kind}`),
      );
      assert.equal(jsonOf(line.frames[0]!), undefined);
      assert.equal(line.frames[2], '');
    });

    it('a frame of 5 MB, and one of bytes that are no text', async () => {
      const line = await scene.connect();
      await scene.control('POST', '/frames', { account: ACCOUNT, bad: 'huge' });
      await scene.control('POST', '/frames', { account: ACCOUNT, bad: 'binary' });
      await scene.control('POST', '/frames', { account: ACCOUNT, text: 'as it is' });
      await until(() => line.frames.length === 3);
      assert.ok(line.frames[0]!.length > 5_000_000);
      assert.equal(line.frames[2], 'as it is');
    });
  });
});

function errorOf(scene: Scene, options = {}): Promise<NodeJS.ErrnoException> {
  const socket = new WebSocket(`${scene.pushbulletStreamUrl}/o.token-of-the-tests`, options);
  return new Promise((resolve) => socket.once('error', resolve));
}

/** A client that has got its upgrade under a wrong token, and then follows no protocol. */
async function upgraded(scene: Scene): Promise<Socket> {
  const { hostname, port } = new URL(scene.url);
  const socket = connectTcp(Number(port), hostname);
  socket.on('error', () => undefined);
  const headers = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(['GET /pushbullet/websocket/o.nobody HTTP/1.1', ...headers, key, '', ''].join('\r\n'));
  await once(socket, 'data');
  return socket;
}
