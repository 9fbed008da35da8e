import assert from 'node:assert/strict';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { startHouse, type House } from '../support/house';
import { startStubWallet, type StubWallet } from '../support/stub-wallet';

/** The wallet is a stub where recon lets another brand through: the reference wallet would refuse it in its own way. */
describe('brands', () => {
  for (const mode of ['off', 'observe', 'enforce'] as const) {
    describe(`with MULTI_BRAND_ENFORCEMENT=${mode}`, () => {
      const money = createMoneySource();
      const counted: string[] = [];
      let house: House;
      let wallet: StubWallet;
      before(async function () {
        this.timeout(120_000);
        wallet = await startStubWallet();
        house = await startHouse({
          walletUrl: wallet.url,
          worker: false,
          env: { MULTI_BRAND_ENFORCEMENT: mode },
          metrics: { crossBrand: (command, of) => void counted.push(`${command}/${of}`) },
        });
      });
      after(async () => {
        await house.stop();
        await wallet.stop();
      });

      /** As a backfill would have left it before the run began. */
      const deliverBackfilled = async (brandId: string, amountText: string): Promise<number> => {
        const { smsId } = await house.deliver({ body: amountText });
        await house.owner.raw(`UPDATE shooter_sms SET brand_id = ?, brand_origin = 'backfill' WHERE id = ?`, [
          brandId,
          smsId,
        ]);
        await house.startWorker();
        return smsId;
      };
      afterEach(() => house.stopWorker());

      it('stamps the brand of the deposit, which no text can change', async () => {
        const about = money();
        const { order_id } = await house.wallet.deposit({ amount_minor: about.amountMinor, brand_id: 'south' });
        const { smsId } = await house.deliver({ body: about.text({ payer: 'north' }) });
        await house.startWorker();
        const row = await house.reaches(smsId, 'approved');
        assert.equal(row.brandId, 'south');
        const [call] = wallet.approvals(order_id);
        assert.equal((JSON.parse(call?.body ?? '{}') as { brand_id: string }).brand_id, 'south');
        assert.deepEqual(counted, []);
      });

      it('lets a backfilled brand that agrees pass', async () => {
        const about = money();
        await house.wallet.deposit({ amount_minor: about.amountMinor, brand_id: 'north' });
        const smsId = await deliverBackfilled('north', about.text());
        assert.equal((await house.reaches(smsId, 'approved')).brandId, 'north');
        assert.deepEqual(counted, []);
      });

      it(`${mode === 'enforce' ? 'parks' : 'lets through'} a deposit of another brand and never stamps over a backfilled one`, async () => {
        const about = money();
        const { order_id } = await house.wallet.deposit({ amount_minor: about.amountMinor, brand_id: 'south' });
        const smsId = await deliverBackfilled('north', about.text());
        if (mode === 'enforce') {
          const parked = await house.reaches(smsId, 'awaiting_review');
          assert.deepEqual([parked.reviewReason, parked.brandId, parked.orderId], ['cross_brand', 'north', null]);
          assert.deepEqual(wallet.approvals(order_id), []);
          // A person may force it; a second one must agree.
          assert.deepEqual(await house.ask(smsId, 'approve', { orderId: order_id }), {
            effect: 'applied',
            status: 'awaiting_second_approval',
          });
          assert.equal((await house.ask(smsId, 'confirm', { reviewer: 'sven' })).effect, 'applied');
        }
        const row = await house.reaches(smsId, 'approved');
        assert.deepEqual([row.brandId, row.matchKind], ['north', mode === 'enforce' ? 'forced' : 'auto']);
        const [call] = wallet.approvals(order_id);
        assert.equal((JSON.parse(call?.body ?? '{}') as { brand_id: string }).brand_id, 'south');
        assert.deepEqual(counted, mode === 'off' ? [] : [`sms_match/${mode}`]);
      });
    });
  }

  describe('a match that is released', () => {
    const money = createMoneySource();
    let house: House;
    before(async function () {
      this.timeout(120_000);
      house = await startHouse({ env: { AUTO_APPROVAL: 'off' } });
    });
    after(() => assertNothingPaidTwice(house));
    after(() => house.stop());

    it('takes the brand that it stamped with it, and leaves a backfilled one', async () => {
      for (const [origin, left] of [
        ['match', null],
        ['backfill', 'north'],
      ] as const) {
        const about = money();
        await house.wallet.deposit({ amount_minor: about.amountMinor });
        const { smsId } = await house.deliver({ body: about.text() });
        const proposed = await house.reaches(smsId, 'awaiting_review');
        assert.deepEqual([proposed.brandId, proposed.brandOrigin], ['north', 'match']);
        await house.owner.raw(`UPDATE shooter_sms SET brand_origin = ? WHERE id = ?`, [origin, smsId]);
        assert.equal((await house.ask(smsId, 'reject')).effect, 'applied');
        const row = await house.reaches(smsId, 'rejected');
        assert.deepEqual([row.brandId, row.orderId, row.matchKind], [left, null, null]);
      }
    });
  });
});
