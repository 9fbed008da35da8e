/** SMS as the API takes and shows them. */
import { z } from 'zod';
import { REVIEW_REASONS, SMS_STATUSES, SOURCES, STEPS, VERDICTS } from '../../domain/sms';
import {
  actor,
  flagParameter,
  idParameter,
  name,
  orderId,
  requestId,
  rowId,
  text,
  timeParameter,
  wordsParameter,
} from '../text-rules';
import { currencyCode, minor, nullableTime, time } from './common';

export const smsListQuery = z.strictObject({
  status: wordsParameter(SMS_STATUSES).optional(),
  need_check: flagParameter.optional(),
  reason: z.enum(REVIEW_REASONS).optional(),
  source: z.enum(SOURCES).optional(),
  brand_id: name(64).optional(),
  q: name(100)
    .optional()
    .meta({ description: 'An id, order, bank reference or sender as a whole; a part of a payer or of a text' }),
  from: timeParameter.optional().meta({ description: 'Came in at or after this time' }),
  to: timeParameter.optional().meta({ description: 'Came in before this time' }),
  cursor: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional()
    .meta({ description: 'next_cursor of the page before' }),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number from 1 to 200')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 200, 'must be a number from 1 to 200')
    .optional(),
});

export const smsGetQuery = z.strictObject({ id: idParameter });

const attempts = z.int().positive();

export const smsRow = z
  .object({
    id: rowId,
    source: z.enum(SOURCES),
    source_account: z.string(),
    device_id: rowId.nullable(),
    sender: z.string(),
    sender_normal: z.string(),
    body: z.string().nullable().meta({ description: 'Null once the text was erased' }),
    received_at: time,
    ingested_at: time,
    status: z.enum(SMS_STATUSES),
    step: z.enum(STEPS),
    review_reason: z.enum(REVIEW_REASONS).nullable(),
    need_check: z.boolean(),
    bucket: z.enum(['open', 'review', 'closed', 'approved']),
    allowed: z.array(z.enum([...VERDICTS, 'reset', 'rerun'])).meta({ description: 'What a person may do now' }),
    phone_id: rowId.nullable(),
    template_id: rowId.nullable(),
    template_version: z.int().nullable(),
    bank: z.string().nullable(),
    amount_minor: minor.nullable(),
    currency: currencyCode.nullable(),
    account_tail: z.string().nullable(),
    payer_name: z.string().nullable(),
    reference: z.string().nullable(),
    balance_minor: minor.nullable(),
    occurred_at: nullableTime,
    brand_id: z.string().nullable(),
    order_id: z.string().nullable(),
    match_kind: z.enum(['auto', 'manual', 'forced']).nullable(),
    check_status: z.enum(['unchecked', 'approved', 'rejected', 'abandoned', 'retried']),
    checked_by: z.string().nullable(),
    checked_at: nullableTime,
    remark: z.string().nullable(),
    attempt: attempts,
    duplicate_of: rowId.nullable(),
    wait_until: nullableTime,
    pending_verdict: z.enum(['approve', 'reject', 'abandon']).nullable(),
    undo_until: nullableTime,
    workflow_id: z.string(),
    updated_at: time,
  })
  .meta({ id: 'Sms' });

export const smsList = z.object({
  items: z.array(smsRow),
  next_cursor: z.string().nullable().meta({ description: 'Null on the last page' }),
});

export const smsCheckBody = z.strictObject({
  id: rowId,
  verdict: z.enum(VERDICTS),
  order_id: orderId.optional().meta({ description: 'The deposit that an approval is for' }),
  remark: text(2_000).optional(),
  reviewer: actor,
  review_id: requestId.meta({ description: 'Made by the client: the same id twice has one effect' }),
  undo_seconds: z
    .int()
    .min(0)
    .max(3_600)
    .optional()
    .meta({ description: 'How long an approve, reject or abandon can be taken back; default 0, at once' }),
});

export const smsResetBody = z.strictObject({
  id: rowId,
  reason: text(2_000).min(1),
  actor,
  request_id: requestId.meta({ description: 'Made by the client: the same id twice has one effect' }),
  from: z
    .enum(STEPS)
    .optional()
    .meta({ description: 'Run again from this step; without it from the whitelist, as a reset' }),
});

export const reviewApplied = z.object({
  id: rowId,
  review_id: z.string(),
  effect: z.literal('applied'),
  status: z.enum(SMS_STATUSES),
  workflow_id: z.string(),
});
export const reviewRecorded = z.object({ state: z.literal('recorded'), id: rowId, review_id: z.string() });
export const resetApplied = reviewApplied.omit({ review_id: true }).extend({ request_id: z.string() });
export const resetRecorded = z.object({ state: z.literal('recorded'), id: rowId, request_id: z.string() });
