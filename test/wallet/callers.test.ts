import assert from 'node:assert/strict';
import { CALLERS, type Caller } from '../../service/caller-tokens';
import { startTestWallet, WALLET_TOKENS, type TestWallet } from '../support/wallet';

const ROUTES: readonly { method: string; path: string; open: readonly Caller[] }[] = [
  { method: 'POST', path: '/internal/wallet/deposits', open: ['admin', 'ops', 'wallet'] },
  { method: 'GET', path: '/internal/wallet/deposits/o-1', open: CALLERS },
  { method: 'POST', path: '/internal/wallet/deposits/o-1/approve', open: ['recon'] },
  { method: 'POST', path: '/internal/wallet/deposits/o-1/cancel', open: ['admin', 'ops', 'wallet'] },
  { method: 'GET', path: '/internal/wallet/audit', open: CALLERS },
  { method: 'GET', path: '/internal/wallet/approvals', open: CALLERS },
];
const SHARED = 'the-shared-legacy-token';

const as = (caller: string | undefined, token: string | undefined) => ({
  'x-caller-service': caller,
  'x-internal-service-token': token,
});

describe('who may call the wallet', function () {
  this.timeout(60_000);
  let strict: TestWallet;
  let migrating: TestWallet;
  before(async () => {
    strict = await startTestWallet();
    migrating = await startTestWallet({ tokens: { ...WALLET_TOKENS, legacy: [SHARED] }, perCallerRequired: false });
  });
  after(async () => {
    await strict.stop();
    await migrating.stop();
  });

  for (const { method, path, open } of ROUTES) {
    it(`${method} ${path} is open to ${open.join(', ')} and to nobody else`, async () => {
      for (const caller of CALLERS) {
        const reply = await strict.request(
          method,
          path,
          undefined,
          as(caller, WALLET_TOKENS.byCaller.get(caller)?.[0]),
        );
        const refused = reply.json.error?.code === 'caller_forbidden';
        assert.equal(refused, !open.includes(caller), `${caller}: ${reply.text}`);
        if (refused) assert.equal(reply.status, 403);
      }
    });

    it(`${method} ${path} answers 401 where caller or token are missing or wrong`, async () => {
      const answers: [string | undefined, string | undefined, string][] = [
        [undefined, 'token-of-ops-000001', 'caller_missing'],
        ['stranger', 'token-of-ops-000001', 'caller_unknown'],
        ['ops', undefined, 'token_missing'],
        ['ops', 'a-token-of-nobody-at-all', 'token_wrong'],
        ['ops', 'token-of-recon-0001', 'token_wrong'],
      ];
      for (const [caller, token, code] of answers) {
        const reply = await strict.request(method, path, undefined, as(caller, token));
        assert.deepEqual([reply.status, reply.json.error?.code], [401, code]);
      }
    });
  }

  it('takes both tokens of a caller while they are rotated', async () => {
    for (const token of WALLET_TOKENS.byCaller.get('recon') ?? []) {
      const reply = await strict.approve(await strict.deposit(), { headers: { 'x-internal-service-token': token } });
      assert.equal(reply.status, 200);
    }
  });

  it('takes the shared token until every caller must show its own', async () => {
    const path = '/internal/wallet/audit';
    assert.equal((await migrating.request('GET', path, undefined, as('ops', SHARED))).status, 200);
    assert.equal((await migrating.request('GET', path, undefined, as('ops', 'token-of-ops-000001'))).status, 200);
    assert.equal((await strict.request('GET', path, undefined, as('ops', SHARED))).status, 401);
  });
});
