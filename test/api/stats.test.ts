import assert from 'node:assert/strict';
import { REVIEW_REASONS, SMS_STATUSES, STATUS_RULES } from '../../domain/sms';
import { PARSED, seedDeposit, seedSms, startTestApi, STATS, type TestApi } from '../support/api';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('the figures for people', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  it('are zero where nothing came in', async () => {
    const { json: counts } = await api.get(`${STATS}/counts`);
    assert.deepEqual(counts, {
      from: null,
      to: null,
      received: 0,
      approved: 0,
      review: 0,
      closed: 0,
      open: 0,
      lost: 0,
      by_status: {},
      by_reason: {},
    });
    const { json: top } = await api.get(`${STATS}/top-info`);
    assert.deepEqual(
      [top['sms_need_check_cnt'], top['sms_oldest_need_check_age_seconds'], top['sms_need_check_by_reason']],
      [0, 0, {}],
    );
  });

  it('hold every status in one bucket of four, and lose none', async () => {
    const { owner } = api;
    for (const status of SMS_STATUSES) {
      const pending = status === 'decision_pending' ? { pending_verdict: 'reject' } : {};
      const paid =
        status === 'approved'
          ? { order_id: await seedDeposit(owner), brand_id: 'north', brand_origin: 'match', match_kind: 'auto' }
          : {};
      const reason = status === 'awaiting_review' ? {} : { review_reason: null };
      await seedSms(owner, { ...PARSED, ...reason, ...pending, ...paid, status, ingested_at: minutesAgo(600) });
    }
    for (const review_reason of REVIEW_REASONS)
      await seedSms(owner, { ...PARSED, review_reason, ingested_at: minutesAgo(300), updated_at: minutesAgo(60) });

    const { json } = await api.get(`${STATS}/counts`);
    const total = SMS_STATUSES.length + REVIEW_REASONS.length;
    const inBucket = (bucket: string) => SMS_STATUSES.filter((status) => STATUS_RULES[status].bucket === bucket).length;
    assert.deepEqual(
      [json['received'], json['lost'], json['approved'], json['closed'], json['open'], json['review']],
      [total, 0, 1, inBucket('closed'), inBucket('open'), inBucket('review') + REVIEW_REASONS.length],
    );
    assert.equal((json['by_status'] as Record<string, number>)['awaiting_review'], 1 + REVIEW_REASONS.length);
    assert.equal((json['by_reason'] as Record<string, number>)['unmatched'], 2);
  });

  it('count a span of time by when SMS came in', async () => {
    const span = async (from: number | null, to: number | null) => {
      const query = new URLSearchParams();
      if (from !== null) query.set('from', minutesAgo(from).toISOString());
      if (to !== null) query.set('to', minutesAgo(to).toISOString());
      const { json } = await api.get(`${STATS}/counts?${query.toString()}`);
      return [json['received'], json['lost']];
    };
    assert.deepEqual(await span(700, 500), [SMS_STATUSES.length, 0]);
    assert.deepEqual(await span(500, null), [REVIEW_REASONS.length, 0]);
    assert.deepEqual(await span(null, 500), [SMS_STATUSES.length, 0]);
    assert.deepEqual(await span(100, 50), [0, 0]);
  });

  it('count a second sighting of an SMS once', async () => {
    const before = (await api.get(`${STATS}/counts`)).json['received'];
    await api.owner.raw(
      `INSERT INTO shooter_sms_sighting (sms_id, source, source_account, received_at, trusted, body_hash, delivery_key)
       SELECT sms_id, 'telegram', 'channel', received_at, true, body_hash, delivery_key || '-2' FROM shooter_sms_sighting`,
    );
    const { json } = await api.get(`${STATS}/counts`);
    assert.deepEqual([json['received'], json['lost']], [before, 0]);
  });

  it('say how much waits for people, why, since when, and what is overdue', async () => {
    const { json } = await api.get(`${STATS}/top-info`);
    assert.equal(json['sms_need_check_cnt'], REVIEW_REASONS.length + 3);
    const byReason = json['sms_need_check_by_reason'] as Record<string, number>;
    assert.deepEqual([byReason['unmatched'], byReason['wallet_unknown'], byReason['held_untrusted_device']], [2, 1, 1]);
    assert.equal(byReason['awaiting_second_approval'], 1);
    const age = Number(json['sms_oldest_need_check_age_seconds']);
    assert.ok(age >= 3_600 && age < 3_700, String(age));
    assert.equal(json['sms_need_check_overdue_cnt'], REVIEW_REASONS.length);
    assert.deepEqual(
      [json['sms_open_cnt'], json['sms_waiting_for_deposit_cnt'], json['sms_decision_pending_cnt']],
      [4, 1, 1],
    );
  });
});
