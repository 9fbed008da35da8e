/** The last check of every file that moves money: the wallet's own audit against recon's rows. */
import assert from 'node:assert/strict';
import type { Audit } from '../../wallet/audit';
import type { House } from './house';

/**
 * As many credits as approved SMS, and no violation. `beside`: approvals that the test made at the wallet itself, under
 * another SMS's name.
 */
export async function assertNothingPaidTwice(house: House, { beside = 0 } = {}): Promise<void> {
  const reply = await house.wallet.request('GET', '/internal/wallet/audit');
  assert.equal(reply.status, 200);
  const audit = reply.json as unknown as Audit;
  assert.deepEqual(audit.violations, []);
  assert.equal(audit.double_credits, 0);
  const { rows } = await house.owner.raw<{ rows: { approved: number; orders: number }[] }>(
    `SELECT count(*)::int AS approved, count(DISTINCT order_id)::int AS orders FROM shooter_sms WHERE status = 'approved'`,
  );
  const [sms] = rows;
  assert.equal(sms?.approved, sms?.orders, 'two approved SMS name one deposit');
  assert.deepEqual(
    [audit.approvals.count, audit.ledger_credits.count, audit.deposits.approved.count],
    Array.from({ length: 3 }, () => (sms?.approved ?? 0) + beside),
  );
}
