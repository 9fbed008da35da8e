/** `/internal/recon/stats/*`: what waits for people, and that nothing is lost. */
import { z } from 'zod';
import { REVIEW_REASONS, SMS_STATUSES } from '../../domain/sms';
import type { Db } from '../../db/query';
import { countGaps } from '../../db/read/gaps';
import { readTopInfo } from '../../db/read/need-check';
import { readCounts } from '../../db/read/stats';
import { badRequest } from '../check-input';
import { getRoute, type Route } from '../route';
import { isoOrNull, nullableTime } from '../schemas/common';
import { emptyQuery, timeParameter } from '../text-rules';

const count = z.int();

const topInfo = z
  .object({
    sms_need_check_cnt: count,
    sms_need_check_by_reason: z.partialRecord(z.enum([...REVIEW_REASONS, ...SMS_STATUSES]), count),
    sms_oldest_need_check_age_seconds: z.number(),
    sms_need_check_overdue_cnt: count.meta({ description: 'Waiting longer than REVIEW_SLA' }),
    sms_open_cnt: count,
    sms_waiting_for_deposit_cnt: count,
    sms_decision_pending_cnt: count,
    balance_gap_cnt: count.meta({ description: 'Gaps in balances that wait for a person; they are no SMS' }),
  })
  .meta({ id: 'TopInfo' });

const countsQuery = z.strictObject({ from: timeParameter.optional(), to: timeParameter.optional() });

const counts = z
  .object({
    from: nullableTime,
    to: nullableTime,
    received: count.meta({ description: 'Counted from the sightings, without a look at any status' }),
    approved: count,
    review: count,
    closed: count,
    open: count,
    lost: count.meta({ description: 'Received and in none of the four; always 0' }),
    by_status: z.partialRecord(z.enum(SMS_STATUSES), count),
    by_reason: z.partialRecord(z.enum(REVIEW_REASONS), count),
  })
  .meta({ id: 'Counts' });

export function statsRoutes({ db, reviewSlaMs }: { readonly db: Db; readonly reviewSlaMs: number }): Route[] {
  const top = {
    path: '/internal/recon/stats/top-info',
    summary: 'What waits for people now',
    query: emptyQuery,
    answer: topInfo,
  };
  const conservation = {
    path: '/internal/recon/stats/counts',
    summary: 'Received, approved, in review, closed, open and lost, by the time at which SMS came in',
    query: countsQuery,
    answer: counts,
  };
  return [
    getRoute(top, async () => {
      const [info, gaps] = await Promise.all([readTopInfo(db, reviewSlaMs), countGaps(db)]);
      return {
        sms_need_check_cnt: info.count,
        sms_need_check_by_reason: info.byReason,
        sms_oldest_need_check_age_seconds: info.oldestAgeSeconds,
        sms_need_check_overdue_cnt: info.overdue,
        sms_open_cnt: info.open,
        sms_waiting_for_deposit_cnt: info.waitingForDeposit,
        sms_decision_pending_cnt: info.decisionPending,
        balance_gap_cnt: gaps,
      };
    }),
    getRoute(conservation, async ({ from = null, to = null }) => {
      if (from !== null && to !== null && from >= to) throw badRequest([{ field: 'to', problem: 'is not after from' }]);
      const { received, byBucket, lost, byStatus, byReason } = await readCounts(db, { from, to });
      return {
        from: isoOrNull(from),
        to: isoOrNull(to),
        received,
        ...byBucket,
        lost,
        by_status: byStatus,
        by_reason: byReason,
      };
    }),
  ];
}
