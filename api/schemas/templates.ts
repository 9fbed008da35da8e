/** Templates, as the API takes and shows them. What a field means is told in domain/template-version.ts, which judges it too. */
import { z } from 'zod';
import { TEMPLATE_KINDS } from '../../domain/template';
import { actor, name, rowId, text } from '../text-rules';
import { runAgainReport, time, wouldRun } from './common';

const PATTERN_LENGTH = 5_000;
const amountMinor = z.int().positive();

export const templateAddBody = z.strictObject({
  id: rowId.optional().meta({ description: 'Makes a new version of this template; so does the name of one' }),
  name: name(100),
  bank: name(100),
  kind: z.enum(TEMPLATE_KINDS).optional().meta({ description: 'Default: credit' }),
  senders: z.array(name(64)).min(1).max(100).nullish().meta({ description: 'Null: any sender' }),
  priority: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .optional()
    .meta({ description: 'Lower is tried first; default 100' }),
  pattern: text(PATTERN_LENGTH).min(1).meta({ description: 'RE2, with named groups' }),
  decimal_separator: text(1).min(1).nullish().meta({ description: 'Default "."; null: this bank writes no decimals' }),
  group_separators: text(10).optional().meta({ description: 'Default ","' }),
  currency: text(3).min(3).nullish(),
  unit_multiplier: z.int().positive().optional().meta({ description: '10 for a toman; default 1' }),
  date_format: text(50).min(1).nullish(),
  time_zone: text(64).min(1).optional().meta({ description: 'Default UTC' }),
  enabled: z.boolean().optional().meta({ description: 'Default true' }),
  daily_limit_minor: amountMinor.nullish(),
  sample: text(2_000).min(1).nullish(),
  balance_chain: z
    .boolean()
    .optional()
    .meta({ description: 'Whether a break in its balances says that an SMS is missing; default: where it reads one' }),
  actor: actor.optional().meta({ description: 'Who does it; default: the caller' }),
  run_again: z.boolean().optional().meta({ description: 'Start again what this template reads now' }),
});
export type TemplateAddBody = z.output<typeof templateAddBody>;

export const templateRow = z
  .object({
    id: rowId,
    version: z.int().positive(),
    name: z.string(),
    bank: z.string(),
    kind: z.enum(TEMPLATE_KINDS),
    senders: z.array(z.string()).nullable(),
    priority: z.int(),
    pattern: z.string(),
    decimal_separator: z.string().nullable(),
    group_separators: z.string(),
    currency: z.string().nullable(),
    unit_multiplier: z.int(),
    date_format: z.string().nullable(),
    time_zone: z.string(),
    enabled: z.boolean(),
    daily_limit_minor: z.int().nullable(),
    sample: z.string().nullable(),
    balance_chain: z.boolean(),
    created_at: time,
    created_by: z.string(),
    changed_at: time.meta({ description: 'Of this version' }),
    changed_by: z.string(),
  })
  .meta({ id: 'Template' });

export const templateList = z.object({ items: z.array(templateRow) });

export const templateAdded = templateRow.extend({
  result: z.enum(['created', 'changed', 'unchanged']),
  would_run: wouldRun,
  run_again: runAgainReport,
});

export const templateEnableBody = z.strictObject({ id: rowId, enabled: z.boolean(), actor: actor.optional() });
