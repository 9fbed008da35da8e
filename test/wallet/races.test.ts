import assert from 'node:assert/strict';
import pg from 'pg';
import { startTestWallet, type Reply, type TestWallet } from '../support/wallet';

const AT_ONCE = 50;

describe('deposits at the same time', function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  before(async () => {
    wallet = await startTestWallet();
  });
  after(() => wallet.stop());

  it('are all made, also the first ones of their currencies and players', async () => {
    const currencies = ['EUR', 'USD', 'JPY', 'KWD', 'INR', 'GBP'];
    for (const [n, currency] of currencies.entries())
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, k) =>
          wallet.deposit({ currency, amount_minor: 1_000 + k, player_id: `player-${n}-${k % 5}` }),
        ),
      );
  });
});

describe('approvals at the same time', function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  before(async () => {
    wallet = await startTestWallet();
  });
  afterEach('nothing was credited twice', async () => {
    const { json } = await wallet.request('GET', '/internal/wallet/audit');
    assert.deepEqual([json['double_credits'], json['violations']], [0, []]);
  });
  after(() => wallet.stop());

  it(`${AT_ONCE} with one key: one credit, and every 200 names it`, async () => {
    const payment = await wallet.deposit();
    const replies = await atOnce(() => wallet.approve(payment));
    const answers = tally(replies);
    const approved = answers.get('200') ?? 0;
    assert.ok(approved >= 1, 'somebody got through');
    assert.equal(approved + (answers.get('409 request_in_progress') ?? 0), AT_ONCE, [...answers].join(' '));
    const entries = replies.filter(({ status }) => status === 200).map(({ json }) => json['ledger_entry_id']);
    assert.equal(new Set(entries).size, 1);
    assert.equal((await wallet.approve(payment)).json['ledger_entry_id'], entries[0], 'and so does the next one');
  });

  it(`${AT_ONCE} SMS for one deposit: exactly one is approved, the others are told`, async () => {
    const payment = await wallet.deposit();
    const replies = await atOnce((n) => wallet.approve({ ...payment, sms_id: `rival-${n}` }));
    assert.deepEqual(
      tally(replies),
      new Map([
        ['200', 1],
        ['409 already_approved_by_other', AT_ONCE - 1],
      ]),
    );
  });

  it(`one SMS for ${AT_ONCE} deposits: exactly one is approved, the others are told`, async () => {
    const payments = await atOnce(() => wallet.deposit());
    const replies = await Promise.all(payments.map((payment) => wallet.approve({ ...payment, sms_id: 'one-sms' })));
    assert.deepEqual(
      tally(replies),
      new Map([
        ['200', 1],
        ['409 sms_already_used', AT_ONCE - 1],
      ]),
    );
    const { json } = await wallet.request('GET', '/internal/wallet/audit');
    const deposits = json['deposits'] as Record<string, { count: number }>;
    assert.ok(deposits['pending']!.count >= AT_ONCE - 1, 'the losers are still pending');
  });

  it(`one key for ${AT_ONCE} deposits: exactly one is approved`, async () => {
    const payments = await atOnce(() => wallet.deposit());
    const replies = await Promise.all(payments.map((payment) => wallet.approve(payment, { key: 'one-key-for-all' })));
    assert.equal(replies.filter(({ status }) => status === 200).length, 1);
    for (const { json } of replies.filter(({ status }) => status !== 200))
      assert.match(json.error?.code ?? '', /^(request_in_progress|idempotency_mismatch)$/);
  });

  it('approving and cancelling: one of them wins, the other is told', async () => {
    for (let round = 0; round < 20; round += 1) {
      const payment = await wallet.deposit();
      const [approved, cancelled] = await Promise.all([
        wallet.approve(payment),
        wallet.request('POST', `/internal/wallet/deposits/${payment.order_id}/cancel`),
      ]);
      const codes = [approved, cancelled].map(describeReply).sort();
      assert.deepEqual(codes, ['200', '409 deposit_not_pending']);
    }
  });

  it('while a request with the same key is at work: 409 request_in_progress, and afterwards its answer', async () => {
    const payment = await wallet.deposit();
    const key = 'key-at-work';
    const other = new pg.Client({ connectionString: wallet.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT * FROM wallet.approve_deposit($1, $2, $3, $4, $5, $6, $6)', [
      payment.order_id,
      payment.sms_id,
      key,
      payment.amount_minor,
      payment.currency,
      payment.brand_id,
    ]);
    const meanwhile = await wallet.approve(payment, { key });
    assert.equal(describeReply(meanwhile), '409 request_in_progress');
    await other.query('COMMIT');
    await other.end();
    assert.equal((await wallet.approve(payment, { key })).status, 200);
  });

  it('a request that died before its commit has approved nothing, and its key is free', async () => {
    const payment = await wallet.deposit();
    const other = new pg.Client({ connectionString: wallet.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT * FROM wallet.approve_deposit($1, $2, $3, $4, $5, $6, $6)', [
      payment.order_id,
      payment.sms_id,
      `recon:${payment.order_id}:${payment.sms_id}`,
      payment.amount_minor,
      payment.currency,
      payment.brand_id,
    ]);
    await other.end();
    assert.equal((await wallet.approve(payment)).status, 200);
  });

  it(`${AT_ONCE} times the same new deposit: one is made, all are told the same`, async () => {
    const body = { order_id: 'o-twin', player_id: 'p-twin', brand_id: 'north', amount_minor: 1, currency: 'JPY' };
    const replies = await atOnce(() => wallet.request('POST', '/internal/wallet/deposits', body));
    assert.deepEqual(
      tally(replies),
      new Map([
        ['201', 1],
        ['200', AT_ONCE - 1],
      ]),
    );
    assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
  });
});

function atOnce<T>(act: (n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: AT_ONCE }, (_unused, n) => act(n)));
}

function describeReply({ status, json }: Reply): string {
  return json.error ? `${status} ${json.error.code}` : String(status);
}

/** How often each answer was given, the rarest first. */
function tally(replies: readonly Reply[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const reply of replies) counts.set(describeReply(reply), (counts.get(describeReply(reply)) ?? 0) + 1);
  return new Map([...counts].sort(([, left], [, right]) => left - right));
}
