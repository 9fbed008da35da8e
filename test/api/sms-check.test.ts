import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { findReview } from '../../db/reviews';
import { insertReview } from '../../db/reviews';
import { applyRequest } from '../../db/transitions/apply-request';
import { PARSED, seedDeposit, seedSms, SHOOTER, startTestApi, type TestApi } from '../support/api';
import type { Reply } from '../support/wallet';

interface Row {
  readonly status: string;
  readonly attempt: number;
  readonly checked_by: string | null;
}

describe("a person's request while no worker answers", function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  const check = (id: number, verdict: string, given: Record<string, unknown> = {}) =>
    api.post(`${SHOOTER}/sms/check`, { id, verdict, reviewer: 'rita', review_id: randomUUID(), ...given });
  const reset = (id: number, given: Record<string, unknown> = {}) =>
    api.post(`${SHOOTER}/sms/reset`, { id, reason: 'try again', actor: 'rita', request_id: randomUUID(), ...given });
  const rowOf = (id: number) => api.owner('shooter_sms').where({ id }).first<Row>();
  const told = (reply: Reply) => [reply.status, reply.json.error?.code];
  const reviews = async (smsId: number) => (await api.owner('recon_review').where({ sms_id: smsId })) as unknown[];

  it('is recorded where the run is open: 202, and the row waits for its redelivery', async () => {
    const id = await seedSms(api.owner, PARSED);
    const order_id = await seedDeposit(api.owner);
    const review_id = randomUUID();
    const reply = await check(id, 'approve', { order_id, review_id, remark: 'seen on the statement', undo_seconds: 5 });
    assert.deepEqual([reply.status, reply.json], [202, { state: 'recorded', id, review_id }]);
    const review = await findReview(api.db, review_id);
    assert.deepEqual(
      [review?.command, review?.orderId, review?.attempt, review?.undoSeconds, review?.effect, review?.remark],
      ['approve', order_id, 1, 5, null, 'seen on the statement'],
    );
    assert.equal((await rowOf(id)).status, 'awaiting_review');
  });

  it('gives the earlier answer to the same id and content, and refuses the id for another content', async () => {
    const id = await seedSms(api.owner, { status: 'rejected', checked_by: 'ann' });
    const review_id = randomUUID();
    const first = await check(id, 'note', { review_id, remark: 'one' });
    assert.deepEqual([first.status, first.json['effect'], first.json['status']], [200, 'applied', 'rejected']);
    assert.deepEqual((await check(id, 'note', { review_id, remark: 'one' })).json, first.json);
    assert.deepEqual(told(await check(id, 'note', { review_id, remark: 'two' })), [409, 'review_id_reused']);
    assert.deepEqual(told(await reset(id, { request_id: review_id })), [409, 'review_id_reused']);
    assert.equal((await reviews(id)).length, 1);
  });

  it('answers from the rows where somebody applied it meanwhile', async () => {
    const id = await seedSms(api.owner, PARSED);
    const reviewId = randomUUID();
    const request = { reviewId, smsId: id, attempt: 1, command: 'reject', orderId: null, startAt: null } as const;
    await insertReview(api.db, { ...request, remark: null, reviewer: 'rita', undoSeconds: 0 });
    await applyRequest(api.db, { smsId: id, reviewId, attempt: 1, verdict: 'reject', orderId: null }, new Map());
    const reply = await check(id, 'reject', { review_id: reviewId });
    assert.deepEqual([reply.status, reply.json['status']], [200, 'rejected']);
  });

  it('a note needs no run', async () => {
    const id = await seedSms(api.owner, { ...PARSED, status: 'approving', step: 'wallet' });
    assert.deepEqual((await check(id, 'note', { remark: 'called the bank' })).json['status'], 'approving');
    const { json } = await api.get(`${SHOOTER}/sms/get?id=${id}`);
    assert.equal((json['reviews'] as { remark: string }[])[0]?.remark, 'called the bank');
    assert.equal((json['audit'] as { action: string }[])[0]?.action, 'sms.note');
  });

  describe('an approval', () => {
    const ORDERS: readonly [what: string, deposit: Record<string, unknown> | null, status: number, code: string][] = [
      ['names no order', null, 422, 'order_required'],
      ['names an order that is not there', {}, 422, 'unknown_order'],
      ['names an order of another amount', { amount_minor: 1 }, 422, 'order_mismatch'],
      ['names an order of another currency', { currency: 'USD' }, 422, 'order_mismatch'],
      ['names an order that is no longer pending', { status: 'cancelled' }, 409, 'order_not_pending'],
    ];
    for (const [what, deposit, status, code] of ORDERS) {
      it(`that ${what} is ${status} ${code}; the review stays open and nothing is written`, async () => {
        const id = await seedSms(api.owner, PARSED);
        const orderId = code === 'unknown_order' ? 'nobody' : deposit && (await seedDeposit(api.owner, deposit));
        const reply = await check(id, 'approve', orderId === null ? {} : { order_id: orderId });
        assert.deepEqual(told(reply), [status, code]);
        assert.equal((await rowOf(id)).status, 'awaiting_review');
        assert.deepEqual(await reviews(id), []);
      });
    }

    it('of an order that another SMS holds is 409 and names the holder', async () => {
      const holder = await seedSms(api.owner, PARSED);
      const order_id = await seedDeposit(api.owner);
      await api.owner('recon_match').insert({
        sms_id: holder,
        order_id,
        attempt: 1,
        kind: 'manual',
        amount_minor: 12_345,
        currency: 'EUR',
        brand_id: 'north',
        created_by: 'ann',
      });
      const id = await seedSms(api.owner, PARSED);
      const reply = await check(id, 'approve', { order_id });
      assert.deepEqual(told(reply), [409, 'order_claimed']);
      assert.match(reply.json.error?.message ?? '', new RegExp(`SMS ${holder}\\b`));
    });

    it('of an SMS that is approved already says by whom and when', async () => {
      const order_id = await seedDeposit(api.owner, { status: 'approved' });
      const approved = { order_id, brand_id: 'north', brand_origin: 'match', match_kind: 'manual' };
      const checked = { checked_by: 'ann', checked_at: new Date('2026-01-31T10:00:00Z'), check_status: 'approved' };
      const id = await seedSms(api.owner, { ...PARSED, ...approved, ...checked, status: 'approved', step: 'wallet' });
      const reply = await check(id, 'approve', { order_id: await seedDeposit(api.owner) });
      assert.deepEqual(told(reply), [409, 'already_approved']);
      assert.match(reply.json.error?.message ?? '', /approved by ann at 2026-01-31T10:00:00/);
      assert.deepEqual(told(await reset(id)), [409, 'already_approved']);
    });
  });

  it('the first approver cannot be the second: 409 at once, and nothing is written', async () => {
    const order_id = await seedDeposit(api.owner);
    const first = { checked_by: 'rita', check_status: 'approved', order_id, match_kind: 'manual' };
    const id = await seedSms(api.owner, { ...PARSED, ...first, status: 'awaiting_second_approval' });
    assert.deepEqual(told(await check(id, 'confirm')), [409, 'same_reviewer']);
    assert.deepEqual(await reviews(id), []);
    assert.equal((await check(id, 'confirm', { reviewer: 'ann' })).status, 202);
  });

  it('a verdict on a closed SMS is answered from the rows', async () => {
    const closed = { checked_by: 'ann', checked_at: new Date(), check_status: 'rejected' };
    const id = await seedSms(api.owner, { ...PARSED, ...closed, status: 'rejected' });
    const reply = await check(id, 'abandon');
    assert.deepEqual(told(reply), [409, 'already_closed']);
    assert.match(reply.json.error?.message ?? '', /rejected by ann/);
  });

  it('a closed SMS is reset though Temporal is away: the sweeper will start its run', async () => {
    const id = await seedSms(api.owner, { status: 'not_whitelisted' });
    const request_id = randomUUID();
    const reply = await reset(id, { request_id });
    assert.deepEqual(
      [reply.status, reply.json['effect'], reply.json['status'], reply.json['request_id']],
      [200, 'applied', 'received', request_id],
    );
    const { status, attempt } = await rowOf(id);
    assert.deepEqual([status, attempt], ['received', 2]);
    assert.deepEqual((await reset(id, { request_id })).json, reply.json, 'the same id has one effect');
    assert.equal((await rowOf(id)).attempt, 2);
  });

  it('an open SMS is not reset behind the back of its run', async () => {
    const id = await seedSms(api.owner, PARSED);
    const reply = await reset(id);
    assert.deepEqual([reply.status, reply.json['state']], [202, 'recorded']);
    assert.equal((await rowOf(id)).attempt, 1);
  });

  it('a rerun starts at a step that the SMS has reached, or says that it has not', async () => {
    const id = await seedSms(api.owner, { status: 'not_whitelisted' });
    for (const from of ['parse', 'match', 'wallet'])
      assert.deepEqual(told(await reset(id, { from })), [422, 'step_not_reached'], from);
    const phone = { sender: 'X', sender_normal: randomUUID(), created_by: 't' };
    const [{ id: phone_id }] = (await api.owner('shooter_phone').insert(phone).returning('id')) as [{ id: number }];
    const parsed = await seedSms(api.owner, { ...PARSED, status: 'abandoned', phone_id });
    assert.equal((await reset(parsed, { from: 'match' })).json['status'], 'received');
    const { step } = await api.owner('shooter_sms').where({ id: parsed }).first<{ step: string }>();
    assert.equal(step, 'match');
  });

  it('answers in good time: no call to Temporal outlives the wait', async () => {
    const id = await seedSms(api.owner, PARSED);
    const began = Date.now();
    await check(id, 'reject');
    assert.ok(Date.now() - began < 2_000);
  });
});
