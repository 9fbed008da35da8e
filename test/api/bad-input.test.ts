import assert from 'node:assert/strict';
import { startTestApi, SHOOTER, STATS, type TestApi } from '../support/api';
import type { Reply } from '../support/wallet';

type Body = Readonly<Record<string, unknown>>;

/** A body that would be taken, for each route that takes one. */
const BODIES: readonly (readonly [path: string, body: Body])[] = [
  [
    `${SHOOTER}/template/add`,
    {
      id: 1,
      name: 'a template',
      bank: 'a bank',
      kind: 'credit',
      senders: ['ABANK'],
      priority: 1,
      pattern: '(?P<amount>[0-9]+)',
      decimal_separator: '.',
      group_separators: ',',
      currency: 'EUR',
      unit_multiplier: 1,
      date_format: 'dd-MM-yy',
      time_zone: 'UTC',
      enabled: true,
      daily_limit_minor: 100,
      sample: '5',
      balance_chain: true,
      actor: 'ann',
      run_again: false,
    },
  ],
  [`${SHOOTER}/template/enable`, { id: 1, enabled: true, actor: 'ann' }],
  [`${SHOOTER}/template/delete`, { id: 1, actor: 'ann' }],
  [`${SHOOTER}/phone/add`, { sender: 'ABANK', label: 'a label', actor: 'ann', run_again: false }],
  [`${SHOOTER}/phone/delete`, { id: 1, actor: 'ann' }],
  [
    `${SHOOTER}/sms/check`,
    { id: 1, verdict: 'note', order_id: 'o-1', remark: 'r', reviewer: 'ann', review_id: 'r-1', undo_seconds: 1 },
  ],
  [`${SHOOTER}/sms/reset`, { id: 1, reason: 'why', actor: 'ann', request_id: 'r-1', from: 'parse' }],
  [`${SHOOTER}/device/trust`, { id: 1, trusted: true, actor: 'ann' }],
  [`${SHOOTER}/device/delete`, { id: 1, actor: 'ann' }],
  [`${SHOOTER}/gap/dismiss`, { id: 1, remark: 'a fee', actor: 'ann' }],
];
const HOOK: Body = {
  source_account: 'line-1',
  device_id: 'phone-1',
  message_id: 'm-1',
  sender: 'ABANK',
  body: 'a text',
  received_at: '2026-01-31T12:00:00+01:00',
};
/** Fields that may be null: "none" or "any" means something there. */
const NULLABLE = new Set([
  'senders',
  'decimal_separator',
  'currency',
  'date_format',
  'daily_limit_minor',
  'sample',
  'device_id',
]);

const READS: readonly (readonly [path: string, field: string])[] = [
  [`${SHOOTER}/sms/list?status=lost`, 'status'],
  [`${SHOOTER}/sms/list?status=approved,lost`, 'status'],
  [`${SHOOTER}/sms/list?need_check=perhaps`, 'need_check'],
  [`${SHOOTER}/sms/list?reason=whim`, 'reason'],
  [`${SHOOTER}/sms/list?source=pigeon`, 'source'],
  [`${SHOOTER}/sms/list?q=%00`, 'q'],
  [`${SHOOTER}/sms/list?q=${'q'.repeat(101)}`, 'q'],
  [`${SHOOTER}/sms/list?brand_id=${'b'.repeat(65)}`, 'brand_id'],
  [`${SHOOTER}/sms/list?from=yesterday`, 'from'],
  [`${SHOOTER}/sms/list?from=2026-01-31T12:00:00`, 'from'],
  [`${SHOOTER}/sms/list?to=9999-01-01T00:00:00Z`, 'to'],
  [`${SHOOTER}/sms/list?cursor=nonsense`, 'cursor'],
  [`${SHOOTER}/sms/list?cursor=%2F`, 'cursor'],
  [`${SHOOTER}/sms/list?limit=0`, 'limit'],
  [`${SHOOTER}/sms/list?limit=201`, 'limit'],
  [`${SHOOTER}/sms/list?limit=5&limit=6`, 'limit'],
  [`${SHOOTER}/sms/list?colour=red`, 'colour'],
  [`${SHOOTER}/gap/list?status=lost`, 'status'],
  [`${SHOOTER}/gap/list?cursor=nonsense`, 'cursor'],
  [`${SHOOTER}/gap/list?limit=0`, 'limit'],
  [`${SHOOTER}/gap/list?limit=201`, 'limit'],
  [`${SHOOTER}/gap/list?colour=red`, 'colour'],
  [`${SHOOTER}/gap/get?id=0`, 'id'],
  [`${SHOOTER}/gap/get?id=one`, 'id'],
  [`${SHOOTER}/gap/get`, 'id'],
  [`${SHOOTER}/sms/get`, 'id'],
  [`${SHOOTER}/sms/get?id=abc`, 'id'],
  [`${SHOOTER}/sms/get?id=-1`, 'id'],
  [`${SHOOTER}/sms/get?id=99999999999999999999`, 'id'],
  [`${SHOOTER}/phone/list?page=2`, 'page'],
  [`${SHOOTER}/template/list?page=2`, 'page'],
  [`${SHOOTER}/device/list?page=2`, 'page'],
  [`${STATS}/top-info?page=2`, 'page'],
  [`${STATS}/counts?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`, 'to'],
  [`${STATS}/counts?since=2026-01-02T00:00:00Z`, 'since'],
];

/** What may not stand where `value` stands. */
function spoiled(value: unknown): readonly unknown[] {
  const anything: unknown[] = [{ of: 'another type' }, Number.NaN];
  if (typeof value === 'string') return [...anything, 7, ['x'], 'x'.repeat(6_000), 'x\u0000', 'x\ud800', '\udc00x'];
  if (typeof value === 'number') return [...anything, '1', 1.5, -1, 2 ** 53];
  if (typeof value === 'boolean') return [...anything, 'true', 1];
  return [...anything, 'ABANK', [7], ['\ud800'], ['x\u0000'], []];
}

describe('bad input to recon', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after('nothing was written', async () => {
    for (const table of [
      'shooter_sms',
      'shooter_phone',
      'shooter_template_recharge',
      'shooter_device',
      'recon_review',
      'recon_audit',
      'recon_hook_message',
    ]) {
      const rows: unknown[] = await api.owner(table).select();
      assert.deepEqual(rows, [], table);
    }
    await api.stop();
  });

  const senders: readonly (readonly [path: string, body: Body, send: (body: unknown) => Promise<Reply>])[] = [
    ...BODIES.map(([path, body]) => [path, body, (given: unknown) => api.post(path, given)] as const),
    ['/hooks/sms/generic', HOOK, (given) => api.hook(given)],
  ];

  for (const [path, good, send] of senders) {
    for (const [field, value] of Object.entries(good)) {
      it(`${path} names ${field} where it is spoiled`, async () => {
        for (const bad of [...spoiled(value), ...(NULLABLE.has(field) ? [] : [null])]) {
          if (field === 'priority' && bad === -1) continue;
          if (NULLABLE.has(field) && Number.isNaN(bad)) continue;
          assertNames(await send({ ...good, [field]: bad }), field, JSON.stringify(bad).slice(0, 40));
        }
      });
    }

    it(`${path} refuses a field that nobody knows, a body that is none, and one that is too large`, async () => {
      assertNames(await send({ ...good, colour: 'red' }), 'colour', 'unknown');
      assertNames(await send(`{"__proto__":{"id":1},${JSON.stringify(good).slice(1)}`), '__proto__', 'prototype');
      const bodies: [string, number, string][] = [
        ['{"id":', 400, 'bad_json'],
        ['', 400, 'bad_json'],
        [`\ufeff${JSON.stringify(good)}`, 400, 'bad_json'],
        ['[]', 400, 'bad_request'],
        ['null', 400, 'bad_request'],
        [JSON.stringify({ ...good, remark: 'x'.repeat(1024 * 1024) }), 413, 'body_too_large'],
      ];
      for (const [body, status, code] of bodies) {
        const reply = await send(body);
        assert.deepEqual([reply.status, reply.json.error?.code], [status, code], body.slice(0, 20));
      }
    });
  }

  for (const [path, body] of BODIES) {
    it(`${path} takes JSON in UTF-8 only, as it is, and no query`, async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', undefined]) {
        const reply = await api.request('POST', path, JSON.stringify(body), { 'content-type': type ?? 'nothing' });
        assert.deepEqual([reply.status, reply.json.error?.code], [415, 'unsupported_media_type']);
      }
      const zipped = await api.request('POST', path, body, { 'content-encoding': 'gzip' });
      assert.deepEqual([zipped.status, zipped.json.error?.code], [415, 'unsupported_encoding']);
      assertNames(await api.post(`${path}?force=1`, body), 'force', 'query');
      const broken = await fetch(api.url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-caller-service': 'ops',
          'x-internal-service-token': 'token-of-ops-000001',
        },
        body: Buffer.from([0x7b, 0xff, 0x7d]),
      });
      assert.equal(broken.status, 400);
    });
  }

  for (const [path, field] of READS)
    it(`${path.slice(0, 80)} is a 400 that names ${field}`, async () => {
      assertNames(await api.get(path), field, path);
    });

  it('a name that a caller made up comes back cut and readable', async () => {
    const reply = await api.post(`${SHOOTER}/phone/delete`, { id: 1, [`\ud800${'x'.repeat(5_000)}`]: 1 });
    assert.equal(reply.status, 400);
    assert.ok(reply.text.length < 600, reply.text.slice(0, 100));
  });

  it('ids that stand for nothing are 404s with a code of their own', async () => {
    const answers: [string, Body, string][] = [
      [`${SHOOTER}/template/delete`, { id: 404 }, 'unknown_template'],
      [`${SHOOTER}/template/enable`, { id: 404, enabled: true }, 'unknown_template'],
      [`${SHOOTER}/phone/delete`, { id: 404 }, 'unknown_phone'],
      [`${SHOOTER}/device/trust`, { id: 404, trusted: true }, 'unknown_device'],
      [`${SHOOTER}/device/delete`, { id: 404 }, 'unknown_device'],
      [`${SHOOTER}/sms/check`, { id: 404, verdict: 'note', reviewer: 'ann', review_id: 'r' }, 'unknown_sms'],
      [`${SHOOTER}/sms/reset`, { id: 404, reason: 'r', actor: 'ann', request_id: 'r' }, 'unknown_sms'],
    ];
    for (const [path, body, code] of answers) {
      const reply = await api.post(path, body);
      assert.deepEqual([reply.status, reply.json.error?.code], [404, code], path);
    }
    assert.equal((await api.get(`${SHOOTER}/sms/get?id=404`)).json.error?.code, 'unknown_sms');
  });
});

function assertNames(reply: Reply, field: string, what: string): void {
  assert.deepEqual(
    [reply.status, reply.json.error?.code],
    [400, 'bad_request'],
    `${what}: ${reply.text.slice(0, 300)}`,
  );
  const details = reply.json.error?.details as { field: string; problem: string }[];
  assert.ok(
    details.some((detail) => detail.field === field || detail.field.startsWith(`${field}.`)),
    `${what}: ${reply.text.slice(0, 300)}`,
  );
}
