import assert from 'node:assert/strict';
import { startTestWallet, type Reply, type TestWallet } from '../support/wallet';

const good = { order_id: 'o-1', player_id: 'p-1', brand_id: 'north', amount_minor: 100, currency: 'EUR' };
const pay = { order_id: 'o-1', sms_id: 's-1', amount_minor: 100, currency: 'EUR', brand_id: 'north' };

/** Each change of one field, and the field that the answer must name. */
const BAD_FIELDS: readonly [what: string, field: string, value: unknown][] = [
  ['a number for text', 'brand_id', 7],
  ['null', 'currency', null],
  ['a list', 'order_id', ['o-1']],
  ['an empty id', 'brand_id', ''],
  ['an id that is too long', 'order_id', 'o'.repeat(129)],
  ['an id with NUL', 'order_id', 'o\u0000'],
  ['an id with a lone surrogate', 'brand_id', 'n\ud800'],
  ['an id that would climb a path', 'order_id', '../o-1'],
  ['an amount as text', 'amount_minor', '100'],
  ['an amount of zero', 'amount_minor', 0],
  ['a negative amount', 'amount_minor', -1],
  ['a broken amount', 'amount_minor', 1.5],
  ['an amount above 2^53 - 1', 'amount_minor', 9007199254740992],
  ['a currency in small letters', 'currency', 'eur'],
  ['a currency that is too long', 'currency', 'EURO'],
  ['a field that nobody knows', 'bonus', 5],
];
const BAD_DEPOSIT_FIELDS: readonly [what: string, field: string, value: unknown][] = [
  ...BAD_FIELDS,
  ['a currency that does not exist', 'currency', 'XYZ'],
  ['a name that is too long', 'payer_name', 'n'.repeat(201)],
  ['a name with NUL', 'payer_name', 'Ann\u0000'],
  ['a name with a lone surrogate', 'payer_name', 'Ann\udfff'],
  ['an account with a space', 'account_tail', '12 34'],
];
const BAD_BODIES: readonly [what: string, body: string, status: number, code: string][] = [
  ['no JSON', '{"order_id":', 400, 'bad_json'],
  ['nothing', '', 400, 'bad_json'],
  ['a list', '[]', 400, 'bad_request'],
  ['null', 'null', 400, 'bad_request'],
  ['a byte order mark', `\ufeff${JSON.stringify(pay)}`, 400, 'bad_json'],
  ['1 MB', JSON.stringify({ ...pay, bonus: 'x'.repeat(1024 * 1024) }), 413, 'body_too_large'],
];

describe('bad input to the wallet', function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  before(async () => {
    wallet = await startTestWallet();
  });
  after('nothing was written', async () => {
    const { json } = await wallet.request('GET', '/internal/wallet/audit');
    const deposits = json['deposits'] as Record<string, { count: number }>;
    assert.deepEqual(
      Object.values(deposits).map(({ count }) => count),
      [0, 0, 0, 0],
    );
    await wallet.stop();
  });

  const create = (body: unknown) => wallet.request('POST', '/internal/wallet/deposits', body);
  const approve = (rawBody: string) => wallet.approve(pay, { rawBody });

  for (const [what, field, value] of BAD_DEPOSIT_FIELDS)
    it(`a deposit with ${what} is a 400 that names ${field}`, async () => {
      assertNames(await create({ ...good, [field]: value }), field);
    });
  for (const [what, field, value] of [...BAD_FIELDS, ['an SMS id of zero', 'sms_id', 0], ['no SMS id', 'sms_id', null]])
    it(`an approval with ${String(what)} is a 400 that names ${String(field)}`, async () => {
      assertNames(await approve(JSON.stringify({ ...pay, [String(field)]: value })), String(field));
    });
  for (const field of Object.keys(pay))
    it(`an approval without ${field} is a 400 that names it`, async () => {
      assertNames(await approve(JSON.stringify({ ...pay, [field]: undefined })), field);
    });
  for (const [what, body, status, code] of BAD_BODIES)
    it(`a body that holds ${what} is ${status} ${code}`, async () => {
      for (const reply of [await create(body), await approve(body)])
        assert.deepEqual([reply.status, reply.json.error?.code], [status, code], reply.text.slice(0, 200));
    });

  it('a made-up field name comes back cut and readable', async () => {
    const reply = await create({ ...good, [`\ud800${'x'.repeat(5_000)}`]: 1 });
    assert.equal(reply.status, 400);
    assert.ok(reply.text.length < 500);
  });

  it('a body that is no UTF-8 is 400 bad_json', async () => {
    const response = await fetch(`${wallet.url}/internal/wallet/deposits`, {
      method: 'POST',
      headers: { 'x-caller-service': 'ops', 'x-internal-service-token': 'token-of-ops-000001' },
      body: Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    });
    assert.equal(response.status, 400);
  });

  it('a compressed body is 415', async () => {
    const reply = await wallet.request('POST', '/internal/wallet/deposits', good, { 'content-encoding': 'gzip' });
    assert.deepEqual([reply.status, reply.json.error?.code], [415, 'unsupported_encoding']);
  });

  it('an approval without Idempotency-Key, or with one that is too long, is a 400', async () => {
    const without = await wallet.approve(pay, { headers: { 'idempotency-key': undefined } });
    assert.deepEqual([without.status, without.json.error?.code], [400, 'idempotency_key_missing']);
    const long = await wallet.approve(pay, { key: 'k'.repeat(301) });
    assert.deepEqual([long.status, long.json.error?.code], [400, 'bad_idempotency_key']);
  });

  it('a malformed path is a 400, an unknown one a 404', async () => {
    const answers: [string, number, string][] = [
      ['/internal/wallet/deposits/%ff', 400, 'bad_path'],
      ['/internal/wallet/deposits/o%00', 400, 'bad_request'],
      [`/internal/wallet/deposits/${'o'.repeat(129)}`, 400, 'bad_request'],
      ['/internal/wallet/deposits/nobody', 404, 'unknown_deposit'],
      ['/internal/wallet/elsewhere', 404, 'unknown_route'],
    ];
    for (const [path, status, code] of answers) {
      const reply = await wallet.request('GET', path);
      assert.deepEqual([reply.status, reply.json.error?.code], [status, code], path);
    }
  });
});

function assertNames(reply: Reply, field: string): void {
  assert.deepEqual([reply.status, reply.json.error?.code], [400, 'bad_request'], reply.text);
  assert.ok(reply.json.error?.message.includes(field), reply.text);
}
