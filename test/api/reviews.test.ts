import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { linkTemporal, type TemporalLink } from '../../api/temporal-client';
import { findReview } from '../../db/reviews';
import { workflowIdOf } from '../../domain/sms';
import { SHOOTER, startTestApi, type TestApi } from '../support/api';
import { creditText, startHouse, type House } from '../support/house';
import { until } from '../support/until';
import type { Reply } from '../support/wallet';

describe('a review through the API, with the real workflow', function () {
  this.timeout(120_000);
  let house: House;
  let temporal: TemporalLink;
  let api: TestApi;
  before(async () => {
    house = await startHouse({ env: { MATCH_WAIT: '1h', FOUR_EYES_AMOUNT_MINOR: 'EUR=1000000' } });
    temporal = linkTemporal(house.config);
    const { db, owner, databaseUrl, config } = house;
    const parts = { db, owner, databaseUrl, client: temporal.client, taskQueue: config.TEMPORAL_TASK_QUEUE };
    api = await startTestApi({ fourEyes: config.FOUR_EYES_AMOUNT_MINOR }, parts);
  });
  after(async () => {
    await api.stop();
    await temporal.close();
    await house.stop();
  });

  const check = (id: number, verdict: string, given: Record<string, unknown> = {}) =>
    api.post(`${SHOOTER}/sms/check`, { id, verdict, reviewer: 'rita', review_id: randomUUID(), ...given });
  const reset = (id: number, given: Record<string, unknown> = {}) =>
    api.post(`${SHOOTER}/sms/reset`, { id, reason: 'look again', actor: 'ann', request_id: randomUUID(), ...given });
  const told = (reply: Reply) => [reply.status, reply.json.error?.code];

  let amount = 20_000;
  /** Two deposits of one money that no other test uses, and an SMS that could pay either: it always waits for a person. */
  async function ambiguous(): Promise<{ id: number; orders: readonly [string, string] }> {
    amount += 1;
    const euros = `${Math.floor(amount / 100)},${String(amount % 100).padStart(2, '0')}`;
    const first = await house.wallet.deposit({ amount_minor: amount });
    const second = await house.wallet.deposit({ amount_minor: amount });
    const { smsId } = await house.deliver({ body: creditText(euros) });
    await house.reaches(smsId, 'awaiting_review');
    return { id: smsId, orders: [first.order_id, second.order_id] };
  }

  it('approves, and the wallet credits once, also when the same request is sent again', async () => {
    const { id, orders } = await ambiguous();
    const review_id = randomUUID();
    const reply = await check(id, 'approve', { order_id: orders[0], review_id });
    assert.deepEqual([reply.status, reply.json['effect']], [200, 'applied'], reply.text);
    const sms = await house.reaches(id, 'approved');
    assert.deepEqual([sms.orderId, sms.checkedBy, sms.matchKind], [orders[0], 'rita', 'manual']);
    assert.deepEqual((await check(id, 'approve', { order_id: orders[0], review_id })).json, reply.json);
    const { json: deposit } = await house.wallet.request('GET', `/internal/wallet/deposits/${orders[0]}`);
    assert.equal(deposit['status'], 'approved');
  });

  it('of two reviewers at once one wins, and the other is told what happened', async () => {
    const { id, orders } = await ambiguous();
    const replies = await Promise.all([
      check(id, 'approve', { order_id: orders[0], reviewer: 'rita' }),
      check(id, 'approve', { order_id: orders[1], reviewer: 'ann' }),
    ]);
    const [won, lost] = [...replies].sort((a, b) => a.status - b.status);
    assert.deepEqual([won?.status, lost?.status], [200, 409], replies.map((reply) => reply.text).join('\n'));
    const sms = await house.reaches(id, 'approved');
    assert.match(lost?.json.error?.message ?? '', new RegExp(`by ${sms.checkedBy ?? ''} at 20`));
  });

  it('rejects and abandons; a closed SMS says by whom', async () => {
    for (const [verdict, status] of [
      ['reject', 'rejected'],
      ['abandon', 'abandoned'],
    ] as const) {
      const { id } = await ambiguous();
      assert.deepEqual((await check(id, verdict)).json['status'], status);
      await house.reaches(id, status);
      const late = await check(id, 'reject', { reviewer: 'ann' });
      assert.deepEqual(told(late), [409, 'already_closed']);
      assert.match(late.json.error?.message ?? '', /by rita at/);
    }
  });

  it('can be taken back within its undo time, and confirmed before it is over', async () => {
    const { id, orders } = await ambiguous();
    const approve = { order_id: orders[0], undo_seconds: 600 };
    assert.equal((await check(id, 'approve', approve)).json['status'], 'decision_pending');
    assert.equal((await check(id, 'undo')).json['status'], 'awaiting_review');
    assert.equal((await house.sms(id)).orderId, null);
    assert.equal((await check(id, 'approve', approve)).json['status'], 'decision_pending');
    assert.equal((await check(id, 'confirm')).status, 200);
    await house.reaches(id, 'approved');
  });

  it('a large amount needs a second person', async () => {
    const order = await house.wallet.deposit({ amount_minor: 2_000_000 });
    await house.wallet.deposit({ amount_minor: 2_000_000 });
    const { smsId: id } = await house.deliver({ body: creditText('20.000,00') });
    await house.reaches(id, 'awaiting_review');
    const first = await check(id, 'approve', { order_id: order.order_id });
    assert.equal(first.json['status'], 'awaiting_second_approval');
    assert.deepEqual(told(await check(id, 'confirm')), [409, 'same_reviewer']);
    assert.equal((await check(id, 'confirm', { reviewer: 'ann' })).status, 200);
    await house.reaches(id, 'approved');
  });

  it('resets an open SMS inside its run, one attempt on', async () => {
    const { id } = await ambiguous();
    const reply = await reset(id);
    assert.deepEqual([reply.status, reply.json['effect']], [200, 'applied'], reply.text);
    await until(async () => {
      const { status, attempt } = await house.sms(id);
      return status === 'awaiting_review' && attempt === 2;
    });
    assert.equal((await check(id, 'reject')).json['status'], 'rejected');
  });

  it('a closed SMS is reset by the rows, and its run starts again', async () => {
    const { smsId: id } = await house.deliver({ sender: 'NOBODY', body: 'hello' });
    await house.reaches(id, 'not_whitelisted');
    await house.client.workflow.getHandle(workflowIdOf(id)).result();
    const added = await api.post(`${SHOOTER}/phone/add`, { sender: 'NOBODY', run_again: true, actor: 'ann' });
    assert.deepEqual(added.json['would_run'], { count: 1, ids: [id] }, added.text);
    assert.deepEqual(added.json['run_again'], { submitted: 1, applied: 1, recorded: 0, refused: 0 });
    const sms = await house.reaches(id, 'awaiting_review', 'not_a_credit');
    assert.equal(sms.attempt, 2);
  });

  it('an approved SMS is not reset', async () => {
    const { id, orders } = await ambiguous();
    await check(id, 'approve', { order_id: orders[0] });
    await house.reaches(id, 'approved');
    assert.deepEqual(told(await reset(id)), [409, 'already_approved']);
  });

  it('shows what the run itself says, with the link to it', async () => {
    const { id } = await ambiguous();
    const { json } = await api.get(`${SHOOTER}/sms/get?id=${id}`);
    const workflow = json['workflow'] as { status: string; reason: string; story: string[] };
    assert.deepEqual([workflow.status, workflow.reason], ['awaiting_review', 'ambiguous']);
    assert.ok(workflow.story.length > 0);
    assert.ok((json['decisions'] as unknown[]).length >= 3);
    await check(id, 'reject');
  });

  it('a run that was terminated leaves the request recorded for when it runs again', async () => {
    const { id } = await ambiguous();
    await house.client.workflow.getHandle(workflowIdOf(id)).terminate('by the test');
    const review_id = randomUUID();
    const reply = await check(id, 'reject', { review_id });
    assert.deepEqual([reply.status, reply.json['state']], [202, 'recorded'], reply.text);
    assert.equal((await findReview(house.db, review_id))?.effect, null);
  });

  it('without a worker the request is recorded within the wait, and has its effect once', async () => {
    const { id } = await ambiguous();
    await house.stopWorker();
    const { db, owner, databaseUrl, config } = house;
    const parts = { db, owner, databaseUrl, client: temporal.client, taskQueue: config.TEMPORAL_TASK_QUEUE };
    const hasty = await startTestApi({ updateWaitMs: 300, stateWaitMs: 200 }, parts);
    const review_id = randomUUID();
    const body = { id, verdict: 'reject', reviewer: 'rita', review_id };
    const began = Date.now();
    const recorded = await hasty.post(`${SHOOTER}/sms/check`, body);
    assert.deepEqual([recorded.status, recorded.json['state']], [202, 'recorded'], recorded.text);
    assert.ok(Date.now() - began < 3_000);
    const { json } = await hasty.get(`${SHOOTER}/sms/get?id=${id}`);
    assert.equal(json['workflow'], null);
    await hasty.stop();
    await house.startWorker();
    const answered = await check(id, 'reject', { review_id });
    assert.deepEqual([answered.status, answered.json['status']], [200, 'rejected'], answered.text);
    const { json: detail } = await api.get(`${SHOOTER}/sms/get?id=${id}`);
    const rejections = (detail['audit'] as { action: string }[]).filter(({ action }) => action === 'sms.reject');
    assert.equal(rejections.length, 1);
  });
});
