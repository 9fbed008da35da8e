/** Everything about one SMS, as the API shows it. */
import { VIAS } from '../../domain/delivery';
import { z } from 'zod';
import { REVIEW_REASONS, SMS_STATUSES, SOURCES, STEPS } from '../../domain/sms';
import { currencyCode, minor, nullableTime, time } from './common';
import { smsRow } from './sms';

const handoff = z.object({
  state: z.enum(['started', 'approved', 'refused', 'unknown']),
  idempotency_key: z.string(),
  tries: z.int(),
  last_fault: z.string().nullable(),
  refusal_code: z.string().nullable(),
  ledger_entry_id: z.string().nullable(),
  started_at: time,
  answered_at: nullableTime,
});

const match = z.object({
  id: z.int(),
  order_id: z.string(),
  attempt: z.int(),
  kind: z.enum(['auto', 'manual', 'forced']),
  amount_minor: minor,
  currency: currencyCode,
  brand_id: z.string(),
  created_at: time,
  created_by: z.string(),
  released_at: nullableTime,
  release_reason: z.string().nullable(),
  handoff: handoff.nullable(),
});

const sighting = z.object({
  id: z.int(),
  source: z.enum(SOURCES),
  source_account: z.string(),
  device_id: z.int().nullable(),
  via: z.enum(VIAS).meta({ description: 'The way within the source; direct where it has one only' }),
  message_id: z.string().nullable(),
  received_at: time,
  seen_at: time,
  trusted: z.boolean(),
});

const decision = z.object({
  id: z.int(),
  attempt: z.int(),
  step: z.string(),
  outcome: z.string(),
  detail: z.unknown(),
  decided_at: time,
});

const review = z.object({
  review_id: z.string(),
  attempt: z.int(),
  command: z.string(),
  order_id: z.string().nullable(),
  from: z.enum(STEPS).nullable(),
  remark: z.string().nullable(),
  reviewer: z.string(),
  undo_seconds: z.int(),
  created_at: time,
  effect: z
    .object({
      effect: z.enum(['applied', 'refused']),
      status: z.enum(SMS_STATUSES).nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
      at: nullableTime,
    })
    .nullable()
    .meta({ description: 'Null while nobody has acted on it' }),
});

const audit = z.object({
  id: z.int(),
  at: time,
  actor: z.string(),
  by_person: z.boolean(),
  action: z.string(),
  subject: z.string().nullable(),
  reason: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});

const workflow = z.object({
  attempt: z.int(),
  status: z.enum(SMS_STATUSES),
  step: z.enum(STEPS),
  reason: z.enum(REVIEW_REASONS).nullable(),
  brand_id: z.string().nullable(),
  wait_ms: z.int().nullable(),
  pending_messages: z.int(),
  story: z.array(z.string()),
});

export const smsDetail = z.object({
  sms: smsRow,
  sightings: z.array(sighting),
  decisions: z.array(decision),
  matches: z.array(match),
  reviews: z.array(review),
  audit: z.array(audit),
  workflow: workflow.nullable().meta({ description: 'What the run itself says; null where none answers' }),
  temporal_ui_url: z.string(),
});
