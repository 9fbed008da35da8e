import assert from 'node:assert/strict';
import { requestBackfill } from '../../db/gap-sources';
import { readRereads, finishReread } from '../../db/pushbullet-reread';
import { detectGaps, type GapDetectorDeps } from '../../worker/loops/gap-detector';
import { startTestApi, SHOOTER, STATS, type TestApi } from '../support/api';
import { SENDER, startHouse, type House } from '../support/house';

const MINUTE_MS = 60_000;
let accounts = 1_000;
/** An account and a line of its own for each story. */
const newAccount = () => String((accounts += 1));

function euro(minor: number): string {
  const text = String(Math.abs(minor)).padStart(3, '0');
  const whole = text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, '.');
  return `${minor < 0 ? '-' : ''}${whole},${text.slice(-2)}`;
}

interface Told {
  readonly amountMinor: number;
  readonly balanceMinor: number | null;
}

let references = 0;
function textOf(account: string, { amountMinor, balanceMinor }: Told): string {
  references += 1;
  const balance = balanceMinor === null ? '' : ` Kontostand ${euro(balanceMinor)} EUR`;
  return (
    `Rheinbank: Zahlungseingang ${euro(amountMinor)} EUR auf Konto ...${account} von Eine Person ` +
    `am 05.03.2024 14:10. Verwendungszweck: GAP-${references}.${balance}`
  );
}

interface Gap {
  readonly id: number;
  readonly status: string;
  readonly missing_minor: number;
  readonly before_sms_id: number;
  readonly after_sms_id: number;
  readonly closed_by: string | null;
  readonly remark: string | null;
  readonly backfill_tries: number;
}

describe('the gap detector', function () {
  this.timeout(180_000);
  let house: House;
  let api: TestApi;
  let deps: GapDetectorDeps;
  const began = Date.now() - 60 * MINUTE_MS;

  before(async () => {
    house = await startHouse({ env: { MATCH_WAIT: '2s' } });
    api = await startTestApi(
      {},
      {
        db: house.db,
        owner: house.owner,
        databaseUrl: house.databaseUrl,
        client: house.client,
        taskQueue: house.config.TEMPORAL_TASK_QUEUE,
      },
    );
    const backfill = { request: requestBackfill };
    deps = { db: house.db, backfill, policy: { settleMs: 0, tries: 2, pauseMs: 0 } };
  });
  after(async () => {
    await api.stop();
    await house.stop();
  });

  /** Takes in one SMS and waits until it was parsed; `minute` is by the phone's clock. */
  async function tell(account: string, minute: number, said: Told): Promise<number> {
    const { smsId } = await house.deliver({
      body: textOf(account, said),
      receivedAt: new Date(began + minute * MINUTE_MS),
      line: account,
    });
    await parsed(smsId);
    return smsId;
  }

  async function parsed(smsId: number): Promise<void> {
    await house.reaches(smsId, 'waiting_for_deposit', 'awaiting_review', 'approved', 'not_a_credit');
  }

  async function gapsOf(account: string): Promise<Gap[]> {
    const { rows } = await house.owner.raw<{ rows: Gap[] }>(
      `SELECT * FROM recon_balance_gap WHERE account_tail = ? ORDER BY id`,
      [account],
    );
    return rows;
  }

  const short = (gaps: readonly Gap[]) => gaps.map((gap) => [gap.status, gap.missing_minor, gap.remark]);

  async function events(gapId: number): Promise<string[]> {
    const { rows } = await house.owner.raw<{ rows: { payload: { status: string } }[] }>(
      `SELECT payload FROM recon_outbox WHERE topic = 'balance_gap' AND (payload ->> 'gap_id')::bigint = ? ORDER BY id`,
      [gapId],
    );
    return rows.map(({ payload }) => payload.status);
  }

  async function statusOf(orderId: string): Promise<string | undefined> {
    const { rows } = await house.owner.raw<{ rows: { status: string }[] }>(
      `SELECT status FROM wallet.player_deposit WHERE order_id = ?`,
      [orderId],
    );
    return rows[0]?.status;
  }

  it('finds a missing SMS and the deposit that it fits; when it comes late the gap is mended and the deposit approved', async () => {
    const account = newAccount();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: 25_000, account_tail: account });
    // Made as the player began to pay, an hour ago.
    await house.owner.raw(`UPDATE wallet.player_deposit SET created_at = ? WHERE order_id = ?`, [
      new Date(began),
      orderId,
    ]);
    const beforeId = await tell(account, 1, { amountMinor: 10_001, balanceMinor: 100_001 });
    const afterId = await tell(account, 3, { amountMinor: 5_002, balanceMinor: 130_003 });
    await detectGaps(deps);

    const [gap] = await gapsOf(account);
    assert.ok(gap);
    assert.deepEqual(
      [gap.status, gap.missing_minor, gap.before_sms_id, gap.after_sms_id],
      ['awaiting_review', 25_000, beforeId, afterId],
      'a webhook cannot be read again: a person looks at once',
    );
    const { json } = await api.get(`${SHOOTER}/gap/get?id=${gap.id}`);
    const candidates = json['candidates'] as { order_id: string; eligible: boolean; lines: { criterion: string }[] }[];
    assert.deepEqual(
      candidates.map(({ order_id, eligible }) => [order_id, eligible]),
      [[orderId, true]],
    );
    assert.deepEqual(
      candidates[0]?.lines.map(({ criterion }) => criterion),
      ['status', 'unclaimed', 'money', 'account', 'time'],
    );
    assert.equal(await statusOf(orderId), 'pending', 'a gap approves nothing');
    const { json: top } = await api.get(`${STATS}/top-info`);
    assert.equal(top['balance_gap_cnt'], 1);

    const lateId = await tell(account, 2, { amountMinor: 25_000, balanceMinor: 125_001 });
    await house.reaches(lateId, 'approved');
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [['mended', 25_000, 'chain_holds']]);
    assert.equal(await statusOf(orderId), 'approved');
    assert.deepEqual(await events(gap.id), ['backfilling', 'awaiting_review', 'mended']);
    assert.equal((await api.get(`${STATS}/top-info`)).json['balance_gap_cnt'], 0);
    const { json: counts } = await api.get(`${STATS}/counts`);
    assert.equal(counts['lost'], 0);
    assert.equal(counts['received'], 3, 'a gap is no SMS');
  });

  it('splits a gap when only a part of it comes', async () => {
    const account = newAccount();
    await tell(account, 1, { amountMinor: 100, balanceMinor: 1_000 });
    await tell(account, 4, { amountMinor: 400, balanceMinor: 1_900 });
    await detectGaps(deps);
    await tell(account, 2, { amountMinor: 200, balanceMinor: 1_200 });
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [
      ['mended', 500, 'split'],
      ['awaiting_review', 300, null],
    ]);
  });

  it('opens no gap while a text that nobody has read lies in between', async () => {
    const account = newAccount();
    await tell(account, 1, { amountMinor: 100, balanceMinor: 1_000 });
    await tell(account, 3, { amountMinor: 300, balanceMinor: 1_500 });
    await house.owner.raw(`UPDATE shooter_phone SET deleted_at = now() WHERE sender_normal = ?`, [SENDER]);
    const { smsId } = await house.deliver({
      body: textOf(account, { amountMinor: 200, balanceMinor: 1_200 }),
      receivedAt: new Date(began + 2 * MINUTE_MS),
      line: account,
    });
    await house.reaches(smsId, 'not_whitelisted');
    await house.owner.raw(`UPDATE shooter_phone SET deleted_at = NULL WHERE sender_normal = ?`, [SENDER]);
    await detectGaps(deps);
    assert.deepEqual(await gapsOf(account), [], 'a text that nobody read may be the SMS that seems to be missing');
  });

  it('says nothing of a credit without a balance in between, nor of a text that no template reads', async () => {
    const account = newAccount();
    await tell(account, 1, { amountMinor: 100, balanceMinor: 1_000 });
    await tell(account, 2, { amountMinor: 200, balanceMinor: null });
    await tell(account, 3, { amountMinor: 300, balanceMinor: 1_500 });
    const { smsId } = await house.deliver({
      body: `Rheinbank: etwas ganz Anderes auf Konto ...${account}`,
      receivedAt: new Date(began + 4 * MINUTE_MS),
      line: account,
    });
    await house.reaches(smsId, 'awaiting_review');
    await tell(account, 5, { amountMinor: 300, balanceMinor: 9_500 });
    await detectGaps(deps);
    assert.deepEqual(await gapsOf(account), []);
  });

  it('asks a Pushbullet phone to read its threads again, a few times, before it asks a person', async () => {
    const account = newAccount();
    await house.owner.raw(
      `INSERT INTO shooter_pushbullet (account_iden, token_sealed, added_by, missing_sync_due_at)
       VALUES ('ujiden', 'sealed', 'test', now() + interval '1 hour')`,
    );
    await house.owner.raw(
      `INSERT INTO shooter_device (source, source_account, external_id, trusted) VALUES ('pushbullet', 'ujiden', 'ujphone', true)`,
    );
    const bySource = async (minute: number, said: Told) => {
      const { smsId } = await house.deliver({
        source: 'pushbullet',
        sourceAccount: 'ujiden',
        deviceId: 'ujphone',
        line: 'ujiden/ujphone',
        via: 'thread',
        threadId: '7',
        messageId: `m-${minute}`,
        body: textOf(account, said),
        receivedAt: new Date(began + minute * MINUTE_MS),
      });
      await parsed(smsId);
    };
    await bySource(1, { amountMinor: 100, balanceMinor: 1_000 });
    await bySource(3, { amountMinor: 300, balanceMinor: 1_500 });
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [['backfilling', 200, null]]);
    const { rows } = await house.owner.raw<{ rows: { id: number; due: boolean }[] }>(
      `SELECT id, missing_sync_due_at <= now() AS due FROM shooter_pushbullet WHERE account_iden = 'ujiden'`,
    );
    const [{ id: accountId, due } = { id: 0, due: false }] = rows;
    assert.equal(due, true);
    const [reread] = await readRereads(house.db, accountId);
    assert.ok(reread);
    assert.deepEqual(
      [reread.deviceIden, reread.threadIds, reread.from.getTime(), reread.to.getTime()],
      ['ujphone', ['7'], began + MINUTE_MS, began + 3 * MINUTE_MS],
    );
    await finishReread(house.db, accountId, reread);
    assert.deepEqual(await readRereads(house.db, accountId), []);

    await detectGaps(deps);
    assert.deepEqual(
      (await gapsOf(account)).map((gap) => [gap.status, gap.backfill_tries]),
      [['backfilling', 2]],
    );
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [['awaiting_review', 200, null]]);
    await bySource(2, { amountMinor: 200, balanceMinor: 1_200 });
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [['mended', 200, 'chain_holds']]);
  });

  it('bothers nobody with a fee that no SMS tells of', async () => {
    const account = newAccount();
    await tell(account, 1, { amountMinor: 100, balanceMinor: 1_000 });
    await tell(account, 2, { amountMinor: 200, balanceMinor: 1_150 });
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [['dismissed', -50, 'no_credit_missing']]);
  });

  it('sets an account aside whose balances chain to nothing, once, and takes it back when they do', async () => {
    const account = newAccount();
    for (let minute = 0; minute < 8; minute += 1)
      await tell(account, minute, { amountMinor: 100 + minute, balanceMinor: 10_000 + ((minute * 7_919) % 997) * 13 });
    await detectGaps(deps);
    assert.deepEqual(await gapsOf(account), []);
    await tell(account, 9, { amountMinor: 900, balanceMinor: 99_999 });
    await detectGaps(deps);
    const { rows } = await house.owner.raw<{ rows: { action: string }[] }>(
      `SELECT action FROM recon_audit WHERE action LIKE 'gap.account%' ORDER BY id`,
    );
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['gap.account_unreliable'],
    );
    let balance = 99_999;
    for (let minute = 10; minute < 22; minute += 1)
      await tell(account, minute, { amountMinor: 100, balanceMinor: (balance += 100) });
    await detectGaps(deps);
    const { rows: after } = await house.owner.raw<{ rows: { unreliable_since: Date | null }[] }>(
      `SELECT unreliable_since FROM recon_balance_account WHERE account_tail = ?`,
      [account],
    );
    assert.deepEqual(after, [{ unreliable_since: null }]);
  });

  it('does not report again what a person dismissed, and says who closed a gap to who comes later', async () => {
    const account = newAccount();
    const first = await tell(account, 1, { amountMinor: 100, balanceMinor: 1_000 });
    await tell(account, 3, { amountMinor: 300, balanceMinor: 1_500 });
    await detectGaps(deps);
    const [gap] = await gapsOf(account);
    assert.ok(gap);
    const dismissed = await api.post(`${SHOOTER}/gap/dismiss`, { id: gap.id, remark: 'interest', actor: 'ann' });
    assert.deepEqual(
      [dismissed.status, dismissed.json['status'], dismissed.json['closed_by']],
      [200, 'dismissed', 'ann'],
    );
    const again = await api.post(`${SHOOTER}/gap/dismiss`, { id: gap.id, actor: 'bob' });
    assert.equal(again.status, 409);
    assert.match(again.text, /by ann/);
    await house.owner.raw(`UPDATE recon_balance_entry SET due_at = now() WHERE sms_id = ?`, [first]);
    await tell(account, 5, { amountMinor: 400, balanceMinor: 1_900 });
    await detectGaps(deps);
    assert.deepEqual(short(await gapsOf(account)), [['dismissed', 200, 'interest']]);
    const { rows } = await house.owner.raw<{ rows: { actor: string; by_person: boolean }[] }>(
      `SELECT actor, by_person FROM recon_audit WHERE action = 'gap.dismissed' AND subject = ?`,
      [`gap:${gap.id}`],
    );
    assert.deepEqual(rows, [{ actor: 'ann', by_person: true }]);
  });

  it('lists gaps by status, page by page, and refuses what it does not know', async () => {
    const all = await api.get(`${SHOOTER}/gap/list`);
    const items = all.json['items'] as { id: number; status: string }[];
    const page = await api.get(`${SHOOTER}/gap/list?limit=2`);
    const next = await api.get(`${SHOOTER}/gap/list?limit=2&cursor=${String(page.json['next_cursor'])}`);
    assert.deepEqual(
      [...(page.json['items'] as { id: number }[]), ...(next.json['items'] as { id: number }[])].map(({ id }) => id),
      items.slice(0, 4).map(({ id }) => id),
    );
    const mended = await api.get(`${SHOOTER}/gap/list?status=mended`);
    assert.deepEqual(
      (mended.json['items'] as { id: number }[]).map(({ id }) => id),
      items.filter(({ status }) => status === 'mended').map(({ id }) => id),
    );
    assert.equal((await api.get(`${SHOOTER}/gap/get?id=999999`)).status, 404);
    assert.equal((await api.post(`${SHOOTER}/gap/dismiss`, { id: 999_999 })).status, 404);
    assert.equal((await api.post(`${SHOOTER}/gap/dismiss`, { id: 'one' })).status, 400);
  });

  it('logs and sends no account, sender or text', async () => {
    const { rows } = await house.owner.raw<{ rows: { payload: Record<string, unknown> }[] }>(
      `SELECT payload FROM recon_outbox WHERE topic = 'balance_gap'`,
    );
    assert.ok(rows.length > 5);
    const fields = new Set(rows.flatMap(({ payload }) => Object.keys(payload)));
    assert.deepEqual([...fields].sort(), [
      'after_sms_id',
      'balance_account_id',
      'before_sms_id',
      'currency',
      'gap_id',
      'missing_minor',
      'status',
    ]);
    assert.ok(!house.log().includes('Kontostand'));
  });
});
