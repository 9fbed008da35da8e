/** Gaps in balances, as the API takes and shows them. */
import { z } from 'zod';
import { GAP_STATUSES } from '../../domain/balance-gap';
import { CRITERIA } from '../../domain/match';
import { actor, idParameter, rowId, text, wordsParameter } from '../text-rules';
import { currencyCode, minor, nullableTime, time } from './common';
import { smsListQuery, smsRow } from './sms';

export const gapListQuery = z.strictObject({
  status: wordsParameter(GAP_STATUSES).optional(),
  cursor: smsListQuery.shape.cursor,
  limit: smsListQuery.shape.limit,
});

export const gapGetQuery = z.strictObject({ id: idParameter });

export const gapDismissBody = z.strictObject({
  id: rowId,
  remark: text(2_000).optional(),
  actor: actor.optional().meta({ description: 'Who does it; default: the caller' }),
});

export const gapRow = z
  .object({
    id: rowId,
    status: z.enum(GAP_STATUSES),
    bank: z.string(),
    account_tail: z.string().nullable(),
    line: z.string(),
    currency: currencyCode,
    missing_minor: minor.meta({
      description: 'Minor units: positive where credits are missing, negative where debits are',
    }),
    before_sms_id: rowId.meta({ description: 'The last SMS before the gap' }),
    after_sms_id: rowId.meta({ description: 'The first SMS after the gap' }),
    missing_from: time.meta({ description: "Of the SMS before it, by the phone's clock" }),
    missing_to: time.meta({ description: "Of the SMS after it, by the phone's clock" }),
    backfill_tries: z.int(),
    found_at: time,
    closed_at: nullableTime,
    closed_by: z.string().nullable(),
    remark: z.string().nullable(),
  })
  .meta({ id: 'BalanceGap' });

export const gapList = z.object({
  items: z.array(gapRow),
  next_cursor: z.string().nullable().meta({ description: 'Null on the last page' }),
});

const candidate = z.object({
  order_id: z.string(),
  brand_id: z.string(),
  amount_minor: minor,
  currency: currencyCode,
  created_at: time,
  eligible: z.boolean(),
  lines: z.array(
    z.object({ criterion: z.enum(CRITERIA), expected: z.string(), actual: z.string(), pass: z.boolean() }),
  ),
});

export const gapDetail = z.object({
  gap: gapRow,
  before: smsRow,
  after: smsRow,
  candidates: z
    .array(candidate)
    .meta({ description: 'Pending deposits of the missing money; a gap never approves one by itself' }),
});
