import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { trustDevice } from '../../db/devices';
import { askAnyway } from '../support/closed-run';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { startHouse, type House } from '../support/house';

describe('phones that nobody trusts yet', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse({ loops: true });
  });
  after(() => house.stop());
  afterEach(() => assertNothingPaidTwice(house));

  const fromStranger = (body: string, given = {}) => house.deliver({ body, deviceId: randomUUID(), ...given });
  const deviceOf = async (smsId: number): Promise<number> => {
    const { deviceId } = await house.sms(smsId);
    assert.ok(deviceId !== null);
    return deviceId;
  };

  it('keeps their SMS and runs it once the device is trusted', async () => {
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const { smsId } = await fromStranger(about.text());
    assert.equal((await house.sms(smsId)).status, 'held_untrusted_device');
    await trustDevice(house.db, await deviceOf(smsId), true, 'olga');
    await house.reaches(smsId, 'approved');
  });

  it('runs an SMS that a trusted source sees too, from the trusted sighting', async () => {
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const receivedAt = new Date();
    const body = about.text();
    const { smsId } = await fromStranger(body, { receivedAt });
    const seenAt = new Date(receivedAt.getTime() + 2_000);
    const second = await house.deliver({ body, receivedAt: seenAt });
    assert.deepEqual([second.smsId, second.paired], [smsId, true]);
    const row = await house.reaches(smsId, 'approved');
    assert.deepEqual([row.deviceId, row.receivedAt], [null, seenAt]);
  });

  it('never lets a stranger’s sighting stop, change or double a trusted SMS', async () => {
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const body = about.text();
    const receivedAt = new Date();
    const { smsId } = await house.deliver({ body, receivedAt });
    const copy = await fromStranger(body, { receivedAt: new Date(receivedAt.getTime() + 1_000) });
    assert.equal(copy.smsId, smsId);
    const again = await fromStranger(body, { receivedAt: new Date(receivedAt.getTime() + 60_000) });
    assert.notEqual(again.smsId, smsId);
    assert.equal((await house.sms(again.smsId)).status, 'held_untrusted_device');
    const row = await house.reaches(smsId, 'approved');
    assert.deepEqual(row.receivedAt, receivedAt);
  });

  it('puts a held copy before a person when its device is trusted, and never pays it by itself', async () => {
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const body = about.text();
    const receivedAt = new Date();
    const { smsId } = await house.deliver({ body, receivedAt });
    await house.reaches(smsId, 'approved');
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const copy = await fromStranger(body, { receivedAt: new Date(receivedAt.getTime() - 60_000) });
    await trustDevice(house.db, await deviceOf(copy.smsId), true, 'olga');
    const row = await house.reaches(copy.smsId, 'awaiting_review');
    assert.deepEqual([row.reviewReason, row.duplicateOf], ['possible_duplicate', smsId]);
    assert.equal((await askAnyway(house, copy.smsId, 'retry')).effect, 'applied');
    const retried = await house.reaches(copy.smsId, 'awaiting_review');
    assert.ok(['duplicate_reference', 'possible_duplicate'].includes(retried.reviewReason ?? ''));
  });

  it('can be abandoned, and holds on to an SMS through a reset', async () => {
    const { smsId } = await fromStranger(money().text());
    assert.deepEqual(await askAnyway(house, smsId, 'reset'), { effect: 'applied', status: 'held_untrusted_device' });
    assert.equal((await house.sms(smsId)).attempt, 2);
    assert.equal((await askAnyway(house, smsId, 'approve', { orderId: 'x' })).effect, 'refused');
    assert.deepEqual(await askAnyway(house, smsId, 'abandon'), { effect: 'applied', status: 'abandoned' });
  });
});
