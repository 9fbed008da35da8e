import assert from 'node:assert/strict';
import { creditText, startHouse, type House } from '../support/house';

describe('the straight path', () => {
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse();
  });
  after(() => house.stop());

  it('turns an SMS into one credit on the ledger', async () => {
    const payment = await house.wallet.deposit({ amount_minor: 12_345 });
    const { smsId } = await house.deliver({ body: creditText('123,45') });
    const sms = await house.reaches(smsId, 'approved');
    assert.equal(sms.orderId, payment.order_id);
    assert.equal(sms.brandId, 'north');
    assert.equal(sms.matchKind, 'auto');
  });

  it('costs the server twelve events at most and four state transitions', async () => {
    await house.wallet.deposit({ amount_minor: 55_500 });
    const { smsId, workflowId } = await house.deliver({ body: creditText('555,00') });
    await house.reaches(smsId, 'approved');
    const handle = house.client.workflow.getHandle(workflowId);
    await handle.result();
    const described = await handle.describe();
    assert.equal(described.historyLength, 10);
    assert.equal(Number(described.raw.workflowExecutionInfo?.stateTransitionCount), 3);
  });
});
