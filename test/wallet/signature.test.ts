import assert from 'node:assert/strict';
import { brandSignature } from '../../service/brand-signature';
import { startTestWallet, WALLET_SIGNING_KEY, type ApproveOptions, type TestWallet } from '../support/wallet';

const NOW_MS = Date.UTC(2025, 0, 15, 12);
const NOW = NOW_MS / 1_000;

const FAULTS: readonly [promise: string, code: string, options: ApproveOptions][] = [
  ['without X-Brand-Id', 'signature_missing', { headers: { 'x-brand-id': undefined } }],
  ['without X-Brand-Timestamp', 'signature_missing', { headers: { 'x-brand-timestamp': undefined } }],
  ['without X-Brand-Signature', 'signature_missing', { headers: { 'x-brand-signature': undefined } }],
  ['signed under another key', 'signature_wrong', { signingKey: 'another-key-altogether' }],
  ['with half a signature', 'signature_wrong', { headers: { 'x-brand-signature': 'abcd' } }],
  ['whose timestamp was changed afterwards', 'signature_wrong', { headers: { 'x-brand-timestamp': String(NOW - 1) } }],
  ['whose brand was changed afterwards', 'signature_wrong', { headers: { 'x-brand-id': 'south' } }],
  ['whose timestamp is no number', 'timestamp_wrong', { headers: { 'x-brand-timestamp': 'noon' } }],
  ['whose timestamp is in milliseconds', 'timestamp_wrong', { timestamp: NOW_MS }],
  ['signed 301 seconds ago', 'timestamp_stale', { timestamp: NOW - 301 }],
  ['signed 301 seconds ahead', 'timestamp_stale', { timestamp: NOW + 301 }],
];

describe('the signature of an approval', function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  before(async () => {
    wallet = await startTestWallet({ nowMs: () => NOW_MS, enforcement: 'off' });
  });
  after(() => wallet.stop());

  for (const [promise, code, options] of FAULTS) {
    it(`refuses one ${promise}: 401 ${code}`, async () => {
      const payment = await wallet.deposit();
      const reply = await wallet.approve(payment, { timestamp: NOW, ...options });
      assert.deepEqual([reply.status, reply.json.error?.code], [401, code]);
      assert.equal((await wallet.approve(payment, { timestamp: NOW })).status, 200, 'nothing was spoilt by it');
    });
  }

  for (const [promise, change] of [
    ['another path', { path: '/internal/wallet/deposits/other/approve' }],
    ['another method', { method: 'PUT' }],
    ['another body', { rawBody: '{}' }],
  ] as const) {
    it(`refuses one that signs ${promise}`, async () => {
      const payment = await wallet.deposit();
      const path = `/internal/wallet/deposits/${payment.order_id}/approve`;
      const rawBody = JSON.stringify(payment);
      const signed = { brandId: 'north', timestamp: NOW, method: 'POST', path, rawBody, ...change };
      const headers = { 'x-brand-signature': brandSignature(WALLET_SIGNING_KEY, signed) };
      const reply = await wallet.approve(payment, { timestamp: NOW, headers });
      assert.deepEqual([reply.status, reply.json.error?.code], [401, 'signature_wrong']);
    });
  }

  it('holds to the byte: the same JSON with a space more is another body', async () => {
    const payment = await wallet.deposit();
    const path = `/internal/wallet/deposits/${payment.order_id}/approve`;
    const signed = { brandId: 'north', timestamp: NOW, method: 'POST', path, rawBody: JSON.stringify(payment) };
    const headers = { 'x-brand-signature': brandSignature(WALLET_SIGNING_KEY, signed) };
    const reply = await wallet.approve(payment, { timestamp: NOW, headers, rawBody: JSON.stringify(payment, null, 1) });
    assert.equal(reply.status, 401);
  });

  it("is accepted up to 300 seconds from the wallet's clock", async () => {
    for (const timestamp of [NOW - 300, NOW + 300])
      assert.equal((await wallet.approve(await wallet.deposit(), { timestamp })).status, 200);
  });
});
