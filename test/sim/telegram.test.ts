import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { startTestSim, type TestSim } from '../support/sim';
import { until } from '../support/until';

const TOKEN = '7100001:token-of-a-test-bot';
const BOT = '7100001';
const CHAT = '-1001';

interface Reply {
  readonly status: number;
  readonly body: {
    ok: boolean;
    result?: { update_id: number }[];
    error_code?: number;
    description?: string;
    parameters?: { retry_after?: number };
  };
}

describe('the simulator of Telegram', () => {
  let test: TestSim;
  let aheadMs = 0;
  beforeEach(async () => {
    aheadMs = 0;
    // Time goes on as it does, and a test may move it besides.
    test = await startTestSim({ nowMs: () => Date.now() + aheadMs });
    test.sim.telegram.addBot(TOKEN, 500);
  });
  afterEach(() => test.stop());

  async function call(method: string, parameters: object = {}, token = TOKEN): Promise<Reply> {
    const reply = await request(`${test.telegramApiUrl}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    return { status: reply.statusCode, body: (await reply.body.json()) as Reply['body'] };
  }
  const ids = (reply: Reply): number[] => (reply.body.result ?? []).map(({ update_id: id }) => id);
  const post = (text: string): number => test.sim.telegram.post({ chat: CHAT, text });
  const isWaiting = (): boolean => test.sim.telegram.bot(BOT)?.waiting() ?? false;
  async function control(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<[number, unknown]> {
    const reply = await request(`${test.url}/control/telegram${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    return [reply.statusCode, await reply.body.json()];
  }

  it('gives updates from the head, and forgets what an offset confirms', async () => {
    for (const text of ['a', 'b', 'c']) post(text);
    assert.deepEqual(ids(await call('getUpdates')), [500, 501, 502]);
    assert.deepEqual(ids(await call('getUpdates', { offset: 501, limit: 1 })), [501]);
    assert.deepEqual(ids(await call('getUpdates', { offset: 502 })), [502]);
    assert.deepEqual(ids(await call('getUpdates', { offset: 500 })), [502]);
    assert.equal(test.sim.telegram.bot(BOT)?.queue.pending(), 1);
  });

  it('takes its parameters from the query, a form and JSON alike', async () => {
    for (const text of ['a', 'b']) post(text);
    const query = await request(`${test.telegramApiUrl}/bot${TOKEN}/getUpdates?offset=501&limit=1`);
    assert.deepEqual(ids({ status: 200, body: (await query.body.json()) as Reply['body'] }), [501]);
    post('c');
    const form = await request(`${test.telegramApiUrl}/bot${TOKEN}/GETUPDATES`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'offset=502',
    });
    assert.deepEqual(ids({ status: 200, body: (await form.body.json()) as Reply['body'] }), [502]);
  });

  it('keeps only the last ones for a negative offset', async () => {
    for (const text of ['a', 'b', 'c']) post(text);
    assert.deepEqual(ids(await call('getUpdates', { offset: -1 })), [502]);
    assert.deepEqual(ids(await call('getUpdates', { offset: 1 })), [502]);
  });

  it('falls back to the head for an offset outside the queue, without an error', async () => {
    for (const text of ['a', 'b']) post(text);
    const reply = await call('getUpdates', { offset: 9_000_000 });
    assert.deepEqual([reply.status, ids(reply)], [200, [500, 501]]);
    assert.equal(test.sim.telegram.bot(BOT)?.queue.pending(), 2);
  });

  it('forgets what is older than 24 hours', async () => {
    post('old');
    aheadMs += 86_400_000 - 60_000;
    post('young');
    aheadMs += 62_000;
    assert.deepEqual(ids(await call('getUpdates')), [501]);
  });

  it('holds a long poll open until something is posted', async () => {
    const waiting = call('getUpdates', { timeout: 50 });
    await until(isWaiting);
    post('hello');
    assert.deepEqual(ids(await waiting), [500]);
  });

  it('ends a long poll empty after its time', async () => {
    const began = performance.now();
    assert.deepEqual(ids(await call('getUpdates', { timeout: 1 })), []);
    assert.ok(performance.now() - began > 900);
  });

  it('makes who asks the same again at once wait, and gives one update to who is hasty', async () => {
    assert.deepEqual(ids(await call('getUpdates', { offset: 5 })), []);
    const again = call('getUpdates', { offset: 5 });
    await until(isWaiting);
    post('a');
    assert.deepEqual(ids(await again), [500]);
    post('b');
    assert.deepEqual(ids(await call('getUpdates', { offset: 5 })), [500]);
    assert.deepEqual(ids(await call('getUpdates', { offset: 6 })), [500, 501]);
  });

  it('tells the older poll that another has come, and spaces such answers by three seconds', async () => {
    const first = call('getUpdates', { offset: 1, timeout: 50 });
    await until(isWaiting);
    const second = call('getUpdates', { offset: 2, timeout: 50 });
    const told = await first;
    assert.equal(told.status, 409);
    assert.match(told.body.description ?? '', /^Conflict: terminated by other getUpdates request/);
    const began = performance.now();
    const third = call('getUpdates', { offset: 3, timeout: 50 });
    assert.equal((await second).status, 409);
    assert.ok(performance.now() - began > 2_500);
    post('hello');
    assert.deepEqual(ids(await third), [500]);
  });

  it('refuses polls while a webhook is set, and ends the one that waits', async () => {
    const waiting = call('getUpdates', { timeout: 50 });
    await until(isWaiting);
    await call('setWebhook', { url: 'https://example.org/hook' });
    assert.match((await waiting).body.description ?? '', /terminated by setWebhook request/);
    const refused = await call('getUpdates');
    assert.deepEqual([refused.status, refused.body.error_code], [409, 409]);
    assert.match(refused.body.description ?? '', /can't use getUpdates method while webhook is active/);
    await call('deleteWebhook');
    assert.equal((await call('getUpdates')).status, 200);
  });

  it('says 401 to a token that it does not know, and 404 to a method', async () => {
    assert.equal((await call('getUpdates', {}, '7100009:other-token')).status, 401);
    assert.match((await call('getUpdates', {}, 'nonsense')).body.description ?? '', /invalid token specified/);
    assert.equal((await call('getNothing')).status, 404);
  });

  it('cuts a reply at about 4 MiB', async () => {
    for (let count = 0; count < 60; count += 1) post('x'.repeat(100_000));
    const sent = ids(await call('getUpdates'));
    assert.ok(sent.length >= 40 && sent.length <= 42, String(sent.length));
  });

  it('queues only the kinds that were asked for, and keeps what is queued', async () => {
    test.sim.telegram.post({ chat: '7', text: 'x', kind: 'message' });
    await call('getUpdates', { offset: 1, allowed_updates: ['message'] });
    post('not asked for');
    test.sim.telegram.post({ chat: '7', text: 'y', kind: 'message' });
    const { body } = await call('getUpdates', { offset: 2 });
    assert.deepEqual(
      (body.result ?? []).map((update) => Object.keys(update)[1]),
      ['message', 'message'],
    );
  });

  it('spoils its answers by its dials', async () => {
    post('a');
    const { telegram } = test.sim;
    telegram.dial({ rateLimited: { count: 1 }, retryAfterSeconds: 7 });
    const limited = await call('getUpdates');
    assert.deepEqual([limited.status, limited.body.parameters?.retry_after], [429, 7]);
    assert.equal(limited.body.description, 'Too Many Requests: retry after 7');
    telegram.dial({ unauthorized: { count: 1 } });
    assert.equal((await call('getUpdates')).status, 401);
    telegram.dial({ conflict: { count: 1 } });
    assert.equal((await call('getUpdates')).status, 409);
    telegram.dial({ serverError: { count: 1 }, serverErrorStatus: 503 });
    assert.equal((await call('getUpdates')).status, 503);
    telegram.dial({ html: { count: 1 } });
    await assert.rejects(call('getUpdates'), SyntaxError);
    telegram.dial({ malformed: { count: 1 } });
    await assert.rejects(call('getUpdates'), SyntaxError);
    telegram.dial({ dropAnswer: { count: 1 } });
    await assert.rejects(call('getUpdates'));
    await call('getUpdates', { offset: 501 });
    telegram.dial({ duplicateDelivery: true });
    post('b');
    await sleep(600);
    assert.deepEqual(ids(await call('getUpdates', { offset: 501 })), [500, 501]);
  });

  it('lets an SMS happen over HTTP, records it, and names a dial that there is none of', async () => {
    const sms = { chat: CHAT, sender: 'HDFCBK', body: 'hello', received_at: '2026-03-05T11:59:00Z' };
    const [status, sent] = await control('POST', '/sms', sms);
    assert.equal(status, 201);
    assert.equal((sent as { message_id: string }).message_id, `${CHAT}:1`);
    const recorded = {
      source: 'telegram',
      account: CHAT,
      message_id: `${CHAT}:1`,
      sender: 'HDFCBK',
      body: 'hello',
      received_at: '2026-03-05T11:59:00.000Z',
      ways: ['channel_post'],
    };
    assert.deepEqual((await control('GET', '/record'))[1], { count: 1, sms: [recorded] });
    assert.deepEqual(await control('POST', '/post', { chat: CHAT, text: 'chatter' }), [201, { message_id: 2 }]);
    assert.equal((await control('PUT', '/dials', { conflict: 0.5 }))[0], 200);
    assert.equal((await control('PUT', '/dials?bot=nobody', { conflict: true }))[0], 404);
    const [bad, fault] = await control('PUT', '/dials', { confilct: true });
    assert.equal(bad, 400);
    assert.match(JSON.stringify(fault), /there is no dial confilct/);
    await control('POST', '/reset', {});
    await control('PUT', '/webhook', { bot: BOT, url: 'https://example.org' });
    assert.equal((await call('getUpdates')).status, 409);
    assert.deepEqual((await control('GET', '/record'))[1], { count: 0, sms: [] });
  });
});
