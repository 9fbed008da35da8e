import assert from 'node:assert/strict';
import { CALLERS } from '../../service/caller-tokens';
import { startTestApi, SHOOTER, STATS, type TestApi } from '../support/api';
import { WALLET_TOKENS } from '../support/wallet';

const ROUTES: readonly (readonly [method: 'GET' | 'POST', path: string])[] = [
  ['GET', `${SHOOTER}/template/list`],
  ['POST', `${SHOOTER}/template/add`],
  ['POST', `${SHOOTER}/template/enable`],
  ['POST', `${SHOOTER}/template/delete`],
  ['GET', `${SHOOTER}/phone/list`],
  ['POST', `${SHOOTER}/phone/add`],
  ['POST', `${SHOOTER}/phone/delete`],
  ['GET', `${SHOOTER}/sms/list`],
  ['GET', `${SHOOTER}/sms/get?id=1`],
  ['POST', `${SHOOTER}/sms/check`],
  ['POST', `${SHOOTER}/sms/reset`],
  ['GET', `${SHOOTER}/device/list`],
  ['POST', `${SHOOTER}/device/trust`],
  ['POST', `${SHOOTER}/device/delete`],
  ['GET', `${SHOOTER}/gap/list`],
  ['GET', `${SHOOTER}/gap/get?id=1`],
  ['POST', `${SHOOTER}/gap/dismiss`],
  ['GET', `${STATS}/top-info`],
  ['GET', `${STATS}/counts`],
];
const SHARED = 'the-shared-legacy-token';

const as = (caller: string | undefined, token: string | undefined) => ({
  'x-caller-service': caller,
  'x-internal-service-token': token,
});

describe('who may call recon', function () {
  this.timeout(60_000);
  let strict: TestApi;
  before(async () => {
    strict = await startTestApi();
  });
  after(() => strict.stop());

  for (const [method, path] of ROUTES) {
    it(`${method} ${path} is open to admin, ops and recon, each with its own token, and to nobody else`, async () => {
      const body = method === 'POST' ? {} : undefined;
      for (const caller of CALLERS) {
        const reply = await strict.request(method, path, body, as(caller, WALLET_TOKENS.byCaller.get(caller)?.[0]));
        if (caller === 'wallet') assert.deepEqual([reply.status, reply.json.error?.code], [403, 'caller_forbidden']);
        else assert.ok([200, 400, 404].includes(reply.status), `${caller}: ${reply.text}`);
      }
      const refused: [string | undefined, string | undefined, string][] = [
        [undefined, 'token-of-ops-000001', 'caller_missing'],
        ['stranger', 'token-of-ops-000001', 'caller_unknown'],
        ['ops', undefined, 'token_missing'],
        ['ops', 'a-token-of-nobody-at-all', 'token_wrong'],
        ['ops', 'token-of-admin-0001', 'token_wrong'],
      ];
      for (const [caller, token, code] of refused) {
        const reply = await strict.request(method, path, body, as(caller, token));
        assert.deepEqual([reply.status, reply.json.error?.code], [401, code]);
      }
    });
  }

  const STAGES: readonly [stage: string, required: boolean, legacy: boolean, shared: number, own: number][] = [
    ['A and B: the shared token and the callers’ own', false, true, 200, 200],
    ['B at its end: the shared token is gone', false, false, 401, 200],
    ['C: only the caller’s own', true, false, 401, 200],
  ];
  for (const [stage, perCallerRequired, legacy, shared, own] of STAGES) {
    it(`stage ${stage}`, async () => {
      const tokens = { ...WALLET_TOKENS, legacy: legacy ? [SHARED] : undefined };
      const api = await startTestApi({ tokens, perCallerRequired });
      const path = `${SHOOTER}/phone/list`;
      assert.equal((await api.request('GET', path, undefined, as('ops', SHARED))).status, shared);
      for (const token of WALLET_TOKENS.byCaller.get('recon') ?? [])
        assert.equal(
          (await api.request('GET', path, undefined, as('recon', token))).status,
          own,
          'while it is rotated',
        );
      await api.stop();
    });
  }

  it('health, version, figures and the document ask for no token; what is not there is a 404 behind the door', async () => {
    for (const path of ['/healthz', '/readyz', '/version', '/metrics', '/openapi.json'])
      assert.equal((await strict.request('GET', path, undefined, as(undefined, undefined))).status, 200, path);
    assert.equal((await strict.get('/internal/recon/elsewhere')).json.error?.code, 'unknown_route');
    assert.equal((await strict.post(`${SHOOTER}/phone/list`, {})).status, 404);
    assert.equal((await strict.request('GET', '/internal/x', undefined, as(undefined, undefined))).status, 401);
  });
});
