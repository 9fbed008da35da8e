import assert from 'node:assert/strict';
import { askByLoop } from '../support/closed-run';
import { startHouse, type House } from '../support/house';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource, type TestMoney } from '../support/money';
import { assertNothingPrivateLeaked } from '../support/privacy';

const AN_HOUR_AGO = () => new Date(Date.now() - 3_600_000);

describe('the time to undo, and the second person', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse({ env: { FOUR_EYES_AMOUNT_MINOR: 'EUR=5000000' } });
  });
  after(() => assertNothingPaidTwice(house));
  after(() => assertNothingPrivateLeaked(house));
  after(() => house.stop());

  const deposit = async (amountMinor: number) => (await house.wallet.deposit({ amount_minor: amountMinor })).order_id;
  const inReview = async (body: string): Promise<number> => {
    const { smsId } = await house.deliver({ body, receivedAt: AN_HOUR_AGO() });
    await house.reaches(smsId, 'awaiting_review');
    return smsId;
  };
  const readyToApprove = async (about: TestMoney = money()) => {
    const smsId = await inReview(about.text());
    return { smsId, orderId: await deposit(about.amountMinor) };
  };
  const unreadable = () => `Rheinbank: Gutschrift, Betrag laut Beleg ${Math.random()}`;
  const pays = async (orderId: string) =>
    (await house.wallet.request('GET', `/internal/wallet/deposits/${orderId}`)).json['status'];

  it('holds a decision back for its time, claims the deposit meanwhile, and lets it be undone', async () => {
    const { smsId, orderId } = await readyToApprove();
    assert.deepEqual(await house.ask(smsId, 'approve', { orderId, undoSeconds: 600 }), {
      effect: 'applied',
      status: 'decision_pending',
    });
    const pending = await house.sms(smsId);
    assert.deepEqual([pending.orderId, pending.pendingVerdict, pending.checkedBy], [orderId, 'approve', 'rita']);
    for (const verdict of ['approve', 'reject', 'abandon', 'retry'] as const)
      assert.equal((await house.ask(smsId, verdict, { orderId })).effect, 'refused');
    assert.deepEqual(await house.ask(smsId, 'undo'), { effect: 'applied', status: 'awaiting_review' });
    const back = await house.sms(smsId);
    assert.deepEqual(
      [back.reviewReason, back.orderId, back.brandId, back.checkStatus, back.checkedBy],
      ['unmatched', null, null, 'unchecked', null],
    );
    assert.equal(await pays(orderId), 'pending');
  });

  it('carries the decision out when the time is over, also where the worker was away meanwhile', async () => {
    const kept = await readyToApprove();
    const across = await readyToApprove();
    const rejected = await inReview(money().text());
    await house.ask(kept.smsId, 'approve', { orderId: kept.orderId, undoSeconds: 1 });
    await house.ask(rejected, 'reject', { undoSeconds: 1 });
    await house.reaches(kept.smsId, 'approved');
    await house.reaches(rejected, 'rejected');
    await house.ask(across.smsId, 'approve', { orderId: across.orderId, undoSeconds: 2 });
    await house.stopWorker();
    assert.equal((await house.sms(across.smsId)).status, 'decision_pending');
    await house.startWorker();
    await house.reaches(across.smsId, 'approved');
  });

  it('can be undone after the worker was away', async () => {
    const { smsId, orderId } = await readyToApprove();
    await house.ask(smsId, 'approve', { orderId, undoSeconds: 600 });
    await house.stopWorker();
    await house.startWorker();
    assert.equal((await house.ask(smsId, 'undo')).effect, 'applied');
    assert.equal(await pays(orderId), 'pending');
  });

  it('ends at once when the decision is confirmed', async () => {
    const { smsId, orderId } = await readyToApprove();
    await house.ask(smsId, 'approve', { orderId, undoSeconds: 600 });
    assert.equal((await house.ask(smsId, 'confirm')).effect, 'applied');
    await house.reaches(smsId, 'approved');
    const rejected = await inReview(money().text());
    await house.ask(rejected, 'reject', { undoSeconds: 600 });
    assert.deepEqual(await house.ask(rejected, 'confirm'), { effect: 'applied', status: 'rejected' });
  });

  it('is too late for an undo once the wallet was asked', async () => {
    const { smsId, orderId } = await readyToApprove();
    await house.ask(smsId, 'approve', { orderId });
    await house.reaches(smsId, 'approved');
    const effect = await askByLoop(house, smsId, 'undo');
    assert.ok(effect.effect === 'refused');
    assert.equal(effect.code, 'already_approved');
  });

  it('lets a reset take a pending decision back', async () => {
    const { smsId, orderId } = await readyToApprove();
    await house.ask(smsId, 'approve', { orderId, undoSeconds: 600 });
    assert.deepEqual(await house.ask(smsId, 'reset'), { effect: 'applied', status: 'received' });
    const row = await house.reaches(smsId, 'awaiting_review');
    assert.deepEqual([row.attempt, row.reviewReason, row.orderId, row.pendingVerdict], [2, 'unmatched', null, null]);
  });

  it('puts an SMS that was waiting back to waiting', async () => {
    const about = money();
    const { smsId } = await house.deliver({ body: about.text() });
    await house.reaches(smsId, 'waiting_for_deposit');
    await house.ask(smsId, 'reject', { undoSeconds: 600 });
    assert.equal((await house.ask(smsId, 'undo')).effect, 'applied');
    await house.reaches(smsId, 'waiting_for_deposit');
  });

  it('asks a second person above the amount: not the same one, and not below it', async () => {
    const amountMinor = 5_000_000;
    const smsId = await inReview(
      money()
        .text()
        .replace(/\d+,\d+ EUR auf/, '50.000,00 EUR auf'),
    );
    const orderId = await deposit(amountMinor);
    assert.deepEqual(await house.ask(smsId, 'approve', { orderId, reviewer: 'rita' }), {
      effect: 'applied',
      status: 'awaiting_second_approval',
    });
    const same = await house.ask(smsId, 'confirm', { reviewer: 'rita' });
    assert.ok(same.effect === 'refused');
    assert.equal(same.code, 'same_reviewer');
    assert.equal(await pays(orderId), 'pending');
    assert.equal((await house.ask(smsId, 'confirm', { reviewer: 'sven' })).effect, 'applied');
    await house.reaches(smsId, 'approved');
  });

  it('asks a second person after the time to undo, too', async () => {
    const smsId = await inReview(unreadable());
    const orderId = await deposit(money().amountMinor);
    await house.ask(smsId, 'approve', { orderId, undoSeconds: 600 });
    assert.deepEqual(await house.ask(smsId, 'confirm', { reviewer: 'rita' }), {
      effect: 'applied',
      status: 'awaiting_second_approval',
    });
    const same = await house.ask(smsId, 'confirm', { reviewer: 'rita' });
    assert.equal(same.effect, 'refused');
    assert.equal((await house.ask(smsId, 'confirm', { reviewer: 'sven' })).effect, 'applied');
    const row = await house.reaches(smsId, 'approved');
    assert.deepEqual([row.matchKind, row.templateId], ['forced', null]);
  });

  it('forgets money that was never read when a forced approval is taken back', async () => {
    for (const takeBack of ['undo', 'reset'] as const) {
      const smsId = await inReview(unreadable());
      const about = money();
      const orderId = await deposit(about.amountMinor);
      assert.equal((await house.ask(smsId, 'approve', { orderId })).effect, 'applied');
      assert.equal((await house.sms(smsId)).amountMinor, about.amountMinor);
      assert.equal((await house.ask(smsId, takeBack, { reviewer: 'sven' })).effect, 'applied');
      const row = await house.reaches(smsId, 'awaiting_review');
      assert.deepEqual(
        [row.reviewReason, row.amountMinor, row.currency, row.orderId],
        ['parse_failed', null, null, null],
      );
      assert.equal(await pays(orderId), 'pending');
    }
  });

  it('goes on by itself for none that a person rejected in the second look', async () => {
    const smsId = await inReview(unreadable());
    const orderId = await deposit(money().amountMinor);
    await house.ask(smsId, 'approve', { orderId });
    assert.equal((await house.ask(smsId, 'undo', { reviewer: 'sven' })).effect, 'applied');
    assert.equal((await house.ask(smsId, 'reject', { reviewer: 'sven' })).effect, 'applied');
    await house.reaches(smsId, 'rejected');
    assert.equal(await pays(orderId), 'pending');
  });
});
