import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { creditText } from '../../support/house';
import { until } from '../../support/until';
import { startStage, type Stage } from './stage';

describe('the Pushbullet listener, when something is wrong', function () {
  this.timeout(90_000);
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage({ env: { PUSHBULLET_WATCHDOG: '1s' } });
    stage.pushbullet.dial({ nopIntervalMs: 200 });
    await stage.listening();
    const first = creditText();
    stage.sms(first);
    await stage.came(first, ['live', 'thread']);
  });
  after(() => stage.stop());
  afterEach(async () => {
    stage.pushbullet.reset();
    stage.pushbullet.dial({ nopIntervalMs: 200 });
    await stage.listening();
  });

  const calls = () => stage.pushbullet.counters();
  const total = (prefix: string) =>
    Object.entries(calls()).reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0);
  const rowsOf = async (body: string) => (await stage.waysOf(body)).length;
  const arrivesOnce = async (body: string) => {
    await until(async () => (await rowsOf(body)) > 0, 20_000);
    await sleep(300);
    assert.equal(await rowsOf(body), 1);
  };
  /** A read that was due may attach the thread before anybody looks. */
  const arrivesLive = async (body: string) => {
    await until(async () => (await stage.waysOf(body))[0]?.includes('live') === true, 20_000);
    assert.equal(await rowsOf(body), 1);
  };
  const well = () => until(async () => (await stage.loop())?.fault === null, 20_000);

  it('notices a half-open socket by its silence, and brings what happened meanwhile', async () => {
    stage.pushbullet.silence();
    const bodies = Array.from({ length: 3 }, () => creditText());
    for (const body of bodies) stage.sms(body);
    const startedAt = Date.now();
    for (const body of bodies) await arrivesOnce(body);
    assert.ok(Date.now() - startedAt < 15_000);
    await well();
  });

  it('comes back after an abrupt end and after a polite one, and brings what happened meanwhile', async () => {
    for (const code of [undefined, 1001, 1011]) {
      stage.pushbullet.dial({ refuseSockets: 1 });
      stage.pushbullet.drop(stage.accountIden, code);
      const body = creditText();
      stage.sms(body);
      await until(async () => (await stage.loop())?.fault === 'socket_dead');
      stage.pushbullet.dial({ refuseSockets: 0 });
      await arrivesOnce(body);
      await well();
    }
  });

  it('reads on past frames that are none, whatever they are, and says no word of them', async () => {
    const frames = [
      'not json SECRET-TEXT',
      '',
      'null',
      '[1,2]',
      '{"type":7}',
      '{"type":"push"}',
      '{"type":"push","push":{"type":"sms_changed","notifications":[{"body":"SECRET-TEXT"}]}}',
      '{"type":"tickle","subtype":"SECRET-TEXT"}',
      '{"type":"SECRET-TEXT"}',
      Buffer.from([0xff, 0x00, 0x13]),
      JSON.stringify({ type: 'push', push: { type: 'mirror', body: `SECRET-TEXT ${'x'.repeat(5_000_000)}` } }),
    ];
    for (const frame of frames) stage.pushbullet.frame(stage.accountIden, frame);
    const before = Number((await stage.loop())?.detail['connections']);
    const body = creditText();
    stage.sms(body);
    await arrivesOnce(body);
    await until(async () => Number((await stage.loop())?.detail['bad_frames']) >= frames.length);
    assert.equal(Number((await stage.loop())?.detail['connections']), before);
    assert.ok(!stage.house.log().includes('SECRET-TEXT'));
  });

  it('takes in each SMS once where frames come twice, late and out of order', async () => {
    stage.pushbullet.dial({
      duplicateFrames: 1,
      disorderFrames: 0.5,
      disorderHoldMs: 50,
      delayFrames: 0.3,
      delayMs: 100,
    });
    const bodies = Array.from({ length: 12 }, () => creditText());
    for (const body of bodies) stage.sms(body);
    for (const body of bodies) await arrivesOnce(body);
  });

  it('makes one look of a storm of tickles', async () => {
    const before = total('rest');
    for (let n = 0; n < 300; n += 1) stage.pushbullet.tickle(stage.accountIden, n % 2 === 0 ? 'push' : 'device');
    const body = creditText();
    stage.sms(body);
    await arrivesOnce(body);
    await sleep(300);
    const asked = Object.values(calls()).reduce((sum, count) => sum + count, 0) - before;
    assert.ok(asked < 600, JSON.stringify(calls()));
  });

  it('brings what came while REST failed in every way, once it answers again', async () => {
    for (const dial of [
      { serverError: 1 },
      { notJson: 1 },
      { cutAnswer: 1 },
      { rateLimited: 1, rateResetMs: 300 },
      { forbidden: 1 },
      { unauthorized: 1 },
    ] as const) {
      stage.pushbullet.dial({ ...dial, missedLive: 1 });
      stage.pushbullet.drop(stage.accountIden);
      const body = creditText();
      stage.sms(body);
      await until(async () => {
        const fault = (await stage.loop())?.fault;
        return fault !== null && fault !== 'socket_dead';
      });
      assert.equal(await rowsOf(body), 0, JSON.stringify(dial));
      stage.pushbullet.reset();
      stage.pushbullet.dial({ nopIntervalMs: 200 });
      await arrivesOnce(body);
      await well();
    }
  });

  it('starts the pages of pushes again when a cursor of theirs has expired', async () => {
    stage.pushbullet.dial({ byPush: 1, missedLive: 1, missedThread: 1, invalidCursor: 0.5 });
    const bodies = Array.from({ length: 5 }, () => creditText());
    for (const body of bodies) stage.sms(body);
    for (const body of bodies) await arrivesOnce(body);
    const { modified } = (await stage.cursor('pushes')) as { modified: string };
    const pushes = stage.pushbullet.account(stage.accountIden)?.pushes ?? [];
    assert.equal(modified, String(Math.max(...pushes.map((push) => push.modified))));
  });

  it('raises an alarm where a thread’s window no longer reaches back to what was read', async () => {
    stage.pushbullet.dial({ threadWindow: 2, missedLive: 1 });
    stage.pushbullet.silence();
    const now = Date.now();
    const bodies = Array.from({ length: 5 }, (_, n) => ({ body: creditText(), at: new Date(now + n * 2_000) }));
    for (const { body, at } of bodies) stage.sms(body, { receivedAt: at });
    for (const { body } of bodies.slice(-2)) await arrivesOnce(body);
    await until(async () => (await stage.audits('pushbullet.thread_window_truncated')) > 0);
    assert.ok((await stage.outbox('alarm')).some(({ alarm }) => alarm === 'thread_window_truncated'));
  });

  it('does not knock again and again with a token that is refused, and goes on with the next token at once', async () => {
    const { pushbullet, accountIden } = stage;
    pushbullet.setTokens(accountIden, ['o.another-token-of-the-account']);
    pushbullet.drop(accountIden);
    await until(async () => (await stage.loop())?.fault === 'token_refused');
    const before = calls();
    await sleep(2_500);
    const after = calls();
    const more = Object.keys(after).reduce((sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0), 0);
    assert.ok(more <= 30, `${more} in 2.5 s: ${JSON.stringify({ before, after })}`);
    const body = creditText();
    stage.sms(body);
    const given = { token: 'o.another-token-of-the-account', password: null, name: '', actor: 'rita' };
    assert.equal((await stage.accounts.add(given)).refused, null);
    await arrivesOnce(body);
    await well();
  });

  it('says of a phone whose owner set a password that it cannot be read, and reads it all once it can', async () => {
    const { pushbullet, accountIden } = stage;
    const token = 'o.another-token-of-the-account';
    pushbullet.setPassword(accountIden, 'the owner’s password');
    const body = creditText();
    stage.sms(body);
    await until(async () => (await stage.accounts.list())[0]?.phones[0]?.fault === 'encrypted');
    await until(async () => (await stage.loop())?.fault === 'encrypted');
    assert.equal(await rowsOf(body), 0);
    assert.equal((await stage.outbox('device.stale')).length, 1);
    const wrong = { token, password: 'another', name: '', actor: 'rita' };
    assert.equal((await stage.accounts.add(wrong)).refused, 'password_wrong');
    assert.equal((await stage.accounts.add({ ...wrong, password: 'the owner’s password' })).refused, null);
    await arrivesOnce(body);
    await until(async () => (await stage.accounts.list())[0]?.phones[0]?.fault === null);
    await well();
    const live = creditText();
    stage.sms(live);
    await arrivesLive(live);
    pushbullet.setPassword(accountIden, null);
    const plain = creditText();
    stage.sms(plain);
    await arrivesLive(plain);
  });

  it('loses nothing when PostgreSQL drops every connection while an SMS is written', async () => {
    const { owner } = stage.house;
    const lock = await owner.transaction();
    await lock.raw(`LOCK TABLE shooter_sms IN ACCESS EXCLUSIVE MODE`);
    const body = creditText();
    stage.sms(body);
    await sleep(500);
    await owner.raw(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-recon' AND datname = current_database()`,
    );
    await lock.rollback();
    await arrivesOnce(body);
    await well();
  });

  it('ends when its account is deleted: the supervisor too, and the loop is forgotten', async () => {
    assert.equal(await stage.accounts.remove(stage.accountId, 'rita'), true);
    const handle = stage.house.client.workflow.getHandle(`source-pushbullet-${stage.accountId}`);
    assert.equal(await handle.result(), 'removed');
    await until(() => stage.pushbullet.openSockets() === 0);
    assert.equal(await stage.loop(), undefined);
    const given = { token: 'o.another-token-of-the-account', password: null, name: '', actor: 'rita' };
    const again = await stage.accounts.add(given);
    assert.ok(again.refused === null && again.added);
    await until(() => stage.pushbullet.openSockets() === 1);
    // The rest of this file asks for the loop of the account that was there first.
    await stage.house.owner.raw(
      `INSERT INTO recon_loop (name, limit_ms, detail) VALUES (?, 1000, '{"back_fills": 1}')`,
      [`pushbullet_listener:${stage.accountId}`],
    );
  });
});
