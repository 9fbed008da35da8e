import assert from 'node:assert/strict';
import { findReview } from '../../db/reviews';
import { workflowIdOf, type Command } from '../../domain/sms';
import { resetSignal, reviewSignal } from '../../workflows/messages';
import { askAnyway, redeliver } from '../support/closed-run';
import { startHouse, type House } from '../support/house';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { drop, forward, gate, startStubWallet, type Behaviour, type StubWallet } from '../support/stub-wallet';
import { until } from '../support/until';

/** The reference wallet behind a gate: the call is under way for as long as the test wants. */
describe('while the wallet is being asked', () => {
  const money = createMoneySource();
  let proxy: StubWallet;
  let house: House;
  let pass: Behaviour;
  before(async function () {
    this.timeout(120_000);
    let target = '';
    pass = forward(() => target);
    proxy = await startStubWallet(pass);
    house = await startHouse({ walletUrl: proxy.url, env: { WALLET_LOCAL_TIMEOUT: '5s' } });
    target = house.wallet.url;
  });
  after(() => assertNothingPaidTwice(house));
  after(async () => {
    await house.stop();
    await proxy.stop();
  });

  const meet = async (...behaviours: Behaviour[]) => {
    const about = money();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: about.amountMinor });
    proxy.script(orderId, ...behaviours);
    const { smsId } = await house.deliver({ body: about.text() });
    return { smsId, orderId };
  };
  const IN_FLIGHT = ['approval_in_flight', 'already_approved'];

  for (const command of ['reset', 'reject', 'abandon'] as const) {
    it(`refuses to ${command}, also by an update during the quick try`, async () => {
      const gated = gate(pass);
      const { smsId, orderId } = await meet(gated.behaviour);
      await gated.reached;
      const asking = askAnyway(house, smsId, command);
      assert.equal((await house.sms(smsId)).status, 'approving');
      gated.open();
      const effect = await asking;
      assert.ok(effect.effect === 'refused');
      assert.ok(IN_FLIGHT.includes(effect.code), effect.code);
      const row = await house.reaches(smsId, 'approved');
      assert.deepEqual([row.attempt, row.orderId], [1, orderId]);
    });
  }

  it('refuses at once while the ladder asks', async () => {
    const gated = gate(pass);
    const { smsId, orderId } = await meet(drop, gated.behaviour);
    await gated.reached;
    for (const command of ['reset', 'approve', 'reject', 'abandon', 'rerun'] as const) {
      const effect = await house.ask(
        smsId,
        command,
        command === 'rerun' ? { startAt: 'wallet' } : command === 'approve' ? { orderId } : {},
      );
      assert.ok(effect.effect === 'refused', command);
      assert.equal(effect.code, 'approval_in_flight');
    }
    assert.equal((await house.ask(smsId, 'note')).effect, 'applied');
    gated.open();
    const row = await house.reaches(smsId, 'approved');
    assert.equal(row.attempt, 1);
  });

  for (const command of ['reset', 'reject'] as const satisfies readonly Command[]) {
    it(`refuses a ${command} whose signal arrives in the middle of the local activities`, async () => {
      const gated = gate(pass);
      const { smsId, orderId } = await meet(gated.behaviour);
      await gated.reached;
      const { reviewId } = await house.record(smsId, command);
      const run = house.client.workflow.getHandle(workflowIdOf(smsId));
      // The task that runs the activities can no longer complete: all of them run again, and the rows decide.
      await (command === 'reset'
        ? run.signal(resetSignal, { requestId: reviewId, attempt: 1 })
        : run.signal(reviewSignal, { reviewId, attempt: 1, verdict: command, orderId: null }));
      gated.open();
      await house.reaches(smsId, 'approved');
      await until(async () => {
        await redeliver(house);
        return (await findReview(house.db, reviewId))?.effect !== null;
      });
      const effect = (await findReview(house.db, reviewId))?.effect;
      assert.ok(effect?.effect === 'refused');
      assert.ok(IN_FLIGHT.includes(effect.code), effect.code);
      assert.equal(new Set(proxy.approvals(orderId).map(({ key, body }) => `${key} ${body}`)).size, 1);
      assert.equal((await house.sms(smsId)).attempt, 1);
    });
  }

  it('answers a verdict and a reset that come together with the wallet’s answer, many times', async () => {
    await Promise.all(
      Array.from({ length: 15 }, async () => {
        const gated = gate(pass);
        const { smsId } = await meet(gated.behaviour);
        await gated.reached;
        const asking = Promise.all([askAnyway(house, smsId, 'reset'), askAnyway(house, smsId, 'reject')]);
        gated.open();
        for (const effect of await asking) assert.ok(effect.effect === 'refused' && IN_FLIGHT.includes(effect.code));
        await house.reaches(smsId, 'approved');
      }),
    );
  });
});
