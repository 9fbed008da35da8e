import assert from 'node:assert/strict';
import { asOwner } from '../support/postgres';
import { startTestWallet, type Json, type TestWallet } from '../support/wallet';

const PATH = '/internal/wallet/approvals';

describe("the list of the ledger's credits", function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  beforeEach(async () => {
    wallet = await startTestWallet();
  });
  afterEach(() => wallet.stop());

  it('names each credit with its approval and its deposit', async () => {
    const payment = await wallet.deposit({ amount_minor: 700, currency: 'KWD' });
    await wallet.deposit();
    const { json: answer } = await wallet.approve(payment);
    const { approvals, next_cursor } = (await wallet.request('GET', PATH)).json as {
      approvals: Json[];
      next_cursor: unknown;
    };
    const [credit] = approvals;
    assert.equal(approvals.length, 1);
    assert.equal(next_cursor, null);
    const { credited_at, approval, ...rest } = credit!;
    assert.deepEqual(rest, {
      ledger_entry_id: answer['ledger_entry_id'],
      order_id: payment.order_id,
      sms_id: payment.sms_id,
      amount_minor: 700,
      currency: 'KWD',
      deposit: { status: 'approved', amount_minor: 700, currency: 'KWD', brand_id: 'north' },
    });
    const { approved_at, ...named } = approval as Json;
    assert.deepEqual(named, { idempotency_key: `recon:${payment.order_id}:${payment.sms_id}`, brand_id: 'north' });
    for (const time of [credited_at, approved_at]) assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
  });

  it('gives every credit once, page by page', async () => {
    const orders: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const payment = await wallet.deposit({ amount_minor: 100 + n });
      await wallet.approve(payment);
      orders.push(payment.order_id);
    }
    const seen: unknown[] = [];
    let cursor: string | null = '0';
    let pages = 0;
    while (cursor !== null) {
      const page = (await wallet.request('GET', `${PATH}?limit=2&cursor=${cursor}`)).json;
      seen.push(...(page['approvals'] as Json[]).map((credit) => credit['order_id']));
      cursor = page['next_cursor'] as string | null;
      pages += 1;
    }
    assert.deepEqual(seen, orders);
    assert.equal(pages, 3);
  });

  it('shows a credit that no approval names', async () => {
    await wallet.approve(await wallet.deposit());
    await asOwner(wallet.databaseUrl, 'DELETE FROM wallet.approval');
    const { approvals } = (await wallet.request('GET', PATH)).json as { approvals: Json[] };
    assert.equal(approvals[0]?.['approval'], null);
  });

  it('names what is wrong with a query', async () => {
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'cursor=-1', 'cursor=a', 'unknown=1', 'limit=1&limit=2']) {
      const reply = await wallet.request('GET', `${PATH}?${query}`);
      assert.deepEqual([reply.status, reply.json.error?.code], [400, 'bad_request'], query);
      assert.match(reply.json.error?.message ?? '', new RegExp(query.split('=')[0] ?? ''), query);
    }
  });

  it('is for callers with a token', async () => {
    const reply = await wallet.request('GET', PATH, undefined, { 'x-internal-service-token': undefined });
    assert.equal(reply.status, 401);
  });
});
