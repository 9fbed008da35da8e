import assert from 'node:assert/strict';
import { ACCOUNT, PHONE, startScene, TOKEN, type Scene } from './pushbullet-client';

describe("the simulators' dials", () => {
  let scene: Scene;
  const pushbullet = () => scene.sim.pushbullet;
  beforeEach(async () => (scene = await startScene({ seed: 7 })));
  afterEach(() => scene.stop());

  describe('of REST', () => {
    const statuses = async (path = '/v2/users/me', calls = 2) => {
      const seen: number[] = [];
      for (let call = 0; call < calls; call += 1) seen.push((await scene.get(path)).status);
      return seen;
    };

    for (const [dial, status] of [
      ['unauthorized', 401],
      ['forbidden', 403],
      ['rateLimited', 429],
      ['serverError', 500],
    ] as const) {
      it(`${dial} answers ${status} in the envelope, as often as is said`, async () => {
        pushbullet().dial({ [dial]: { count: 1 } });
        const reply = await scene.get('/v2/users/me');
        assert.deepEqual([reply.status, Object.keys(reply.json.error).sort()], [status, ['cat', 'message', 'type']]);
        assert.deepEqual(await statuses(), [200, 200]);
      });
    }

    it('a refusal for the rate says when to come back', async () => {
      pushbullet().dial({ rateLimited: true, rateResetMs: 30_000 });
      const { headers } = await scene.get('/v2/users/me');
      const inMs = Number(headers['x-ratelimit-reset']) * 1_000 - Date.now();
      assert.ok(inMs > 28_000 && inMs <= 31_000, String(inMs));
      assert.equal(headers['x-ratelimit-remaining'], '0');
    });

    it('another status of the service is 5xx of its type', async () => {
      pushbullet().dial({ serverError: true, serverErrorStatus: 503 });
      const { status, json } = await scene.get('/v2/users/me');
      assert.deepEqual([status, json.error.type], [503, 'server']);
    });

    it('slow answers come, and are slow', async () => {
      pushbullet().dial({ slow: { count: 1 }, slowMs: 120 });
      const begun = performance.now();
      assert.deepEqual(await statuses('/v2/users/me', 1), [200]);
      assert.ok(performance.now() - begun >= 115);
    });

    it('an answer may be no JSON, be cut in the middle, or never come', async () => {
      pushbullet().dial({ notJson: { count: 1 } });
      const html = await scene.get('/v2/users/me');
      assert.deepEqual([html.status, html.json], [200, undefined]);
      pushbullet().dial({ cutAnswer: { count: 1 } });
      await assert.rejects(scene.get('/v2/users/me'));
      pushbullet().dial({ hang: { count: 1 } });
      const controller = new AbortController();
      const hanging = fetch(`${scene.pushbulletApiUrl}/v2/users/me`, {
        headers: { 'access-token': TOKEN },
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(), 80);
      await assert.rejects(hanging, /abort/i);
    });

    it('a good cursor may be called invalid', async () => {
      for (const title of ['a', 'b']) pushbullet().note(ACCOUNT, { title, body: '' });
      const { json } = await scene.get('/v2/pushes?limit=1');
      pushbullet().dial({ invalidCursor: { count: 1 } });
      assert.deepEqual(await statuses(`/v2/pushes?limit=1&cursor=${json.cursor}`), [400, 200]);
    });

    it('strike only the areas that are named', async () => {
      pushbullet().dial({ serverError: true, restFaultsOn: ['permanents'] });
      assert.deepEqual(await statuses('/v2/users/me', 1), [200]);
      assert.deepEqual(await statuses(`/v2/permanents/${PHONE}_threads`, 1), [500]);
    });

    it('count every call by path and status, idens left out', async () => {
      await scene.get(`/v2/permanents/${PHONE}_threads`);
      await scene.get('/v2/pushes?limit=1');
      await scene.get('/v2/pushes', { 'access-token': 'o.nobody' });
      const { json } = await scene.control('GET', '/counters');
      assert.deepEqual(json['counters'], {
        'GET /v2/permanents/:iden 200': 1,
        'GET /v2/pushes 200': 1,
        'GET /v2/pushes 401': 1,
        sockets_open: 0,
        sockets_silent: 0,
      });
    });
  });

  it('hold for one account where they are set for it, and its own wins', async () => {
    pushbullet().addAccount({ iden: 'ujOther', email: 'other@recon.example', tokens: ['o.other'] });
    const both = async () => [
      (await scene.get('/v2/users/me')).status,
      (await scene.get('/v2/users/me', { 'access-token': 'o.other' })).status,
    ];
    await scene.control('PUT', `/dials?account=${ACCOUNT}`, { server_error: true });
    assert.deepEqual(await both(), [500, 200]);
    await scene.control('PUT', '/dials', { server_error: true });
    await scene.control('PUT', '/dials?account=ujOther', { server_error: false });
    assert.deepEqual(await both(), [500, 200]);
    await scene.control('PUT', `/dials?account=${ACCOUNT}`, { server_error: null });
    await scene.control('PUT', '/dials', { server_error: null });
    assert.deepEqual(await both(), [200, 200]);
  });

  it('strike alike under the same seed', async () => {
    const run = async () => {
      await scene.control('POST', '/reset', { seed: 99 });
      pushbullet().dial({ missedLive: 0.5 });
      for (let number = 0; number < 40; number += 1) scene.sms(`n${number}`);
      return pushbullet()
        .record()
        .map(({ ways }) => ways.join());
    };
    const first = await run();
    assert.deepEqual(await run(), first);
    const lives = first.filter((ways) => ways === 'live,thread').length;
    assert.ok(lives > 8 && lives < 32, `${lives} of 40 came live at a half`);
  });

  it('are shown with the seed, as they stand', async () => {
    await scene.control('PUT', '/dials', { half_open: 0.25, delay_ms: 40 });
    const { json } = await scene.control('GET', '/dials');
    const everyone = json['everyone'] as Record<string, unknown>;
    assert.deepEqual(
      [json['seed'], everyone['half_open'], everyone['delay_ms'], everyone['nop_interval_ms']],
      [7, { probability: 0.25, count: null }, 40, 30_000],
    );
  });

  describe('refuse, and change nothing then:', () => {
    for (const [name, body, said] of [
      ['an unknown dial, naming it', { half_opn: 1 }, /half_opn/],
      ['a probability above 1', { half_open: 1.5 }, /half_open/],
      ['an unknown part of a chance', { half_open: { chance: 1 } }, /half_open/],
      ['a setting of another type', { nop_interval_ms: 'fast' }, /nop_interval_ms/],
      ['an unknown kind of frame', { bad_frame_kinds: ['rude'] }, /bad_frame_kinds/],
      ['what is no object', [1], /object/],
    ] as const) {
      it(name, async () => {
        const { status, json } = await scene.control(
          'PUT',
          '/dials',
          Array.isArray(body) ? body : Object.assign({ slow: 1 }, body),
        );
        assert.equal(status, 400);
        assert.match(json.error.message, said);
        const shown = (await scene.control('GET', '/dials')).json['everyone'] as Record<string, unknown>;
        assert.deepEqual(shown['slow'], { probability: 0, count: null });
      });
    }

    it('an account that there is not', async () => {
      assert.equal((await scene.control('PUT', '/dials?account=nobody', { slow: 1 })).status, 404);
    });
  });
});
