import assert from 'node:assert/strict';
import { startTestWallet, type ApproveOptions, type Payment, type Reply, type TestWallet } from '../support/wallet';

interface Case {
  readonly promise: string;
  readonly status: number;
  readonly code: string;
  /** Its preparation approves one deposit. */
  readonly firstCredited?: true;
  /** Prepares, sends, and answers the reply in question. */
  readonly ask: (wallet: TestWallet) => Promise<Reply>;
}

const bent = (change: Partial<Payment>, options?: ApproveOptions) => async (wallet: TestWallet) =>
  wallet.approve({ ...(await wallet.deposit()), ...change }, options);

const CASES: readonly Case[] = [
  {
    promise: 'an order that nobody made',
    status: 404,
    code: 'unknown_deposit',
    ask: bent({ order_id: 'order-of-nobody' }),
  },
  { promise: 'another amount', status: 422, code: 'amount_mismatch', ask: bent({ amount_minor: 12_346 }) },
  { promise: 'another currency', status: 422, code: 'currency_mismatch', ask: bent({ currency: 'USD' }) },
  {
    promise: "a brand other than the deposit's",
    status: 422,
    code: 'brand_mismatch',
    ask: bent({ brand_id: 'south' }),
  },
  {
    promise: 'a body that names another brand than its header',
    status: 422,
    code: 'brand_mismatch',
    async ask(wallet) {
      const payment = await wallet.deposit();
      return wallet.approve(payment, { rawBody: JSON.stringify({ ...payment, brand_id: 'south' }) });
    },
  },
  {
    promise: 'a cancelled deposit',
    status: 409,
    code: 'deposit_not_pending',
    async ask(wallet) {
      const payment = await wallet.deposit();
      await wallet.request('POST', `/internal/wallet/deposits/${payment.order_id}/cancel`);
      return wallet.approve(payment);
    },
  },
  {
    promise: 'a deposit that another SMS approved',
    status: 409,
    code: 'already_approved_by_other',
    firstCredited: true,
    async ask(wallet) {
      const payment = await wallet.deposit();
      await wallet.approve(payment);
      return wallet.approve({ ...payment, sms_id: 'another-sms' });
    },
  },
  {
    promise: 'a deposit that the same SMS approved under another key',
    status: 409,
    code: 'already_approved_by_other',
    firstCredited: true,
    async ask(wallet) {
      const payment = await wallet.deposit();
      await wallet.approve(payment);
      return wallet.approve(payment, { key: 'another-key' });
    },
  },
  {
    promise: 'an SMS that approved another deposit',
    status: 409,
    code: 'sms_already_used',
    firstCredited: true,
    async ask(wallet) {
      const [first, second] = [await wallet.deposit(), await wallet.deposit()];
      await wallet.approve(first);
      return wallet.approve({ ...second, sms_id: first.sms_id });
    },
  },
  {
    promise: 'a key that approved something else',
    status: 409,
    code: 'idempotency_mismatch',
    firstCredited: true,
    async ask(wallet) {
      const [first, second] = [await wallet.deposit(), await wallet.deposit()];
      await wallet.approve(first, { key: 'one-key' });
      return wallet.approve(second, { key: 'one-key' });
    },
  },
  {
    promise: 'a key that approved the same deposit with another amount',
    status: 409,
    code: 'idempotency_mismatch',
    firstCredited: true,
    async ask(wallet) {
      const payment = await wallet.deposit();
      await wallet.approve(payment);
      return wallet.approve({ ...payment, amount_minor: 1 });
    },
  },
  {
    promise: 'a body for another order than the path',
    status: 400,
    code: 'bad_request',
    ask: async (wallet) => {
      const [first, second] = [await wallet.deposit(), await wallet.deposit()];
      return wallet.approve(first, { path: `/internal/wallet/deposits/${second.order_id}/approve` });
    },
  },
];

describe('approving a deposit', function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  before(async () => {
    wallet = await startTestWallet();
  });
  after(() => wallet.stop());

  it('credits the player and says by which ledger entry', async () => {
    const payment = await wallet.deposit();
    const reply = await wallet.approve(payment);
    assert.equal(reply.status, 200, reply.text);
    const { ledger_entry_id: entry, ...rest } = reply.json;
    assert.deepEqual(rest, { status: 'approved', order_id: payment.order_id });
    assert.equal(typeof entry, 'string');

    const { json } = await wallet.request('GET', `/internal/wallet/deposits/${payment.order_id}`);
    assert.equal(json['status'], 'approved');
    const approval = json['approval'] as Record<string, unknown>;
    assert.equal(approval['sms_id'], payment.sms_id);
    assert.equal(approval['ledger_entry_id'], entry);
  });

  for (const { promise, status, code, firstCredited, ask } of CASES) {
    it(`refuses ${promise}: ${status} ${code}`, async () => {
      const before = await credits(wallet);
      const reply = await ask(wallet);
      assert.deepEqual([reply.status, reply.json.error?.code], [status, code], reply.text);
      assert.equal(await credits(wallet), before + (firstCredited ? 1 : 0), 'a refusal credits nothing');
    });
  }

  it('answers the first 200 to the same key, byte for byte', async () => {
    const payment = await wallet.deposit();
    const first = await wallet.approve(payment);
    const again = await wallet.approve(payment);
    assert.deepEqual([again.status, again.text], [200, first.text]);
  });

  it('forgets a refusal: the same key succeeds once the reason is gone', async () => {
    const payment = {
      order_id: 'order-made-late',
      sms_id: 's-late',
      amount_minor: 500,
      currency: 'EUR',
      brand_id: 'north',
    };
    assert.equal((await wallet.approve(payment)).status, 404);
    await wallet.deposit({ order_id: payment.order_id, amount_minor: 500 });
    assert.equal((await wallet.approve(payment)).status, 200);
  });

  it('takes an SMS id as a number or as text, and means the same', async () => {
    const payment = { ...(await wallet.deposit()), sms_id: 4711 };
    const first = await wallet.approve(payment);
    const again = await wallet.approve({ ...payment, sms_id: '4711' });
    assert.deepEqual([first.status, again.status, again.text], [200, 200, first.text]);
  });

  it('credits the largest amount there is exactly', async () => {
    const payment = await wallet.deposit({ amount_minor: Number.MAX_SAFE_INTEGER, currency: 'KWD' });
    assert.equal((await wallet.approve(payment)).status, 200);
    const { json } = await wallet.request('GET', `/internal/wallet/deposits/${payment.order_id}`);
    assert.equal(json['amount_minor'], Number.MAX_SAFE_INTEGER);
  });
});

async function credits(wallet: TestWallet): Promise<number> {
  const { json } = await wallet.request('GET', '/internal/wallet/audit');
  assert.deepEqual(json['violations'], []);
  return (json['ledger_credits'] as { count: number }).count;
}
