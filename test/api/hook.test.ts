import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { Webhook } from 'standardwebhooks';
import { createIntake } from '../../intake/accept-sms';
import { ConfigError } from '../../service/config';
import { createKnex } from '../../service/postgres';
import { createHookVerifier } from '../../api/hook-signature';
import { HOOK_SECRET, NEXT_HOOK_SECRET, startTestApi, type HookOver, type TestApi } from '../support/api';

const sms = (over: Record<string, unknown> = {}) => ({
  source_account: 'line-1',
  message_id: randomUUID(),
  sender: 'RHEINBANK',
  body: 'Zahlungseingang 123,45 EUR',
  received_at: new Date().toISOString(),
  ...over,
});
const seconds = (ago: number) => new Date(Date.now() - ago * 1000);

describe('the signed hook', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  const countSms = async () => Number((await api.owner('shooter_sms').count())[0]?.['count']);

  it('answers with the id once the SMS is written, though Temporal is away', async () => {
    const reply = await api.hook(sms({ device_id: null }));
    assert.equal(reply.status, 200);
    const { id, workflow_id, duplicate } = reply.json;
    assert.deepEqual([workflow_id, duplicate], [`sms-${String(id)}`, false]);
    const row = await api.owner('shooter_sms').where({ id }).first<{ status: string; body: string; source: string }>();
    assert.deepEqual([row.status, row.body, row.source], ['received', 'Zahlungseingang 123,45 EUR', 'webhook']);
  });

  it('gives the first answer again to the same id and body, and refuses the id for another body', async () => {
    const body = sms();
    const first = await api.hook(body, { id: 'msg_same' });
    const before = await countSms();
    const again = await api.hook(body, { id: 'msg_same' });
    assert.deepEqual(again.json, { ...first.json, duplicate: true });
    const other = await api.hook({ ...body, body: 'another text' }, { id: 'msg_same' });
    assert.deepEqual([other.status, other.json.error?.code], [409, 'webhook_id_reused']);
    assert.equal(await countSms(), before);
  });

  it('gives the first answer again to the same delivery under another id', async () => {
    const body = sms();
    const first = await api.hook(body);
    const again = await api.hook(body);
    assert.deepEqual(again.json, { ...first.json, duplicate: true });
  });

  it('is one SMS when the same request comes fifty times at once', async () => {
    const body = sms();
    const replies = await Promise.all(Array.from({ length: 50 }, () => api.hook(body, { id: 'msg_fifty' })));
    assert.deepEqual([...new Set(replies.map((reply) => reply.status))], [200]);
    assert.equal(new Set(replies.map((reply) => reply.json['id'])).size, 1);
    assert.equal(replies.filter((reply) => reply.json['duplicate'] === false).length, 1);
  });

  it('takes both secrets while one is rotated, and a signature among others', async () => {
    assert.equal((await api.hook(sms(), { secret: NEXT_HOOK_SECRET })).status, 200);
    const body = JSON.stringify(sms());
    const at = new Date();
    const good = new Webhook(HOOK_SECRET).sign('msg_many', at, body);
    const several = await api.hook(body, {
      id: 'msg_many',
      timestamp: at,
      headers: { 'webhook-signature': `v1a,xyz v1,d3Jvbmc= ${good}` },
    });
    assert.equal(several.status, 200);
  });

  const REFUSED: readonly [what: string, over: HookOver, status: number, code: string][] = [
    ['no webhook-id', { headers: { 'webhook-id': undefined } }, 401, 'webhook_id_missing'],
    ['no webhook-timestamp', { headers: { 'webhook-timestamp': undefined } }, 401, 'webhook_timestamp_missing'],
    ['no webhook-signature', { headers: { 'webhook-signature': undefined } }, 401, 'webhook_signature_missing'],
    ['a timestamp of five minutes ago', { timestamp: seconds(900) }, 401, 'webhook_timestamp_stale'],
    ['a timestamp of the future', { timestamp: seconds(-900) }, 401, 'webhook_timestamp_stale'],
    ['a timestamp that is no number', { headers: { 'webhook-timestamp': '17e8' } }, 401, 'webhook_timestamp_wrong'],
    ['a signature of another id', { headers: { 'webhook-id': 'msg_other' } }, 401, 'webhook_signature_wrong'],
    ['a signature of nobody', { headers: { 'webhook-signature': 'v1,bm9ib2R5' } }, 401, 'webhook_signature_wrong'],
    ['no signature at all', { headers: { 'webhook-signature': 'v1' } }, 401, 'webhook_signature_wrong'],
    [
      'an unknown secret',
      { secret: `whsec_${Buffer.from('a secret of nobody').toString('base64')}` },
      401,
      'webhook_signature_wrong',
    ],
    ['an id that is too long', { id: 'm'.repeat(201) }, 400, 'bad_request'],
    ['text in place of JSON', { headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['a query', { path: '/hooks/sms/generic?force=1' }, 400, 'bad_request'],
  ];
  for (const [what, over, status, code] of REFUSED) {
    it(`refuses ${what} with ${code}, and writes nothing`, async () => {
      const before = await countSms();
      const reply = await api.hook(sms(), over);
      assert.deepEqual([reply.status, reply.json.error?.code], [status, code], reply.text);
      assert.equal(await countSms(), before);
    });
  }

  it('refuses a body that was changed on the way', async () => {
    const signed = JSON.stringify(sms());
    const at = new Date();
    const signature = new Webhook(HOOK_SECRET).sign('msg_changed', at, signed);
    const over = { id: 'msg_changed', timestamp: at, headers: { 'webhook-signature': signature } };
    const reply = await api.hook(signed.replace('123,45', '923,45'), over);
    assert.deepEqual([reply.status, reply.json.error?.code], [401, 'webhook_signature_wrong']);
  });

  it('says before it reads the body that a header is missing', async () => {
    const reply = await api.hook('x'.repeat(1024 * 1024), { headers: { 'webhook-id': undefined } });
    assert.deepEqual([reply.status, reply.json.error?.code], [401, 'webhook_id_missing']);
  });

  it('refuses a sender that is none', async () => {
    for (const sender of ['bank!', '+1', '۱۲']) {
      const reply = await api.hook(sms({ sender }));
      assert.deepEqual([reply.status, reply.json.error?.code], [422, 'sender_not_valid'], sender);
    }
  });

  it('takes the longest text there is in any script, however it is escaped, and refuses one character more', async () => {
    const escaped = (length: number) => JSON.stringify(sms({ body: 'TEXT' })).replace('TEXT', '\\u0646'.repeat(length));
    assert.equal((await api.hook(escaped(2_000))).status, 200);
    assert.equal((await api.hook(escaped(2_001))).status, 400);
  });

  it('holds what an unknown device brings, and runs it through once it is trusted', async () => {
    const { json } = await api.hook(sms({ device_id: 'phone-7', body: randomUUID() }));
    const { json: held } = await api.get(`/internal/recon/shooter/sms/get?id=${String(json['id'])}`);
    assert.equal((held['sms'] as { status: string }).status, 'held_untrusted_device');
    const { json: list } = await api.get('/internal/recon/shooter/device/list');
    const device = (list['items'] as { id: number; external_id: string; trusted: boolean }[]).find(
      ({ external_id }) => external_id === 'phone-7',
    );
    assert.ok(device);
    assert.equal(device.trusted, false);
    const trust = await api.post('/internal/recon/shooter/device/trust', {
      id: device.id,
      trusted: true,
      actor: 'ann',
    });
    assert.deepEqual([trust.json['trusted'], trust.json['trusted_by']], [true, 'ann']);
    const next = await api.hook(sms({ device_id: 'phone-7', body: randomUUID() }));
    const row = await api.owner('shooter_sms').where({ id: next.json['id'] }).first<{ status: string }>();
    assert.equal(row.status, 'received');
    assert.equal((await api.post('/internal/recon/shooter/device/delete', { id: device.id })).status, 200);
    const actions = await api
      .owner('recon_audit')
      .where({ subject: `device:${device.id}` })
      .pluck('action');
    assert.deepEqual(actions, ['device.trust', 'device.delete']);
  });

  it('is closed while it has no secret', async () => {
    const closed = await startTestApi({ hookSecrets: new Map() });
    const reply = await closed.hook(sms());
    assert.deepEqual([reply.status, reply.json.error?.code], [401, 'hook_not_configured']);
    await closed.stop();
  });

  it('acknowledges nothing while PostgreSQL is away', async () => {
    const url = 'postgres://postgres@127.0.0.1:1/nowhere';
    const db = createKnex({ url, applicationName: 'test-api', poolSize: 2, acquireTimeoutMs: 300 });
    const never = () => Promise.reject(new Error('not called'));
    const starter = { startNew: never, startAgain: never };
    const intake = createIntake({ db, starter, logger: pino({ level: 'silent' }), defaultCountry: undefined });
    const without = await startTestApi({ db, intake });
    const reply = await without.hook(sms());
    assert.deepEqual([reply.status, reply.json.error?.code], [503, 'database_unavailable']);
    assert.ok(reply.headers.get('retry-after'));
    assert.deepEqual((await without.get('/readyz')).json, { ready: false });
    assert.equal((await without.get('/healthz')).status, 200);
    await without.stop();
    await db.destroy();
  });
});

describe('the secrets of a hook', () => {
  it('stop the process where they are malformed, by the name of the variable', () => {
    const named = (error: unknown) => error instanceof ConfigError && error.message.includes('HOOK_SECRETS_GENERIC');
    assert.throws(() => createHookVerifier('generic', ['whsec_not base64!']), named);
    assert.throws(() => createHookVerifier('generic', [HOOK_SECRET, HOOK_SECRET, HOOK_SECRET]), named);
  });
});
