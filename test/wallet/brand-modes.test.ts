import assert from 'node:assert/strict';
import { startTestWallet, type TestWallet } from '../support/wallet';

const MODES = [
  { mode: 'off', status: 200, counted: 0 },
  { mode: 'observe', status: 200, counted: 1 },
  { mode: 'enforce', status: 422, counted: 1 },
] as const;

describe("a brand other than the deposit's", function () {
  this.timeout(60_000);
  for (const { mode, status, counted } of MODES) {
    describe(`with MULTI_BRAND_ENFORCEMENT=${mode}`, () => {
      let wallet: TestWallet;
      before(async () => {
        wallet = await startTestWallet({ enforcement: mode });
      });
      after(() => wallet.stop());

      it(`is answered with ${status} and counted ${counted} times`, async () => {
        const payment = await wallet.deposit();
        const reply = await wallet.approve({ ...payment, brand_id: 'south' });
        assert.equal(reply.status, status, reply.text);
        const { text } = await wallet.request('GET', '/metrics');
        const line = `recon_cross_brand_rejected_total{command="wallet_approve",mode="${mode}"} ${counted}`;
        assert.ok(text.split('\n').includes(line), text);
        assert.match(text, new RegExp(`multi_brand_enforcement_mode\\{service="wallet",mode="${mode}"\\} 1`));
        if (status !== 200) return;
        const { json } = await wallet.request('GET', `/internal/wallet/deposits/${payment.order_id}`);
        assert.equal(json['brand_id'], 'north', 'the deposit keeps its brand');
        assert.equal((json['approval'] as { brand_id: string }).brand_id, 'south', "the request's brand is on record");
      });

      it('is refused in every mode where header and body differ', async () => {
        const payment = await wallet.deposit();
        const reply = await wallet.approve(payment, { rawBody: JSON.stringify({ ...payment, brand_id: 'south' }) });
        assert.deepEqual([reply.status, reply.json.error?.code], [422, 'brand_mismatch']);
      });

      it('does not loosen the signature in any mode', async () => {
        const reply = await wallet.approve(await wallet.deposit(), { signingKey: 'another-key-altogether' });
        assert.equal(reply.status, 401);
      });
    });
  }
});
