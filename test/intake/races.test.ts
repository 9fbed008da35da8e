import assert from 'node:assert/strict';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource, type TestMoney } from '../support/money';
import { assertNothingPrivateLeaked } from '../support/privacy';
import { startHouse, type House } from '../support/house';
import { inBatches } from '../support/in-batches';
import { reachAll } from '../support/reach-all';

describe('races for a deposit', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse({ loops: true });
  });
  after(() => house.stop());
  afterEach(() => assertNothingPaidTwice(house));

  const deposit = (about: TestMoney) => house.wallet.deposit({ amount_minor: about.amountMinor });
  const matchesOf = async (orderId: string): Promise<number> => {
    const { rows } = await house.owner.raw<{ rows: unknown[] }>(`SELECT id FROM recon_match WHERE order_id = ?`, [
      orderId,
    ]);
    return rows.length;
  };

  const send = (about: TestMoney) => house.deliver({ body: about.text() });
  const idsOf = (sent: readonly { readonly smsId: number }[]) => sent.map(({ smsId }) => smsId);

  it('matches one of fifty SMS that come at once for one deposit', async () => {
    const about = money();
    const { order_id } = await deposit(about);
    const sent = await Promise.all(Array.from({ length: 50 }, () => send(about)));
    const rows = await reachAll(house, idsOf(sent), ['approved', 'waiting_for_deposit', 'awaiting_review']);
    assert.equal(rows.filter((row) => row.status === 'approved').length, 1);
    assert.equal(await matchesOf(order_id), 1);
  });

  it('matches at most one of fifty SMS that wait when the deposit comes', async () => {
    const about = money();
    const ids = idsOf(await Promise.all(Array.from({ length: 50 }, () => send(about))));
    await reachAll(house, ids, ['waiting_for_deposit']);
    const { order_id } = await deposit(about);
    const rows = await reachAll(house, ids, ['approved', 'awaiting_review']);
    assert.ok(rows.filter((row) => row.status === 'approved').length <= 1);
    assert.ok((await matchesOf(order_id)) <= 1);
    assert.ok(rows.every((row) => row.status === 'approved' || row.reviewReason === 'ambiguous'));
  });

  it('puts one SMS and two equal deposits before a person, always', async () => {
    const sent = await inBatches(40, 20, async () => {
      const about = money();
      await Promise.all([deposit(about), deposit(about)]);
      return send(about);
    });
    for (const row of await reachAll(house, idsOf(sent), ['awaiting_review']))
      assert.deepEqual([row.reviewReason, row.orderId], ['ambiguous', null]);
  });

  it('never takes a second deposit that comes at the same moment', async () => {
    const races = await inBatches(120, 40, async () => {
      const about = money();
      const first = await deposit(about);
      const [{ smsId }] = await Promise.all([send(about), deposit(about)]);
      return { smsId, firstOrderId: first.order_id };
    });
    const rows = await reachAll(house, idsOf(races), ['approved', 'awaiting_review']);
    for (const [index, row] of rows.entries()) {
      // Approved means that the match was made before there was a second one: it is the first deposit then.
      if (row.status === 'approved') assert.equal(row.orderId, races[index]?.firstOrderId);
      else assert.equal(row.reviewReason, 'ambiguous');
    }
  });

  it('strands none of five hundred SMS that arrive together with their deposit', async () => {
    const races = await inBatches(500, 50, async (k) => {
      const about = money();
      const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const [{ smsId }, payment] = await Promise.all([
        later(k % 3 === 0 ? 0 : (k % 7) * 2).then(() => send(about)),
        later(k % 3 === 1 ? k % 60 : (k % 5) * 3).then(() => deposit(about)),
      ]);
      return { smsId, orderId: payment.order_id };
    });
    const rows = await reachAll(house, idsOf(races), ['approved']);
    assert.deepEqual(
      rows.map(({ orderId }) => orderId),
      races.map(({ orderId }) => orderId),
    );
  });

  it('leaves no text, sender or name in any history or log', () => assertNothingPrivateLeaked(house));
});
