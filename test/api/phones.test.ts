import assert from 'node:assert/strict';
import { seedSms, SHOOTER, startTestApi, type TestApi } from '../support/api';

describe('the whitelist', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  const add = (body: Record<string, unknown>) => api.post(`${SHOOTER}/phone/add`, body);
  const senders = async () =>
    ((await api.get(`${SHOOTER}/phone/list`)).json['items'] as { sender_normal: string }[]).map(
      (phone) => phone.sender_normal,
    );

  it('holds a sender once, however it is written, until it is taken off', async () => {
    const first = await add({ sender: 'JD-HDFCBK-S', label: 'HDFC', actor: 'ann' });
    assert.equal(first.status, 200);
    assert.deepEqual(
      [first.json['sender'], first.json['sender_normal'], first.json['created_by']],
      ['JD-HDFCBK-S', 'HDFCBK', 'ann'],
    );
    const again = await add({ sender: 'hdfcbk' });
    assert.deepEqual([again.status, again.json.error?.code], [409, 'phone_exists']);
    assert.deepEqual(again.json.error?.details, { id: first.json['id'] });
    assert.deepEqual(await senders(), ['HDFCBK']);
    const id = first.json['id'];
    assert.deepEqual((await api.post(`${SHOOTER}/phone/delete`, { id })).json, { id, deleted: true });
    assert.equal((await api.post(`${SHOOTER}/phone/delete`, { id })).status, 404);
    assert.deepEqual(await senders(), []);
    assert.equal((await add({ sender: 'HDFCBK' })).status, 200);
    const audit = await api
      .owner('recon_audit')
      .where({ subject: `phone:${String(id)}` })
      .orderBy('id');
    assert.deepEqual(
      audit.map((entry: { action: string; actor: string }) => [entry.action, entry.actor]),
      [
        ['phone.add', 'ann'],
        ['phone.delete', 'ops'],
      ],
    );
  });

  it('is asked for the same sender twenty times at once, and lists it once', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => add({ sender: '+98 912 123 4567' })));
    assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('refuses what is no sender, and says why', async () => {
    const reply = await add({ sender: '0912 123 4567' });
    assert.deepEqual([reply.status, reply.json.error?.code], [422, 'sender_not_valid']);
    assert.match(reply.json.error?.message ?? '', /country code/);
    const here = await startTestApi({ defaultCountry: 'IR' });
    assert.equal(
      (await here.post(`${SHOOTER}/phone/add`, { sender: '0912 123 4567' })).json['sender_normal'],
      '+989121234567',
    );
    await here.stop();
  });

  it('shows what a new sender would have let through, newest first, and leaves it as it is', async () => {
    const stopped = { status: 'not_whitelisted', sender: 'SPARBK', sender_normal: 'SPARBK' };
    const ids: number[] = [];
    for (let n = 0; n < 60; n += 1) ids.unshift(await seedSms(api.owner, stopped));
    await seedSms(api.owner, { ...stopped, status: 'received' });
    const { json } = await add({ sender: 'SPARBK' });
    assert.deepEqual(json['would_run'], { count: 60, ids: ids.slice(0, 50) });
    assert.equal(json['run_again'], null);
    const [{ count }] = (await api.owner('shooter_sms').where(stopped).count()) as [{ count: number }];
    assert.equal(count, 60);
  });

  it('runs it again on request: a reset of each, in its name, audited', async () => {
    const stopped = { status: 'not_whitelisted', sender: 'VOLKSB', sender_normal: 'VOLKSB' };
    const ids = [await seedSms(api.owner, stopped), await seedSms(api.owner, stopped)];
    const { json } = await add({ sender: 'VOLKSB', actor: 'ann', run_again: true });
    assert.deepEqual(json['run_again'], { submitted: 2, applied: 2, recorded: 0, refused: 0 });
    for (const id of ids) {
      const row = await api.owner('shooter_sms').where({ id }).first<{ status: string; attempt: number }>();
      assert.deepEqual([row.status, row.attempt], ['received', 2]);
      const entry: unknown = await api.owner('recon_audit').where({ sms_id: id }).first('actor', 'action', 'reason');
      assert.deepEqual(entry, { actor: 'ann', action: 'sms.reset', reason: `phone ${String(json['id'])} was listed` });
    }
  });
});
