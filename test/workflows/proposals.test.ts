import assert from 'node:assert/strict';
import { askByLoop } from '../support/closed-run';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { startHouse, type House } from '../support/house';

describe('matches that the machine only proposes', () => {
  const money = createMoneySource();

  describe('with AUTO_APPROVAL=off', () => {
    let house: House;
    before(async function () {
      this.timeout(120_000);
      house = await startHouse({ env: { AUTO_APPROVAL: 'off' } });
    });
    after(() => assertNothingPaidTwice(house));
    after(() => house.stop());

    it('wait for a person, hold the deposit, and are paid once approved', async () => {
      const about = money();
      const { order_id } = await house.wallet.deposit({ amount_minor: about.amountMinor });
      const { smsId } = await house.deliver({ body: about.text() });
      const row = await house.reaches(smsId, 'awaiting_review');
      assert.deepEqual([row.reviewReason, row.orderId, row.matchKind], ['proposed', order_id, 'auto']);
      const rival = await house.deliver({ body: about.text() });
      await house.reaches(rival.smsId, 'waiting_for_deposit');
      assert.equal((await house.ask(smsId, 'approve', { orderId: order_id })).effect, 'applied');
      const approved = await house.reaches(smsId, 'approved');
      assert.deepEqual([approved.matchKind, approved.checkedBy], ['manual', 'rita']);
    });

    it('are proposed again by a retry, and of another deposit where a person says so', async () => {
      const about = money();
      const first = await house.wallet.deposit({ amount_minor: about.amountMinor, account_tail: '4711' });
      const { smsId } = await house.deliver({ body: about.text() });
      await house.reaches(smsId, 'awaiting_review');
      assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');
      assert.equal((await house.reaches(smsId, 'awaiting_review')).orderId, first.order_id);
      const second = await house.wallet.deposit({ amount_minor: about.amountMinor });
      assert.equal((await house.ask(smsId, 'approve', { orderId: second.order_id })).effect, 'applied');
      assert.equal((await house.reaches(smsId, 'approved')).orderId, second.order_id);
      const { status } = (await house.wallet.request('GET', `/internal/wallet/deposits/${first.order_id}`)).json;
      assert.equal(status, 'pending');
    });
  });

  describe('with AUTO_APPROVAL=on', () => {
    let house: House;
    before(async function () {
      this.timeout(120_000);
      house = await startHouse();
    });
    after(() => assertNothingPaidTwice(house));
    after(() => house.stop());

    for (const verdict of ['reject', 'abandon'] as const) {
      it(`come after a person's ${verdict} and a reset, for good`, async () => {
        const about = money();
        const { smsId } = await house.deliver({ body: about.text() });
        await house.reaches(smsId, 'waiting_for_deposit');
        assert.equal((await house.ask(smsId, verdict)).effect, 'applied');
        const { order_id } = await house.wallet.deposit({ amount_minor: about.amountMinor });
        for (const attempt of [2, 3]) {
          assert.equal((await askByLoop(house, smsId, 'reset')).effect, 'applied');
          const row = await house.reaches(smsId, 'awaiting_review');
          assert.deepEqual([row.attempt, row.reviewReason, row.orderId], [attempt, 'proposed', order_id]);
        }
        assert.equal((await house.ask(smsId, 'approve', { orderId: order_id })).effect, 'applied');
        await house.reaches(smsId, 'approved');
      });
    }

    it('come once the template’s daily limit is reached, also when many SMS race for what is left', async () => {
      await house.owner.raw(
        `UPDATE shooter_template_recharge_version v SET daily_limit_minor = (
           SELECT coalesce(sum(amount_minor), 0) FROM recon_match m WHERE m.template_id = v.template_id AND kind = 'auto' AND released_at IS NULL
         ) + 25000
         WHERE template_id IN (SELECT id FROM shooter_template_recharge WHERE name LIKE 'Rheinbank: Zahlungseingang%')`,
      );
      const sent = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const about = money();
          await house.wallet.deposit({ amount_minor: about.amountMinor });
          return house.deliver({ body: about.text() });
        }),
      );
      const rows = await Promise.all(sent.map(({ smsId }) => house.reaches(smsId, 'approved', 'awaiting_review')));
      assert.equal(
        rows.filter(({ status }) => status === 'approved').length,
        2,
        'two amounts of about 100 fit into 250',
      );
      assert.ok(rows.every(({ status, reviewReason }) => status === 'approved' || reviewReason === 'proposed'));
    });

    it('take no room of that limit: the machine has not approved them', async () => {
      await house.owner.raw(
        `UPDATE shooter_template_recharge_version SET daily_limit_minor = daily_limit_minor + 10000
         WHERE template_id IN (SELECT id FROM shooter_template_recharge WHERE name LIKE 'Rheinbank: Zahlungseingang%')`,
      );
      const about = money();
      await house.wallet.deposit({ amount_minor: about.amountMinor });
      const { smsId } = await house.deliver({ body: about.text() });
      assert.equal((await house.reaches(smsId, 'approved', 'awaiting_review')).status, 'approved');
    });
  });
});
