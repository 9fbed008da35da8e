import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { alarmBacklog } from '../../../intake/telegram/alarms';
import type { TelegramDialChanges } from '../../../sim/telegram/dials';
import { until } from '../../support/until';
import { CHAT, hastyPool, SECRET, SENDER, startStage, type Stage } from './stage';
import { createIntake } from '../../../intake/accept-sms';
import { createLogger } from '../../../service/logger';

describe('Telegram in trouble', () => {
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage();
  });
  beforeEach(() => stage.next());
  after(() => stage.stop());

  /** What is sent before, during and after; each must come once. */
  const FAULTS: readonly { what: string; dials: TelegramDialChanges; fault: string | null; why?: string }[] = [
    { what: '401', dials: { unauthorized: true }, fault: 'token_refused' },
    { what: '409 of another program', dials: { conflict: true }, fault: 'conflict', why: 'other_poller' },
    { what: '429', dials: { rateLimited: true, retryAfterSeconds: 1 }, fault: 'rate_limited' },
    { what: '500', dials: { serverError: true }, fault: 'unreachable', why: 'http_500' },
    { what: 'a web page with 502', dials: { html: true }, fault: 'unreachable', why: 'http_502' },
    { what: 'a web page with 200', dials: { html: true, htmlStatus: 200 }, fault: 'unexpected_answer', why: 'html' },
    { what: 'half of some JSON', dials: { malformed: true }, fault: 'unexpected_answer', why: 'not_json' },
    { what: 'JSON of another shape', dials: { wrongShape: true }, fault: 'unexpected_answer', why: 'wrong_shape' },
    { what: 'no answer at all', dials: { hang: true }, fault: 'unreachable', why: 'timeout' },
    { what: 'answers that break off', dials: { dropAnswer: true }, fault: 'unreachable', why: 'network' },
    { what: 'late answers', dials: { slow: true, slowMs: 300 }, fault: null },
    { what: 'answers once more', dials: { duplicateDelivery: true }, fault: null },
  ];
  for (const { what, dials, fault, why } of FAULTS) {
    it(`loses and doubles nothing, and says what is wrong: ${what}`, async function () {
      this.timeout(60_000);
      stage.sms('before');
      stage.poll();
      await stage.came('before');
      stage.telegram.dial(dials);
      stage.sms('during 1');
      stage.sms('during 2');
      if (fault !== null) {
        await stage.shows(fault);
        assert.equal((await stage.loop())?.detail['why'], why);
      } else await stage.came('before', 'during 1', 'during 2');
      stage.telegram.dial(Object.fromEntries(Object.keys(dials).map((dial) => [dial, null])));
      stage.sms('after');
      await stage.came('before', 'during 1', 'during 2', 'after');
      await stage.shows(null);
      await until(async () => (await stage.cursor())['offset'] === 100_004);
      await until(() => stage.telegram.bot(stage.bot())?.queue.pending() === 0);
      assert.equal((await stage.rows()).length, 4);
    });
  }

  it('obeys the pause of a 429', async () => {
    stage.telegram.dial({ rateLimited: { count: 1 }, retryAfterSeconds: 2 });
    const began = performance.now();
    stage.sms('hello');
    stage.poll();
    await stage.came('hello');
    assert.ok(performance.now() - began >= 1_900);
    assert.equal(stage.telegram.counters()['polls']! <= 3, true);
  });

  it('tells a webhook on the bot from another poller, takes it for no reason to fight, and alarms once', async () => {
    stage.telegram.bot(stage.bot())?.setWebhook('https://example.org/hook');
    stage.sms('waits');
    stage.poll();
    await until(async () => (await stage.loop())?.detail['why'] === 'webhook_active');
    await sleep(600);
    assert.ok((stage.telegram.counters()['polls'] ?? 0) <= 12, 'a hot loop');
    assert.equal(stage.telegram.counters()['other_calls'], undefined, 'nobody deletes the webhook of another');
    assert.deepEqual(await stage.alarms('telegram_conflict'), [
      { alarm: 'telegram_conflict', conflict: 'webhook_active' },
    ]);
    stage.telegram.bot(stage.bot())?.setWebhook('');
    await stage.came('waits');
    await stage.shows(null);
  });

  it('takes a token that nobody knows for refused', async () => {
    stage.poll({ env: { TELEGRAM_BOT_TOKEN: `999:${SECRET}` } });
    await stage.shows('token_refused');
  });

  it('is unreachable where nobody listens, and comes back', async () => {
    const poller = stage.poll({ env: { TELEGRAM_API_URL: 'http://127.0.0.1:1' } });
    await stage.shows('unreachable');
    assert.deepEqual((await stage.loop())?.detail, { why: 'network' });
    await poller.stop();
    stage.sms('hello');
    stage.poll();
    await stage.came('hello');
    await stage.shows(null);
  });

  it('confirms nothing while PostgreSQL does not take SMS in, and takes all in afterwards', async function () {
    this.timeout(30_000);
    const db = hastyPool(stage.database.url);
    const starter = {
      startNew: () => Promise.resolve('started' as const),
      startAgain: () => Promise.resolve('started' as const),
    };
    const intake = createIntake({ db, starter, logger: createLogger('test', 'silent'), defaultCountry: undefined });
    await stage.database.owner.transaction(async (trx) => {
      await trx.raw(`LOCK TABLE shooter_sms IN ACCESS EXCLUSIVE MODE`);
      for (const body of ['a', 'b']) stage.sms(body);
      stage.poll({ intake });
      await stage.shows('database');
      assert.equal(stage.telegram.bot(stage.bot())?.queue.pending(), 2);
      assert.equal((await stage.cursor())['offset'], undefined);
    });
    await stage.came('a', 'b');
    await stage.shows(null);
    await db.destroy();
  });

  it('lives on where the cursor itself cannot be read', async function () {
    this.timeout(30_000);
    const db = hastyPool(stage.database.url);
    await stage.database.owner.transaction(async (trx) => {
      await trx.raw(`LOCK TABLE recon_cursor IN ACCESS EXCLUSIVE MODE`);
      stage.sms('a');
      stage.poll({ db });
      await stage.shows('database');
      assert.equal(stage.telegram.counters()['polls'], undefined);
    });
    await stage.came('a');
    await db.destroy();
  });

  it('sets one SMS that cannot be stored aside, loudly, and lets the others pass', async () => {
    await stage.database.owner.raw(
      `CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF NEW.body = 'poison' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$;
       CREATE TRIGGER refuse_poison BEFORE INSERT ON shooter_sms FOR EACH ROW EXECUTE FUNCTION refuse_poison();`,
    );
    for (const body of ['first', 'poison', 'last']) stage.sms(body);
    const [, poison] = stage.telegram.record();
    stage.poll();
    await stage.came('first', 'last');
    await until(async () => (await stage.loop())?.detail['refused'] === 1);
    assert.deepEqual(await stage.alarms('telegram_unread'), [
      { alarm: 'telegram_unread', chat: CHAT, message_id: Number(poison?.messageId?.split(':')[1]), reason: 'refused' },
    ]);
    assert.match(stage.log(), /"code":"P0001".*it is set aside/);
    assert.ok(!stage.log().includes('poison'));
    await stage.database.owner.raw(`DROP TRIGGER refuse_poison ON shooter_sms; DROP FUNCTION refuse_poison()`);
  });

  it('warns once after six hours without an answer and once after eighteen, and anew in another outage', async () => {
    const poller = stage.poll({ env: { TELEGRAM_API_URL: 'http://127.0.0.1:1' } });
    await stage.shows('unreachable');
    await poller.stop();
    const levels = async (): Promise<unknown[]> => (await stage.alarms('telegram_backlog')).map(({ level }) => level);
    const age = async (sql: string): Promise<void> => {
      await stage.database.owner.raw(`UPDATE recon_loop SET progressed_at = ${sql}`);
    };
    await age(`now() - interval '5 hours'`);
    await alarmBacklog(stage.db);
    assert.deepEqual(await levels(), []);
    await age(`now() - interval '7 hours'`);
    for (let time = 0; time < 3; time += 1) await alarmBacklog(stage.db);
    assert.deepEqual(await levels(), ['warning']);
    await age(`now() - interval '19 hours'`);
    await alarmBacklog(stage.db);
    await alarmBacklog(stage.db);
    assert.deepEqual(await levels(), ['warning', 'warning', 'critical']);
    const [first] = await stage.alarms('telegram_backlog');
    assert.deepEqual(first, {
      alarm: 'telegram_backlog',
      level: 'warning',
      fault: 'unreachable',
      age_hours: 7,
      lost_after_hours: 24,
    });
  });

  it('names neither token nor text nor sender in any log', () => {
    const log = stage.log();
    assert.match(log, /telegram is not read/);
    for (const word of [SECRET, 'during', SENDER]) assert.ok(!log.includes(word), word);
  });
});
