import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { createMoneySource } from '../support/money';
import { startHouse, type House } from '../support/house';

describe('the front door', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse({ worker: false });
  });
  after(() => house.stop());

  const count = async (table: string): Promise<number> => {
    const { rows } = await house.owner.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM ${table}`);
    return rows[0]?.n ?? 0;
  };
  const counts = async () =>
    Promise.all(['shooter_sms', 'shooter_sms_sighting', 'recon_hook_message', 'shooter_device'].map(count));
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');

  it('makes one row and one run of the same SMS sent a hundred times at once', async () => {
    const delivery = { body: money().text(), messageId: 'm-100', receivedAt: new Date() };
    const before = await count('shooter_sms');
    const answers = await Promise.all(Array.from({ length: 100 }, () => house.deliver(delivery)));
    const [first] = answers;
    assert.ok(first);
    assert.ok(answers.every(({ smsId, workflowId }) => smsId === first.smsId && workflowId === first.workflowId));
    assert.equal(answers.filter(({ duplicate }) => !duplicate).length, 1);
    assert.equal(await count('shooter_sms'), before + 1);
    await house.startWorker();
    await house.reaches(first.smsId, 'waiting_for_deposit');
    const runs = [];
    for await (const run of house.client.workflow.list({ query: `WorkflowId = "${first.workflowId}"` }))
      runs.push(run.runId);
    assert.ok(runs.length <= 1, 'the list may lag, but never shows two');
    await house.stopWorker();
  });

  it('gives the same delivery its first answer again', async () => {
    const delivery = { body: money().text(), messageId: randomUUID(), receivedAt: new Date() };
    const first = await house.deliver(delivery);
    assert.deepEqual([first.duplicate, first.paired], [false, false]);
    const before = await counts();
    assert.deepEqual(await house.deliver(delivery), { ...first, duplicate: true });
    assert.deepEqual(await counts(), before);
  });

  it('takes the same message id with another text for a new SMS, and raises an alarm', async () => {
    const messageId = randomUUID();
    const first = await house.deliver({ body: money().text(), messageId });
    const second = await house.deliver({ body: money().text(), messageId });
    assert.notEqual(second.smsId, first.smsId);
    assert.equal((await house.sms(second.smsId)).status, 'received');
    const { rows: audit } = await house.owner.raw<{ rows: { after: unknown }[] }>(
      `SELECT after FROM recon_audit WHERE action = 'sighting.message_id_reused' AND sms_id = ?`,
      [second.smsId],
    );
    assert.deepEqual(audit, [{ after: { sms_id: second.smsId, earlier_sms_id: first.smsId } }]);
    const { rows: outbox } = await house.owner.raw<{ rows: { payload: unknown }[] }>(
      `SELECT payload FROM recon_outbox WHERE topic = 'alarm' AND key = ?`,
      [`message_id_reused:${second.smsId}`],
    );
    assert.equal(outbox.length, 1);
  });

  it('puts the same message id and text with another time before a person', async () => {
    const delivery = { body: money().text(), messageId: randomUUID() };
    const first = await house.deliver({ ...delivery, receivedAt: new Date(Date.now() - 3_600_000) });
    const second = await house.deliver({ ...delivery, receivedAt: new Date() });
    const row = await house.sms(second.smsId);
    assert.deepEqual(
      [row.status, row.reviewReason, row.duplicateOf, row.autoHold],
      ['awaiting_review', 'possible_duplicate', first.smsId, 'possible_duplicate'],
    );
    assert.equal((await house.sms(first.smsId)).status, 'received');
  });

  it('pairs two sources, and writes a sighting for each', async () => {
    const delivery = { body: money().text(), sourceAccount: 'line-7', receivedAt: new Date() };
    const first = await house.deliver({ ...delivery, source: 'webhook' });
    const second = await house.deliver({
      ...delivery,
      source: 'manual',
      receivedAt: new Date(delivery.receivedAt.getTime() + 3_000),
    });
    assert.deepEqual([second.smsId, second.paired, second.duplicate], [first.smsId, true, false]);
  });

  it('pairs fifty equal payments of two sources k-th with k-th when all hundred arrive at once', async () => {
    const body = money().text();
    const start = Date.now() - 3_600_000;
    const sightings = Array.from({ length: 50 }, (_, k) => k).flatMap((k) => [
      { source: 'webhook' as const, sourceAccount: 'line-8', body, receivedAt: new Date(start + k * 20_000) },
      { source: 'pushbullet' as const, sourceAccount: 'line-8', body, receivedAt: new Date(start + k * 20_000 + 900) },
    ]);
    const answers = await Promise.all(sightings.map((sighting) => house.deliver(sighting)));
    assert.equal(new Set(answers.map(({ smsId }) => smsId)).size, 50);
    const { rows } = await house.owner.raw<{ rows: { sightings: number }[] }>(
      `SELECT count(*)::int AS sightings FROM shooter_sms_sighting WHERE sms_id = ANY(?) GROUP BY sms_id`,
      [answers.map(({ smsId }) => smsId)],
    );
    assert.ok(rows.every((row) => row.sightings === 2));
  });

  it('puts a copy that may be another payment before a person, and leaves the first alone', async () => {
    const delivery = { body: money().text(), sourceAccount: 'line-9', receivedAt: new Date() };
    const first = await house.deliver({ ...delivery, source: 'webhook' });
    const second = await house.deliver({
      ...delivery,
      source: 'pushbullet',
      receivedAt: new Date(delivery.receivedAt.getTime() - 60_000),
    });
    assert.notEqual(first.smsId, second.smsId);
    const [one, two] = [await house.sms(first.smsId), await house.sms(second.smsId)];
    assert.equal(one.status, 'received');
    assert.deepEqual([two.status, two.reviewReason], ['awaiting_review', 'possible_duplicate']);
  });

  it('answers a hook’s id and body again as at first, and writes nothing for the id with another body', async () => {
    const hook = { channel: 'generic', webhookId: randomUUID(), bodyHash: sha('one') };
    const delivery = { body: money().text(), messageId: randomUUID(), receivedAt: new Date(), hook };
    const first = await house.deliver(delivery);
    assert.deepEqual(await house.deliver(delivery), { ...first, duplicate: true });
    const before = await counts();
    const conflict = await house.tryDeliver({
      ...delivery,
      body: money().text(),
      deviceId: 'a phone that nobody has seen',
      hook: { ...hook, bodyHash: sha('two') },
    });
    assert.deepEqual(conflict, { conflict: 'webhook_id_reused' });
    assert.deepEqual(await counts(), before);
  });

  it('lets one of two bodies under one hook id in when both come at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const webhookId = randomUUID();
      const results = await Promise.all(
        ['one', 'two'].map((body) =>
          house.tryDeliver({ body: money().text(), hook: { channel: 'generic', webhookId, bodyHash: sha(body) } }),
        ),
      );
      assert.equal(results.filter((result) => 'conflict' in result).length, 1);
    }
  });

  it('registers a phone once when its first SMS come at once', async () => {
    const deviceId = randomUUID();
    await Promise.all(Array.from({ length: 20 }, () => house.deliver({ body: money().text(), deviceId })));
    const { rows } = await house.owner.raw<{ rows: unknown[] }>(`SELECT id FROM shooter_device WHERE external_id = ?`, [
      deviceId,
    ]);
    assert.equal(rows.length, 1);
  });
});
