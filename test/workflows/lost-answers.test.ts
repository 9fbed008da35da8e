import assert from 'node:assert/strict';
import { startHouse, type House } from '../support/house';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { forward, startStubWallet, type StubWallet } from '../support/stub-wallet';

/** The reference wallet behind a proxy that drops answers on the floor. */
describe('a wallet that pays and whose answer is lost', () => {
  const money = createMoneySource();
  let proxy: StubWallet;
  let house: House;
  let lose: (method: string) => boolean = () => false;
  before(async function () {
    this.timeout(120_000);
    let target = '';
    const pass = forward(
      () => target,
      ({ method }) => lose(method),
    );
    proxy = await startStubWallet(pass);
    proxy.scriptAllLookUps(pass);
    house = await startHouse({ walletUrl: proxy.url });
    target = house.wallet.url;
  });
  after(() => assertNothingPaidTwice(house));
  after(async () => {
    await house.stop();
    await proxy.stop();
  });

  const meet = async () => {
    const about = money();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: about.amountMinor });
    const { smsId } = await house.deliver({ body: about.text() });
    return { smsId, orderId };
  };
  const isPaid = async (orderId: string) =>
    (await house.wallet.request('GET', `/internal/wallet/deposits/${orderId}`)).json['status'] === 'approved';

  it('is asked again with the same key and gives the first answer again', async () => {
    let lost = 0;
    lose = () => (lost += 1) <= 2;
    const { smsId, orderId } = await meet();
    await house.reaches(smsId, 'approved');
    assert.equal(proxy.approvals(orderId).length, 3);
  });

  it('is found out by looking at the deposit when every answer is lost', async () => {
    lose = (method) => method === 'POST';
    const { smsId, orderId } = await meet();
    await house.reaches(smsId, 'approved');
    assert.equal(proxy.calls.at(-1)?.method, 'GET');
    assert.ok(await isPaid(orderId));
  });

  it('holds the SMS as wallet_unknown when nothing comes through, refuses to let go, and settles when asked again', async () => {
    lose = () => true;
    const { smsId, orderId } = await meet();
    assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'wallet_unknown');
    assert.ok(await isPaid(orderId));
    for (const command of ['reset', 'reject'] as const) {
      const effect = await house.ask(smsId, command);
      assert.ok(effect.effect === 'refused');
      assert.equal(effect.code, 'approval_in_flight');
    }
    lose = () => false;
    assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');
    await house.reaches(smsId, 'approved');
  });

  it('pays each of many once, whichever answers are lost', async () => {
    let calls = 0;
    lose = () => (calls += 1) % 3 !== 0;
    const sent = await Promise.all(Array.from({ length: 20 }, () => meet()));
    for (const { smsId } of sent) {
      const row = await house.reaches(smsId, 'approved', 'awaiting_review');
      if (row.status === 'approved') continue;
      assert.equal(row.reviewReason, 'wallet_unknown');
      lose = () => false;
      assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');
      await house.reaches(smsId, 'approved');
    }
  });
});
