import assert from 'node:assert/strict';
import { asOwner } from '../support/postgres';
import { startTestWallet, type Payment, type TestWallet } from '../support/wallet';

/** Without constraints and triggers, as after a careless restore. */
const UNGUARDED = `
  SET session_replication_role = replica;
  ALTER TABLE wallet.ledger_entry DROP CONSTRAINT ledger_entry_once_by_order, DROP CONSTRAINT ledger_entry_once_by_sms;`;

const copyOf = (columns: string) => `INSERT INTO wallet.ledger_entry
  (posting_id, account_id, side, amount_minor, currency, order_id, sms_id)
  SELECT ${columns} FROM wallet.ledger_entry WHERE order_id = 'o-1'`;

const TAMPERINGS: readonly { what: string; sql: string; rules: readonly string[]; doubles: number }[] = [
  {
    what: 'a second credit of one order',
    sql: copyOf(`999, account_id, side, amount_minor, currency, order_id, sms_id || '-b'`),
    rules: ['credit_without_approval', 'order_credited_twice', 'sums_differ'],
    doubles: 1,
  },
  {
    what: 'a second credit by one SMS',
    sql: copyOf(`999, account_id, side, amount_minor, currency, 'o-2', sms_id`),
    rules: [
      'credit_differs_from_deposit',
      'credit_of_deposit_not_approved',
      'credit_without_approval',
      'sms_credited_twice',
      'sums_differ',
    ],
    doubles: 1,
  },
  {
    what: 'a credit that was made larger',
    sql: `UPDATE wallet.ledger_entry SET amount_minor = amount_minor + 1 WHERE side = 'credit'`,
    rules: ['credit_differs_from_deposit', 'credit_without_approval', 'sums_differ', 'unbalanced_posting'],
    doubles: 0,
  },
  {
    what: "a credit to somebody else's account",
    sql: `UPDATE wallet.ledger_entry SET account_id = 'clearing:EUR' WHERE side = 'credit'`,
    rules: ['credit_differs_from_deposit'],
    doubles: 0,
  },
  {
    what: 'an approved deposit without its entries',
    sql: `DELETE FROM wallet.ledger_entry; DELETE FROM wallet.approval`,
    rules: ['approved_deposit_without_credit', 'sums_differ'],
    doubles: 0,
  },
  {
    what: 'entries without their approval',
    sql: `DELETE FROM wallet.approval`,
    rules: ['credit_without_approval', 'sums_differ'],
    doubles: 0,
  },
  {
    what: 'an approval without its entries',
    sql: `DELETE FROM wallet.ledger_entry`,
    rules: ['approval_without_credit', 'approved_deposit_without_credit', 'sums_differ'],
    doubles: 0,
  },
  {
    what: 'a deposit that was set to pending again',
    sql: `UPDATE wallet.player_deposit SET status = 'pending' WHERE order_id = 'o-1'`,
    rules: ['credit_of_deposit_not_approved', 'sums_differ'],
    doubles: 0,
  },
];

describe("the wallet's audit", function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  let payment: Payment;
  beforeEach(async () => {
    wallet = await startTestWallet();
    payment = await wallet.deposit({ order_id: 'o-1', amount_minor: 1_000 });
    await wallet.deposit({ order_id: 'o-2', amount_minor: 500, currency: 'JPY' });
    await wallet.approve(payment);
  });
  afterEach(() => wallet.stop());

  const audit = async () => (await wallet.request('GET', '/internal/wallet/audit')).json;

  it('counts and sums deposits, approvals and credits by currency', async () => {
    await wallet.deposit({ order_id: 'o-3', amount_minor: 7 });
    await wallet.request('POST', '/internal/wallet/deposits/o-3/cancel');
    await wallet.approve(await wallet.deposit({ order_id: 'o-4', amount_minor: 30, currency: 'KWD' }));
    const both = { count: 2, sum_minor_by_currency: { EUR: 1_000, KWD: 30 } };
    assert.deepEqual(await audit(), {
      deposits: {
        pending: { count: 1, sum_minor_by_currency: { JPY: 500 } },
        approved: both,
        cancelled: { count: 1, sum_minor_by_currency: { EUR: 7 } },
        expired: { count: 0, sum_minor_by_currency: {} },
      },
      approvals: both,
      ledger_credits: both,
      double_credits: 0,
      violation_count: 0,
      violations: [],
    });
  });

  it('writes a sum that no JSON number holds exactly as text', async () => {
    for (let n = 0; n < 2; n += 1) await wallet.deposit({ amount_minor: Number.MAX_SAFE_INTEGER, currency: 'USD' });
    const { deposits } = (await audit()) as { deposits: { pending: { sum_minor_by_currency: object } } };
    assert.deepEqual(deposits.pending.sum_minor_by_currency, { JPY: 500, USD: '18014398509481982' });
  });

  for (const { what, sql, rules, doubles } of TAMPERINGS)
    it(`finds ${what}`, async () => {
      await asOwner(wallet.databaseUrl, `${UNGUARDED} ${sql}`);
      const found = await audit();
      const violations = found['violations'] as { rule: string; subject: string }[];
      assert.deepEqual([...new Set(violations.map(({ rule }) => rule))].sort(), rules);
      assert.equal(found['double_credits'], doubles);
      assert.equal(found['violation_count'], violations.length);
    });
});
