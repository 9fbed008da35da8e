/** What the demo needs before its first SMS: the library's templates and their senders. What is there already is left alone. */
import { z } from 'zod';
import { normaliseSender } from '../../domain/phone';
import { TEMPLATE_LIBRARY } from '../../domain/template-library';
import type { TemplateDraft } from '../../domain/template';
import { Refused, type Service } from './http';

/** What the machine may approve in a day by one template, in minor units: above it a match is only proposed. */
const DAILY_LIMITS_MINOR: ReadonlyMap<string, number> = new Map([['Pesa Mobile: money received', 50_000_00]]);

/** Listed in the course of the day. */
export const LISTED_LATE: ReadonlySet<string> = new Set(['PRAIRIEBANK']);

export const DEMO_TEMPLATES: readonly TemplateDraft[] = TEMPLATE_LIBRARY.map((draft) => ({
  ...draft,
  dailyLimitMinor: DAILY_LIMITS_MINOR.get(draft.name) ?? draft.dailyLimitMinor,
}));

export const DEMO_PHONES: readonly { readonly sender: string; readonly label: string }[] = [
  ...new Map(DEMO_TEMPLATES.flatMap(({ senders, bank }) => (senders ?? []).map((sender) => [sender, bank] as const))),
]
  .map(([sender, label]) => ({ sender, label }))
  .filter(({ sender }) => !LISTED_LATE.has(sender));

export const SHOOTER = '/internal/recon/shooter';
export const ACTOR = 'demo';

const templates = z.object({ items: z.array(z.object({ name: z.string() })) });
const phones = z.object({ items: z.array(z.object({ id: z.int(), sender_normal: z.string() })) });

export interface Seeded {
  readonly templates: number;
  readonly phones: number;
}

/** Answers how many were new. */
export async function seedTemplatesAndPhones(recon: Service): Promise<Seeded> {
  const known = new Set(templates.parse(await recon.get(`${SHOOTER}/template/list`)).items.map(({ name }) => name));
  const missing = DEMO_TEMPLATES.filter(({ name }) => !known.has(name));
  for (const draft of missing) await recon.post(`${SHOOTER}/template/add`, { ...templateJson(draft), actor: ACTOR });
  const listed = new Set((await listPhones(recon)).map(({ sender_normal: sender }) => sender));
  const unlisted = DEMO_PHONES.filter(({ sender }) => !listed.has(normalForm(sender)));
  for (const { sender, label } of unlisted) await listPhone(recon, { sender, label });
  return { templates: missing.length, phones: unlisted.length };
}

export async function listPhones(recon: Service) {
  return phones.parse(await recon.get(`${SHOOTER}/phone/list`)).items;
}

/** A sender that somebody listed meanwhile is as good. */
export async function listPhone(
  recon: Service,
  phone: { readonly sender: string; readonly label: string },
  again = false,
) {
  try {
    await recon.post(`${SHOOTER}/phone/add`, { ...phone, actor: ACTOR, run_again: again });
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'phone_exists')) throw error;
  }
}

export async function unlistPhone(recon: Service, sender: string): Promise<void> {
  const normal = normalForm(sender);
  const found = (await listPhones(recon)).find((phone) => phone.sender_normal === normal);
  if (found) await recon.post(`${SHOOTER}/phone/delete`, { id: found.id, actor: ACTOR });
}

function normalForm(sender: string): string {
  const normal = normaliseSender(sender);
  return normal.ok ? normal.sender.value : sender;
}

function templateJson(draft: TemplateDraft): object {
  return {
    name: draft.name,
    bank: draft.bank,
    kind: draft.kind,
    senders: draft.senders,
    priority: draft.priority,
    pattern: draft.pattern,
    decimal_separator: draft.decimalSeparator,
    group_separators: draft.groupSeparators,
    currency: draft.currency,
    unit_multiplier: draft.unitMultiplier,
    date_format: draft.dateFormat,
    time_zone: draft.timeZone,
    enabled: draft.enabled,
    daily_limit_minor: draft.dailyLimitMinor,
    sample: draft.sample,
  };
}
