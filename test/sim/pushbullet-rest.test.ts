import assert from 'node:assert/strict';
import { ACCOUNT, PHONE, SECOND_PHONE, startScene, TOKEN, type Scene, type ServiceJson } from './pushbullet-client';

const ERROR_KEYS = ['cat', 'message', 'type'];

describe("the simulator's Pushbullet API", () => {
  let scene: Scene;
  beforeEach(async () => (scene = await startScene()));
  afterEach(() => scene.stop());

  describe('who may ask', () => {
    for (const [name, headers] of [
      ['the Access-Token header', { 'access-token': TOKEN }],
      ['HTTP Basic, the token as user without a password', { authorization: `Basic ${btoa(`${TOKEN}:`)}` }],
      ['a Bearer token', { authorization: `Bearer ${TOKEN}` }],
    ] as const) {
      it(`is known by ${name}`, async () => {
        const { status, json } = await scene.get('/v2/users/me', headers);
        assert.equal(status, 200);
        assert.deepEqual(
          { ...json, created: typeof json.created, modified: typeof json.modified, image_url: '' },
          {
            iden: ACCOUNT,
            email: 'Cashier@Recon.example',
            email_normalized: 'cashier@recon.example',
            name: 'Cashier',
            image_url: '',
            max_upload_size: 26_214_400,
            created: 'number',
            modified: 'number',
          },
        );
      });
    }

    it('gets 401 in the error envelope with another token, none, or one that was taken back', async () => {
      scene.sim.pushbullet.setTokens(ACCOUNT, ['o.new-token']);
      const wrong: Record<string, string>[] = [{ 'access-token': TOKEN }, {}, { authorization: 'Negotiate x' }];
      for (const headers of wrong) {
        const { status, json } = await scene.get('/v2/users/me', headers);
        assert.equal(status, 401);
        assert.deepEqual(Object.keys(json.error).sort(), ERROR_KEYS);
        assert.equal(json.error.type, 'invalid_request');
      }
      assert.equal((await scene.get('/v2/users/me', { 'access-token': 'o.new-token' })).status, 200);
    });

    it('gets 404 in the envelope for what there is not', async () => {
      for (const path of ['/v2/nothing', `/v2/permanents/${PHONE}_thread_99`, '/v2/permanents/nobody_threads']) {
        const { status, json } = await scene.get(path);
        assert.deepEqual([status, json.error.message], [404, 'The resource could not be found.'], path);
      }
    });
  });

  it('tells the rate with every answer and, once it is used up, 429 until its reset', async () => {
    scene.sim.pushbullet.dial({ rateLimit: 2, rateWindowMs: 60_000 });
    const replies = [];
    for (let call = 0; call < 3; call += 1) replies.push(await scene.get('/v2/users/me'));
    assert.deepEqual(
      replies.map((reply) => [
        reply.status,
        reply.headers['x-ratelimit-limit'],
        reply.headers['x-ratelimit-remaining'],
      ]),
      [
        [200, '2', '1'],
        [200, '2', '0'],
        [429, '2', '0'],
      ],
    );
    const resetsInMs = Number(replies[2]!.headers['x-ratelimit-reset']) * 1_000 - Date.now();
    assert.ok(resetsInMs > 50_000 && resetsInMs <= 61_000, String(resetsInMs));
  });

  describe('devices', () => {
    it('are phones with has_sms and others without, their times floats', async () => {
      const { json, text } = await scene.get('/v2/devices');
      assert.deepEqual(
        json.devices.map(({ nickname, has_sms, active }) => [nickname, has_sms, active]),
        [
          ['Browser', false, true],
          ['Second phone', true, true],
          ['Phone', true, true],
        ],
      );
      assert.match(text, /"modified":1\.\d{9,}e\+09[,}]/);
    });

    it('are made, renamed and deleted; a deleted one keeps only iden, times and active', async () => {
      const line = await scene.connect();
      const made = await scene.send('POST', '/v2/devices', { nickname: 'Made', has_sms: true });
      assert.equal(made.status, 200);
      const renamed = await scene.send('POST', `/v2/devices/${made.json.iden}`, { nickname: 'Renamed' });
      assert.equal(renamed.json.nickname, 'Renamed');
      assert.ok(renamed.json.modified > made.json.modified);
      assert.equal((await scene.send('DELETE', `/v2/devices/${made.json.iden}`)).status, 200);
      const { json } = await scene.get('/v2/devices?active=false');
      assert.deepEqual(
        json.devices.map((device) => Object.keys(device).sort()),
        [['active', 'created', 'iden', 'modified']],
      );
      assert.equal((await scene.get('/v2/devices?active=true')).json.devices.length, 3);
      assert.equal((await scene.send('DELETE', '/v2/devices/nobody')).status, 404);
      await scene.connect();
      assert.deepEqual(line.live(), Array(3).fill({ type: 'tickle', subtype: 'device' }));
    });

    it('changed since a moment are asked for by modified_after', async () => {
      const { json } = await scene.get('/v2/devices');
      const second = json.devices.find(({ iden }) => iden === SECOND_PHONE);
      const since = await scene.get(`/v2/devices?modified_after=${second!.modified}`);
      assert.deepEqual(
        since.json.devices.map(({ nickname }) => nickname),
        ['Browser'],
      );
    });
  });

  describe('pushes', () => {
    const note = (title: string) => scene.sim.pushbullet.note(ACCOUNT, { title, body: 'a note', deviceIden: PHONE });
    const titles = (json: ServiceJson): string[] => json.pushes.map(({ title }) => title);

    it('come newest first, in pages that a cursor joins, until there is none', async () => {
      for (let number = 1; number <= 7; number += 1) note(`n${number}`);
      const seen: string[][] = [];
      let cursor: string | undefined = '';
      while (cursor !== undefined) {
        const { json } = await scene.get(`/v2/pushes?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
        seen.push(titles(json));
        cursor = json.cursor;
      }
      assert.deepEqual(seen, [['n7', 'n6', 'n5'], ['n4', 'n3', 'n2'], ['n1']]);
    });

    it('never come more than 500 at once', async () => {
      for (let number = 1; number <= 501; number += 1) note(`n${number}`);
      const { json } = await scene.get('/v2/pushes?limit=5000');
      assert.deepEqual([json.pushes.length, typeof json.cursor], [500, 'string']);
    });

    it('that came while a client was paging push nothing out of the pages and double nothing', async () => {
      for (let number = 1; number <= 4; number += 1) note(`n${number}`);
      const first = await scene.get('/v2/pushes?limit=2');
      note('n5');
      const second = await scene.get(`/v2/pushes?limit=2&cursor=${first.json.cursor}`);
      assert.deepEqual(
        [titles(first.json), titles(second.json)],
        [
          ['n4', 'n3'],
          ['n2', 'n1'],
        ],
      );
    });

    it('after a float moment are those that were written later, in either notation', async () => {
      note('n1');
      const { json, text } = await scene.get('/v2/pushes');
      note('n2');
      const [, written] = /"modified":([^,}]+)/.exec(text) ?? [];
      assert.match(written!, /^\d\.\d+e\+09$/);
      assert.equal(Number(written), json.pushes[0]!.modified);
      for (const after of [written!, String(json.pushes[0]!.modified)])
        assert.deepEqual(titles((await scene.get(`/v2/pushes?modified_after=${encodeURIComponent(after)}`)).json), [
          'n2',
        ]);
    });

    it('of a cursor alone are those that were asked for at first', async () => {
      const old = note('old');
      for (const title of ['n1', 'n2']) note(title);
      const first = await scene.get(`/v2/pushes?limit=1&modified_after=${old.modified}`);
      const second = await scene.get(`/v2/pushes?limit=1&cursor=${first.json.cursor}`);
      assert.deepEqual([titles(first.json), titles(second.json), second.json.cursor], [['n2'], ['n1'], undefined]);
    });

    it('keep only iden, times and active once they are deleted, and count as changed', async () => {
      const push = note('n1');
      const { modified } = push;
      scene.sim.pushbullet.deletePush(ACCOUNT, push.iden);
      const { json } = await scene.get(`/v2/pushes?modified_after=${modified}`);
      assert.deepEqual(Object.keys(json.pushes[0]!).sort(), ['active', 'created', 'iden', 'modified']);
      assert.deepEqual((await scene.get('/v2/pushes?active=true')).json.pushes, []);
    });

    for (const status of [400, 410] as const) {
      it(`answer an unknown or expired cursor with ${status}`, async () => {
        for (let number = 1; number <= 3; number += 1) note(`n${number}`);
        scene.sim.pushbullet.dial({ cursorTtlMs: 0, invalidCursorStatus: status });
        const { json } = await scene.get('/v2/pushes?limit=1');
        await new Promise((resolve) => setTimeout(resolve, 5));
        for (const cursor of [json.cursor, 'not-a-cursor']) {
          const refused = await scene.get(`/v2/pushes?cursor=${cursor}`);
          assert.deepEqual([refused.status, refused.json.error.type], [status, 'invalid_request']);
          assert.match(refused.json.error.message, /cursor/i);
        }
      });
    }

    it('answer a query that makes no sense with 400', async () => {
      assert.equal((await scene.get('/v2/pushes?modified_after=yesterday')).status, 400);
    });
  });

  describe('permanents', () => {
    it('list the threads of a phone, the last written first, with their newest message', async () => {
      scene.sms('one', { receivedAt: new Date('2026-03-01T10:00:00.700Z') });
      scene.sms('two', { sender: '+4915112345678', contact: 'Anna', receivedAt: new Date('2026-03-01T10:00:05Z') });
      const { json } = await scene.get(`/v2/permanents/${PHONE}_threads`);
      const [first, second] = json.threads;
      assert.deepEqual(first, {
        id: '2',
        recipients: [{ name: 'Anna', address: '+4915112345678', number: '+4915112345678' }],
        latest: { id: '2', type: 'sms', timestamp: 1_772_359_205, direction: 'incoming', body: 'two' },
      });
      assert.deepEqual([second?.id, second?.latest?.timestamp], ['1', 1_772_359_200]);
      assert.deepEqual((await scene.get(`/v2/permanents/${SECOND_PHONE}_threads`)).json, { threads: [] });
    });

    it('give a thread newest first, outgoing messages among them, ids as text and times in whole seconds', async () => {
      scene.sms('in');
      scene.sim.pushbullet.outgoing({ device: PHONE, to: 'RHEINBANK', body: 'out' });
      const { json } = await scene.get(`/v2/permanents/${PHONE}_thread_1`);
      assert.deepEqual(
        json.thread.map(({ id, direction, body, status }) => [id, direction, body, status]),
        [
          ['2', 'outgoing', 'out', 'sent'],
          ['1', 'incoming', 'in', undefined],
        ],
      );
      for (const { timestamp } of json.thread) assert.ok(Number.isInteger(timestamp));
    });

    it('are the same by the older way, under data', async () => {
      scene.sms('one');
      const plain = await scene.get(`/v2/permanents/${PHONE}_threads`);
      const asked = await scene.send('POST', '/v3/get-permanent', { key: `${PHONE}_threads` });
      assert.deepEqual([asked.status, asked.json], [200, { data: plain.json }]);
      assert.equal((await scene.send('POST', '/v3/get-permanent', {})).status, 400);
    });

    it('of another account or a deleted phone are not found', async () => {
      scene.sim.pushbullet.addAccount({ email: 'other@recon.example', tokens: ['o.other'] });
      assert.equal((await scene.get(`/v2/permanents/${PHONE}_threads`, { 'access-token': 'o.other' })).status, 404);
      await scene.send('DELETE', `/v2/devices/${PHONE}`);
      assert.equal((await scene.get(`/v2/permanents/${PHONE}_threads`)).status, 404);
    });
  });
});
