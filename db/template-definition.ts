/** What a template's version holds as jsonb, and how it is read back: stored rows outlive the code that wrote them. */
import { z } from 'zod';
import { readsBalance, TEMPLATE_KINDS, type TemplateDraft } from '../domain/template';

/** Name, `enabled` and the daily limit have columns of their own. */
export type TemplateDefinition = Omit<TemplateDraft, 'name' | 'enabled' | 'dailyLimitMinor'>;

const stored = z.object({
  bank: z.string(),
  kind: z.enum(TEMPLATE_KINDS),
  senders: z.array(z.string()).nullable(),
  priority: z.number(),
  pattern: z.string(),
  decimal_separator: z.string().nullable(),
  group_separators: z.string(),
  currency: z.string().nullable(),
  unit_multiplier: z.number(),
  date_format: z.string().nullable(),
  time_zone: z.string(),
  sample: z.string().nullable(),
  /** Versions from before there was a chain do not say. */
  balance_chain: z.boolean().optional(),
});
export type StoredDefinition = z.infer<typeof stored>;

export function storeDefinition(draft: TemplateDefinition): StoredDefinition {
  return {
    bank: draft.bank,
    kind: draft.kind,
    senders: draft.senders === null ? null : [...draft.senders],
    priority: draft.priority,
    pattern: draft.pattern,
    decimal_separator: draft.decimalSeparator,
    group_separators: draft.groupSeparators,
    currency: draft.currency,
    unit_multiplier: draft.unitMultiplier,
    date_format: draft.dateFormat,
    time_zone: draft.timeZone,
    sample: draft.sample,
    balance_chain: draft.balanceChain,
  };
}

export function readDefinition(value: unknown): TemplateDefinition {
  const definition = stored.parse(value);
  return {
    bank: definition.bank,
    kind: definition.kind,
    senders: definition.senders,
    priority: definition.priority,
    pattern: definition.pattern,
    decimalSeparator: definition.decimal_separator,
    groupSeparators: definition.group_separators,
    currency: definition.currency,
    unitMultiplier: definition.unit_multiplier,
    dateFormat: definition.date_format,
    timeZone: definition.time_zone,
    sample: definition.sample,
    balanceChain: definition.balance_chain ?? readsBalance(definition.pattern),
  };
}

/** The same content, whatever the order in which its keys were stored. */
export function sameDefinition(a: TemplateDefinition, b: TemplateDefinition): boolean {
  return JSON.stringify(storeDefinition(a)) === JSON.stringify(storeDefinition(b));
}
