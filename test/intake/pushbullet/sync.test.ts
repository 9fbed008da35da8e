import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { creditText } from '../../support/house';
import { until } from '../../support/until';
import { startStage, TOKEN, type Stage } from './stage';

describe('the syncs of Pushbullet', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage({ env: { PUSHBULLET_SYNC_INTERVAL: '400ms', PUSHBULLET_ID_SYNC_INTERVAL: '400ms' } });
    await stage.listening();
    const first = creditText();
    stage.sms(first);
    await stage.came(first, ['live', 'thread']);
  });
  after(() => stage.stop());
  afterEach(() => stage.pushbullet.reset());

  it('bring by the thread what the stream did not say a word of', async () => {
    const body = creditText();
    stage.pushbullet.dial({ missedLive: 1 });
    stage.sms(body);
    await stage.came(body, ['thread']);
  });

  it('attach the phone’s message id to what came live, once the thread shows it', async () => {
    const body = creditText();
    stage.pushbullet.dial({ lateThread: 1, lateThreadMs: 1_500 });
    stage.sms(body);
    await stage.came(body, ['live']);
    await stage.came(body, ['live', 'thread']);
  });

  it('bring a late message although newer ones of its thread were read before', async () => {
    const late = creditText();
    const newer = creditText();
    stage.pushbullet.dial({ missedLive: 1, lateThread: 1, lateThreadMs: 1_500 });
    stage.sms(late, { receivedAt: new Date(Date.now() - 60_000) });
    stage.pushbullet.dial({ lateThread: 0 });
    stage.sms(newer);
    await stage.came(newer, ['thread']);
    await stage.came(late, ['thread']);
  });

  it('are a schedule of each account, which each turn moves on, and say how each account fares', async () => {
    await until(async () => (await stage.loop('missing_sms_sync'))?.detail[`account_${stage.accountId}`] === 'ok');
    await until(async () => (await stage.loop('sms_id_sync'))?.detail[`account_${stage.accountId}`] === 'ok');
    const rows = await stage.house.owner.raw<{ rows: { ahead: boolean; done: boolean }[] }>(
      `SELECT missing_sync_due_at > now() - interval '5 s' AS ahead, missing_sync_done_at IS NOT NULL AS done
       FROM shooter_pushbullet WHERE deleted_at IS NULL`,
    );
    assert.deepEqual(rows.rows, [{ ahead: true, done: true }]);
  });

  it('stop knocking where the token is refused, say so, and make no progress', async () => {
    stage.pushbullet.setTokens(stage.accountIden, ['o.some-other-token-of-this-account']);
    await until(async () => (await stage.loop('missing_sms_sync'))?.fault === 'token_refused');
    const before = stage.pushbullet.counters();
    await sleep(2_000);
    const after = stage.pushbullet.counters();
    const more = Object.keys(after).reduce((sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0), 0);
    assert.ok(more <= 30, JSON.stringify({ before, after }));
    assert.ok(Number((await stage.loop('missing_sms_sync'))?.age_ms) >= 1_500);
    stage.pushbullet.setTokens(stage.accountIden, [TOKEN]);
    // The same account again: its schedules are due at once.
    const again = await stage.accounts.add({ token: TOKEN, password: null, name: '', actor: 'rita' });
    assert.equal(again.refused, null);
    await until(async () => (await stage.loop('missing_sms_sync'))?.fault === null);
  });
});
