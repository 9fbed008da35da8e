import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Intake } from '../../../intake/ports';
import { until } from '../../support/until';
import { CHAT, startStage, type Stage } from './stage';

describe("the bot's offset", () => {
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage();
  });
  beforeEach(() => stage.next());
  after(() => stage.stop());

  /** Takes `count` SMS in, and then calls `act`: before or after the commit of the next. */
  function intakeThat(count: number, when: 'before' | 'after', act: () => void): Pick<Intake, 'acceptSms'> {
    let taken = 0;
    return {
      async acceptSms(inbound) {
        taken += 1;
        if (taken <= count) return stage.intake.acceptSms(inbound);
        if (when === 'after') await stage.intake.acceptSms(inbound);
        act();
        throw new Error('the worker is gone');
      },
    };
  }

  it('covers what was committed where a worker ends in the middle of a batch, and the next goes on from there', async () => {
    const bodies = ['a', 'b', 'c', 'd', 'e'];
    for (const body of bodies) stage.sms(body);
    const gone = new Promise<void>((resolve) => {
      stage.poll({ intake: intakeThat(2, 'before', resolve), policy: { refusedTries: 1_000 } });
    });
    await gone;
    await until(async () => (await stage.cursor())['offset'] === 100_002);
    assert.deepEqual(await stage.bodies(), ['a', 'b']);
    const successor = stage.poll();
    await stage.came(...bodies);
    assert.equal((await stage.rows()).length, 5);
    await until(async () => (await stage.cursor())['offset'] === 100_005);
    await successor.stop();
  });

  it('doubles nothing where a worker is killed between the commit and the move of the offset', async () => {
    const bodies = ['a', 'b', 'c'];
    for (const body of bodies) stage.sms(body);
    const stopping: { stop: () => void } = { stop: () => undefined };
    const poller = stage.poll({
      intake: intakeThat(1, 'after', () => stopping.stop()),
      policy: { refusedTries: 1_000 },
    });
    stopping.stop = () => void poller.stop();
    assert.equal(await poller.ended, 'stopped');
    assert.deepEqual(await stage.bodies(), ['a', 'b']);
    assert.equal((await stage.cursor())['offset'], 100_001);
    stage.poll();
    await stage.came(...bodies);
    await until(async () => (await stage.cursor())['offset'] === 100_003);
    assert.deepEqual((await stage.cursor())['counts'], { sms: 2, duplicate: 1 });
    assert.equal((await stage.rows()).length, 3);
  });

  it('belongs to the newest poller: the older one yields, and they do not fight', async function () {
    this.timeout(30_000);
    const older = stage.poll();
    await stage.shows(null);
    const newer = stage.poll();
    assert.equal(await older.ended, 'renew');
    for (const body of ['a', 'b']) stage.sms(body);
    await stage.came('a', 'b');
    const conflicts = stage.telegram.counters()['conflicts'] ?? 0;
    assert.ok(conflicts <= 1);
    await sleep(1_500);
    assert.equal(stage.telegram.counters()['conflicts'] ?? 0, conflicts);
    assert.deepEqual(await stage.alarms('telegram_conflict'), []);
    assert.equal((await stage.loop())?.fault, null);
    await newer.stop();
  });

  it('is moved by no poller that another has taken over from, even with a batch in its hands', async () => {
    for (const body of ['a', 'b']) stage.sms(body);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let holding = false;
    const older = stage.poll({
      intake: {
        async acceptSms(inbound) {
          holding = true;
          await held;
          return stage.intake.acceptSms(inbound);
        },
      },
    });
    await until(() => holding);
    stage.poll();
    await stage.came('a', 'b');
    await until(async () => (await stage.cursor())['offset'] === 100_002);
    letGo();
    assert.equal(await older.ended, 'renew');
    assert.equal((await stage.cursor())['offset'], 100_002);
    assert.deepEqual(await stage.bodies(), ['a', 'b']);
  });

  it('follows ids that are counted anew from below', async () => {
    stage.sms('high');
    stage.poll();
    await stage.came('high');
    await until(async () => (await stage.cursor())['offset'] === 100_001);
    await until(() => stage.telegram.bot(stage.bot())?.queue.pending() === 0);
    stage.telegram.bot(stage.bot())?.queue.restartIds(40);
    stage.sms('low 1');
    stage.sms('low 2');
    await stage.came('high', 'low 1', 'low 2');
    await until(async () => (await stage.cursor())['offset'] === 42);
    await until(() => stage.telegram.bot(stage.bot())?.queue.pending() === 0);
  });

  for (const [what, stored] of [
    ['of another server', { api: 'https://elsewhere.example', offset: 100_002, epoch: 1, moved_at_ms: Date.now() }],
    ['of yesterday', { offset: 100_002, epoch: 1, moved_at_ms: Date.now() - 25 * 3_600_000 }],
    ['of no shape', { api: 7, offset: 'many', epoch: 1, counts: null }],
  ] as const) {
    it(`confirms nothing that nobody has read: one ${what} is dropped`, async () => {
      const bodies = ['a', 'b', 'c', 'd'];
      for (const body of bodies) stage.sms(body);
      await stage.database.owner.raw(`INSERT INTO recon_cursor (name, value) VALUES (?, ?::jsonb)`, [
        `telegram:${stage.bot()}`,
        JSON.stringify({ api: stage.sim.telegramApiUrl, ...stored }),
      ]);
      stage.poll();
      await stage.came(...bodies);
      await until(async () => (await stage.cursor())['offset'] === 100_004);
    });
  }

  it('is not asked of Telegram by a negative number, nor for other kinds than messages and posts', async () => {
    stage.poll();
    // A poll that brought something has told the server what it wants; what was queued before that would still come.
    stage.sms('first');
    await stage.came('first');
    stage.telegram.post({ chat: CHAT, kind: 'my_chat_member' });
    stage.telegram.post({ chat: CHAT, kind: 'edited_message', text: 'From: A\nText: b' });
    stage.sms('second');
    await stage.came('first', 'second');
    // The offset moves after the commit that `came` saw; had the server queued the others, it would move further.
    await until(async () => (await stage.cursor())['offset'] === 100_002);
  });

  it('ends its turn by itself, so that another worker may have the next', async () => {
    const poller = stage.poll({ policy: { turnMs: 10 } });
    assert.equal(await poller.ended, 'renew');
  });
});
