import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  BUCKETS,
  commandsAllowed,
  REVIEW_REASONS,
  SMS_STATUSES,
  STATUS_RULES,
  VERDICTS,
  type ReviewReason,
  type SmsStatus,
  type Verdict,
} from '../../domain/sms';
import { applyRequest } from '../../db/transitions/apply-request';
import { insertReview } from '../../db/reviews';
import { startHouse, type House } from '../support/house';

interface Rule {
  readonly runOpen: boolean;
  readonly needsCheck: boolean;
  readonly verdicts: readonly Verdict[];
  readonly bucket: (typeof BUCKETS)[number];
}

const working: Rule = { runOpen: true, needsCheck: false, verdicts: ['note'], bucket: 'open' };
const closed: Rule = { runOpen: false, needsCheck: false, verdicts: ['note'], bucket: 'closed' };

/** The table of the design, written out once more by hand: the code must agree with it. */
const TABLE: Readonly<Record<SmsStatus, Rule>> = {
  received: working,
  matched: working,
  approving: working,
  waiting_for_deposit: { ...working, verdicts: ['approve', 'reject', 'abandon', 'note'] },
  held_untrusted_device: { runOpen: true, needsCheck: true, verdicts: ['abandon', 'note'], bucket: 'review' },
  awaiting_review: {
    runOpen: true,
    needsCheck: true,
    verdicts: ['approve', 'reject', 'abandon', 'retry', 'note'],
    bucket: 'review',
  },
  decision_pending: { runOpen: true, needsCheck: false, verdicts: ['undo', 'confirm', 'note'], bucket: 'review' },
  awaiting_second_approval: {
    runOpen: true,
    needsCheck: true,
    verdicts: ['undo', 'confirm', 'note'],
    bucket: 'review',
  },
  not_whitelisted: closed,
  not_a_credit: closed,
  approved: { ...closed, bucket: 'approved' },
  rejected: closed,
  abandoned: closed,
};
const RESETTABLE_CLOSED: readonly SmsStatus[] = ['not_whitelisted', 'not_a_credit', 'rejected', 'abandoned'];

const cases = SMS_STATUSES.flatMap((status): { status: SmsStatus; reason: ReviewReason | null }[] =>
  status === 'awaiting_review' ? REVIEW_REASONS.map((reason) => ({ status, reason })) : [{ status, reason: null }],
);
const verdictsOf = ({ status, reason }: { status: SmsStatus; reason: ReviewReason | null }): readonly Verdict[] =>
  reason === 'wallet_unknown' ? ['retry', 'note'] : TABLE[status].verdicts;

describe('the table of statuses', () => {
  it('says who runs, who needs a person, and in which bucket each status counts', () => {
    for (const status of SMS_STATUSES) {
      const { runOpen, needsCheck, bucket } = STATUS_RULES[status];
      const row = TABLE[status];
      assert.deepEqual([runOpen, needsCheck, bucket], [row.runOpen, row.needsCheck, row.bucket], status);
      assert.ok(BUCKETS.includes(bucket));
    }
  });

  it('allows exactly the verdicts of the design', () => {
    for (const at of cases) {
      const allowed = commandsAllowed(at.status, at.reason);
      assert.deepEqual(
        VERDICTS.filter((verdict) => allowed.includes(verdict)),
        VERDICTS.filter((verdict) => verdictsOf(at).includes(verdict)),
        `${at.status} ${at.reason ?? ''}`,
      );
    }
    for (const status of RESETTABLE_CLOSED) assert.ok(commandsAllowed(status, null).includes('reset'));
    assert.ok(!commandsAllowed('approved', null).includes('reset'));
    assert.ok(!commandsAllowed('awaiting_review', 'wallet_unknown').includes('reset'));
  });

  describe('held by the rows', () => {
    let house: House;
    before(async function () {
      this.timeout(120_000);
      house = await startHouse({ worker: false });
    });
    after(() => house.stop());

    const seed = async (status: SmsStatus, reason: ReviewReason | null): Promise<number> => {
      const row = {
        source: 'webhook',
        source_account: 'line',
        sender: 'RHEINBANK',
        sender_normal: 'RHEINBANK',
        body: 'a text',
        received_at: new Date(),
        line: 'line',
        fingerprint: randomUUID(),
        status,
        review_reason: reason,
        ...(status === 'approved'
          ? { order_id: randomUUID(), brand_id: 'north', brand_origin: 'match', match_kind: 'auto' }
          : {}),
        ...(status === 'decision_pending'
          ? { pending_verdict: 'reject', undo_until: new Date(Date.now() + 600_000) }
          : {}),
        ...(status === 'awaiting_second_approval' ? { checked_by: 'sven', check_status: 'approved' } : {}),
      };
      const [inserted] = (await house.owner('shooter_sms').insert(row).returning('id')) as [{ id: number }];
      return inserted.id;
    };
    const snapshot = async (smsId: number): Promise<unknown> => house.owner('shooter_sms').where({ id: smsId }).first();

    for (const at of cases) {
      it(`${at.status}${at.reason === null ? '' : `/${at.reason}`}: ${verdictsOf(at).join(', ')}`, async () => {
        for (const verdict of VERDICTS) {
          const smsId = await seed(at.status, at.reason);
          const before = await snapshot(smsId);
          const reviewId = randomUUID();
          const request = { reviewId, smsId, attempt: 1, command: verdict, orderId: null };
          await insertReview(house.db, { ...request, startAt: null, remark: null, reviewer: 'rita', undoSeconds: 0 });
          const message = { smsId, reviewId, attempt: 1, verdict, orderId: null };
          const { answer } = await applyRequest(house.db, message, new Map());
          const forbidden =
            answer.effect === 'refused' &&
            ['not_allowed_in_status', 'already_closed', 'already_approved', 'approval_in_flight'].includes(answer.code);
          assert.equal(!forbidden, verdictsOf(at).includes(verdict), `${verdict}: ${JSON.stringify(answer)}`);
          if (answer.effect === 'refused') assert.deepEqual(await snapshot(smsId), before);
          assert.deepEqual((await applyRequest(house.db, message, new Map())).answer, answer, 'the same answer again');
        }
      });
    }

    it('counts every SMS in exactly one bucket', async () => {
      const { rows } = await house.owner.raw<{ rows: { status: SmsStatus; n: number }[] }>(
        `SELECT status, count(*)::int AS n FROM shooter_sms GROUP BY status`,
      );
      const total = rows.reduce((sum, { n }) => sum + n, 0);
      const byBucket = BUCKETS.map((bucket) =>
        rows.filter(({ status }) => STATUS_RULES[status].bucket === bucket).reduce((sum, { n }) => sum + n, 0),
      );
      assert.equal(
        byBucket.reduce((sum, n) => sum + n, 0),
        total,
      );
    });
  });
});
