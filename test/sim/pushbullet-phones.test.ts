import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until';
import { ACCOUNT, decrypt, PHONE, SECOND_PHONE, startScene, textsOf, type Scene } from './pushbullet-client';

describe("an SMS on the simulator's phones", () => {
  let scene: Scene;
  const pushbullet = () => scene.sim.pushbullet;
  const threadTexts = async (id = '1') =>
    (await scene.get(`/v2/permanents/${PHONE}_thread_${id}`)).json.thread.map(({ body }) => body);
  beforeEach(async () => (scene = await startScene()));
  afterEach(() => scene.stop());

  it('goes live and into its thread, and is kept in the record with the ways it took', async () => {
    const line = await scene.connect();
    scene.sms('one', { receivedAt: new Date('2026-03-01T10:00:00.900Z') });
    await until(() => textsOf(line.live()).length === 1);
    assert.deepEqual(await threadTexts(), ['one']);
    assert.deepEqual(pushbullet().record(), [
      {
        source: 'pushbullet',
        account: ACCOUNT,
        device: PHONE,
        messageId: '1',
        sender: 'RHEINBANK',
        body: 'one',
        receivedAt: new Date('2026-03-01T10:00:00Z'),
        ways: ['live', 'thread'],
      },
    ]);
  });

  it('goes by a mirror and a note as well, where that is dialled', async () => {
    const line = await scene.connect();
    pushbullet().dial({ byMirror: true, byPush: true });
    scene.sms('by all ways');
    await until(() => line.live().length === 3);
    const mirror = line.live().find(({ push }) => (push as { type?: string } | undefined)?.['type'] === 'mirror');
    assert.deepEqual(
      { ...mirror?.push, created: 0, iden: '', icon: '' },
      {
        type: 'mirror',
        iden: '',
        icon: '',
        application_name: 'Messages',
        package_name: 'com.google.android.apps.messaging',
        title: 'RHEINBANK',
        body: 'by all ways',
        notification_id: '1',
        notification_tag: null,
        source_device_iden: PHONE,
        source_user_iden: ACCOUNT,
        dismissable: true,
        dismissible: true,
        created: 0,
      },
    );
    const [push] = (await scene.get('/v2/pushes')).json.pushes;
    assert.deepEqual(
      [push?.['type'], push?.title, push?.['body'], push?.['source_device_iden'], push?.['direction']],
      ['note', 'RHEINBANK', 'by all ways', PHONE, 'self'],
    );
    assert.deepEqual(pushbullet().record()[0]?.ways, ['live', 'thread', 'mirror', 'push']);
  });

  it('is mirrored shortened with an ellipsis where the screen has no room', async () => {
    const line = await scene.connect();
    pushbullet().dial({ byMirror: true, mirrorShortened: true, mirrorLength: 10 });
    scene.sms('0123456789 and more');
    scene.sms('short');
    await until(() => line.live().length === 4);
    const mirrored = line.live().flatMap(({ push }) => (push['type'] === 'mirror' ? [push.body] : []));
    assert.deepEqual(mirrored, ['0123456789…', 'short']);
    assert.deepEqual((await threadTexts()).at(-1), '0123456789 and more');
  });

  it('missed live is in the thread; with empty notifications the stream only hints at it', async () => {
    const line = await scene.connect();
    pushbullet().dial({ missedLive: { count: 1 } });
    scene.sms('only in the thread');
    pushbullet().dial({ emptyNotifications: true });
    for (let number = 0; number < 12; number += 1) scene.sms(`hinted ${number}`);
    await until(() => line.live().length === 12);
    assert.deepEqual(textsOf(line.live()), []);
    const shapes = new Set(line.live().map(({ push }) => ('notifications' in push ? 'empty' : 'missing')));
    assert.deepEqual([...shapes].sort(), ['empty', 'missing']);
    assert.equal((await threadTexts()).length, 13);
    assert.ok(
      pushbullet()
        .record()
        .every(({ ways }) => ways.join() === 'thread'),
    );
  });

  it('takes the ways that are asked for, whatever the dials say, and its time to its thread', async () => {
    const line = await scene.connect();
    pushbullet().dial({ missedLive: true, byMirror: true, byPush: true, keepOneWay: true, missedThread: true });
    scene.sms('nobody ever has it', { ways: [] });
    scene.sms('live only', { ways: ['live'] });
    scene.sms('late in its thread only', { ways: ['thread'], threadAfterMs: 60 });
    scene.sms('a mirror and a note', { ways: ['push', 'mirror'] });
    assert.deepEqual(
      pushbullet()
        .record()
        .map(({ ways }) => ways.join()),
      ['', 'live', 'thread', 'mirror,push'],
    );
    assert.deepEqual(await threadTexts(), []);
    await until(async () => (await threadTexts()).length === 1);
    assert.deepEqual(await threadTexts(), ['late in its thread only']);
    assert.deepEqual(textsOf(line.live()), ['live only']);
    assert.deepEqual(
      line.live().map((frame) => frame.subtype ?? frame.push['type']),
      ['sms_changed', 'mirror', 'push'],
    );
  });

  describe('missed in its thread', () => {
    it('comes there late, since a frame alone may be lost with its socket', async () => {
      pushbullet().dial({ missedThread: true, lateThreadMs: 80 });
      scene.sms('late');
      assert.deepEqual(await threadTexts(), []);
      assert.equal((await scene.get(`/v2/permanents/${PHONE}_threads`)).json.threads[0]?.latest, undefined);
      await until(async () => (await threadTexts()).length === 1);
      assert.deepEqual(pushbullet().record()[0]?.ways, ['live', 'thread']);
    });

    it('never comes there where keep_one_way is off; its row id is used all the same', async () => {
      pushbullet().dial({ missedThread: { count: 1 }, keepOneWay: false, lateThreadMs: 10 });
      scene.sms('live only');
      scene.sms('both');
      await sleep(30);
      assert.deepEqual(await threadTexts(), ['both']);
      assert.deepEqual(
        pushbullet()
          .record()
          .map(({ messageId, ways }) => [messageId, ways.join()]),
        [
          ['1', 'live'],
          ['2', 'live,thread'],
        ],
      );
    });

    it('with nothing else open is told by the record as lost for good', () => {
      pushbullet().dial({ missedThread: true, missedLive: true, keepOneWay: false });
      scene.sms('nowhere');
      assert.deepEqual(pushbullet().record()[0]?.ways, []);
    });
  });

  it('falls out of the window of its thread when newer ones come', async () => {
    pushbullet().dial({ threadWindow: 2 });
    for (const text of ['one', 'two', 'three']) scene.sms(text);
    assert.deepEqual(await threadTexts(), ['three', 'two']);
  });

  it('on a phone without a network comes to the threads when the phone is back, and never live', async () => {
    const line = await scene.connect();
    pushbullet().setOnline(PHONE, false);
    scene.sms('meanwhile');
    assert.deepEqual(await threadTexts(), []);
    pushbullet().setOnline(PHONE, true);
    assert.deepEqual(await threadTexts(), ['meanwhile']);
    scene.sms('afterwards');
    await until(() => line.live().length > 0);
    assert.deepEqual(textsOf(line.live()), ['afterwards']);
  });

  it('after a wipe gets a row id that was used before', async () => {
    scene.sms('before');
    pushbullet().wipe(PHONE);
    assert.deepEqual((await scene.get(`/v2/permanents/${PHONE}_threads`)).json.threads, []);
    scene.sms('after', { sender: 'NORDBANK' });
    assert.deepEqual(
      pushbullet()
        .record()
        .map(({ messageId, body }) => [messageId, body]),
      [
        ['1', 'before'],
        ['1', 'after'],
      ],
    );
    assert.deepEqual(await threadTexts(), ['after']);
  });

  it('as a note may have the same modified as the one before it', async () => {
    pushbullet().dial({ byPush: true, tiedModified: true });
    scene.sms('one');
    const [first] = (await scene.get('/v2/pushes')).json.pushes;
    scene.sms('two');
    const { json } = await scene.get('/v2/pushes');
    assert.deepEqual(new Set(json.pushes.map(({ modified }) => modified)), new Set([first!.modified]));
    assert.deepEqual((await scene.get(`/v2/pushes?modified_after=${first!.modified}`)).json.pushes, []);
    // Pages part equal times too, and lose none of them.
    const page = await scene.get('/v2/pushes?limit=1');
    const rest = await scene.get(`/v2/pushes?limit=1&cursor=${page.json.cursor}`);
    assert.notEqual(page.json.pushes[0]?.iden, rest.json.pushes[0]?.iden);
  });

  describe('under an end-to-end password', () => {
    it('is encrypted in frames and in permanents, new and old, and in nothing else', async () => {
      const line = await scene.connect();
      pushbullet().setPassword(ACCOUNT, 'open sesame');
      pushbullet().dial({ byPush: true, byMirror: true });
      scene.sms('secret');
      await until(() => line.live().length === 3);
      const sealed = line.live().filter(({ type }) => type === 'push');
      assert.deepEqual(
        sealed.map(({ push }) => Object.keys(push).sort()),
        Array(2).fill(['ciphertext', 'encrypted']),
      );
      const opened = sealed.map(({ push }) => decrypt(push.ciphertext, 'open sesame', ACCOUNT) as { type: string });
      assert.deepEqual(
        opened.map(({ type }) => type),
        ['sms_changed', 'mirror'],
      );
      const threads = await scene.get(`/v2/permanents/${PHONE}_threads`);
      assert.equal(threads.json.encrypted, true);
      const older = await scene.send('POST', '/v3/get-permanent', { key: `${PHONE}_thread_1` });
      const { data } = older.json as unknown as { data: { ciphertext: string } };
      assert.match(JSON.stringify(decrypt(threads.json.ciphertext, 'open sesame', ACCOUNT)), /"latest"/);
      assert.match(JSON.stringify(decrypt(data.ciphertext, 'open sesame', ACCOUNT)), /"secret"/);
      assert.equal((await scene.get('/v2/pushes')).json.pushes[0]?.['body'], 'secret');
      assert.throws(() => decrypt(threads.json.ciphertext, 'another', ACCOUNT));
    });

    it('that is dialled only, or that nobody knows', async () => {
      const line = await scene.connect();
      pushbullet().dial({ encryptionPassword: 'dialled' });
      scene.sms('one');
      pushbullet().dial({ wrongKey: { count: 1 } });
      scene.sms('two');
      scene.sms('three');
      await until(() => line.live().length === 3);
      const readable = line.live().map(({ push }) => {
        try {
          return Boolean(decrypt(push.ciphertext, 'dialled', ACCOUNT));
        } catch {
          return false;
        }
      });
      assert.deepEqual(readable, [true, false, true]);
    });
  });

  it('happens on a phone only', () => {
    assert.throws(() => pushbullet().sms({ device: 'nobody', sender: 'A', body: 'b' }), /no phone has this iden/);
  });

  it('has row ids and threads of its own phone', () => {
    scene.sms('one');
    scene.sms('two', { device: SECOND_PHONE });
    assert.deepEqual(
      pushbullet()
        .record()
        .map(({ device, messageId }) => [device, messageId]),
      [
        [PHONE, '1'],
        [SECOND_PHONE, '1'],
      ],
    );
  });
});
