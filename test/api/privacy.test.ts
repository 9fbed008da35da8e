import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { HOOK_SECRET, PARSED, seedSms, SHOOTER, startTestApi, type TestApi } from '../support/api';

const SECRET_TEXT = 'Zahlungseingang 77,01 EUR von Erika Musterfrau';
const SECRET_SENDER = 'VERYPRIVATE';
const TOKEN = 'token-of-ops-000001';

describe('what the API logs', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  it('is route, status, duration and caller; never a text, a sender, a name, a remark, a query or a secret', async () => {
    const sms = { source_account: 'l', message_id: 'm-1', sender: SECRET_SENDER, body: SECRET_TEXT };
    const received_at = new Date().toISOString();
    const { json } = await api.hook({ ...sms, received_at });
    await api.hook({ ...sms, received_at, colour: SECRET_TEXT });
    await api.hook({ ...sms, received_at: SECRET_TEXT });
    await api.hook(SECRET_TEXT);
    await api.hook({ ...sms, received_at }, { headers: { 'webhook-signature': 'v1,wrong' } });
    const id = await seedSms(api.owner, { ...PARSED, payer_name: 'Erika Musterfrau', body: SECRET_TEXT });
    await api.get(`${SHOOTER}/sms/get?id=${id}`);
    await api.get(`${SHOOTER}/sms/list?q=${encodeURIComponent('Erika Musterfrau')}`);
    await api.get(`${SHOOTER}/${SECRET_SENDER}`);
    const check = { id, verdict: 'reject', reviewer: 'rita', review_id: randomUUID(), remark: SECRET_TEXT };
    await api.post(`${SHOOTER}/sms/check`, check);
    await api.post(`${SHOOTER}/phone/add`, { sender: SECRET_SENDER, label: 'Erika Musterfrau' });
    await api.request('GET', `${SHOOTER}/phone/list`, undefined, { 'x-internal-service-token': `${TOKEN}-wrong` });

    const log = api.log();
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const hook = lines.find((line) => line['path'] === '/hooks/sms/generic' && line['status'] === 200);
    assert.ok(hook && typeof hook['durationMs'] === 'number', log);
    const change = lines.find((line) => line['path'] === `${SHOOTER}/phone/add`);
    assert.deepEqual([change?.['method'], change?.['status'], change?.['caller']], ['POST', 200, 'ops']);
    for (const secret of [SECRET_TEXT, SECRET_SENDER, 'Musterfrau', 'Zahlungseingang', TOKEN, HOOK_SECRET])
      assert.ok(!log.includes(secret), `${secret} is in the log`);
    assert.equal(json['duplicate'], false);
  });

  it('and a fault of the database is told by its code, to the log and to the caller', async () => {
    const without = await startTestApi();
    await without.owner.raw('ALTER TABLE shooter_sms ADD CONSTRAINT nothing_private CHECK (body IS NULL) NOT VALID');
    const sms = { source_account: 'l', message_id: 'm-2', sender: SECRET_SENDER, body: SECRET_TEXT };
    const reply = await without.hook({ ...sms, received_at: new Date().toISOString() });
    assert.deepEqual([reply.status, reply.json.error?.code], [500, 'internal']);
    assert.match(without.log(), /"code":"23514","constraint":"nothing_private"/);
    for (const secret of [SECRET_TEXT, SECRET_SENDER, 'Musterfrau'])
      assert.ok(!without.log().includes(secret) && !reply.text.includes(secret), `${secret} is told`);
    await without.stop();
  });
});
