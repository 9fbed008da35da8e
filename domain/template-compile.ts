/** From a template as a person wrote it to one that can be used, or the exact reason why it cannot. */
import type { RE2JS } from 're2js';
import { isPaymentCurrency } from './currency-text';
import { compileDateFormat, type DateFormat } from './parse-date';
import { normaliseSender } from './phone';
import { compilePattern, MAX_PATTERN_LENGTH, MAX_PROGRAM_SIZE } from './template-pattern';
import {
  DECIMAL_SEPARATORS,
  GROUP_SEPARATORS,
  TEMPLATE_GROUPS,
  type TemplateDraft,
  type TemplateGroup,
  type TemplateRefusal,
  type TemplateVersion,
} from './template-version';
import { foldText, textFault } from './text';
import { wallClockReader, type ToInstant } from './time-zone';

export interface CompiledTemplate {
  readonly version: TemplateVersion;
  readonly regex: RE2JS;
  /** The pattern after folding: what it spells out, its author vouches for (see the guards). */
  readonly foldedPattern: string;
  /** Numbers of the named groups that the pattern has. */
  readonly groups: ReadonlyMap<TemplateGroup, number>;
  readonly dateFormat: DateFormat | null;
  readonly toInstant: ToInstant;
}

export type CompileResult =
  | { readonly ok: true; readonly template: CompiledTemplate }
  | { readonly ok: false; readonly refusal: TemplateRefusal };

/** Compiles one version; never throws. The first thing wrong is the refusal. */
export function compileTemplate(version: TemplateVersion): CompileResult {
  const refusal = refusalOfFields(version);
  if (refusal !== null) return { ok: false, refusal };
  const compiled = compilePattern(version.pattern);
  if (!compiled.ok) return refused('pattern_not_compiled', `pattern cannot be compiled: ${compiled.why}`);
  const { regex, folded } = compiled;
  if (regex.programSize() > MAX_PROGRAM_SIZE) {
    return refused('pattern_too_large', 'pattern grows too large when compiled; use smaller repeat counts');
  }
  if (regex.test(''))
    return refused('pattern_matches_empty', 'pattern matches an empty text, so it would match any SMS');
  const groups = new Map<TemplateGroup, number>();
  for (const [name, place] of Object.entries(regex.namedGroups())) {
    if (!isTemplateGroup(name)) {
      return refused('group_unknown', `pattern has a group ${name}; known are ${TEMPLATE_GROUPS.join(', ')}`);
    }
    groups.set(name, place);
  }
  if (version.kind === 'credit' && !groups.has('amount')) {
    return refused('amount_group_missing', 'pattern of a credit template needs a group (?P<amount>…)');
  }
  if (version.kind === 'credit' && version.currency === null && !groups.has('currency')) {
    return refused('currency_missing', 'currency is needed where the pattern has no group (?P<currency>…)');
  }
  if (version.sample !== null && !regex.test(foldText(version.sample).text)) {
    return refused('sample_not_matched', 'pattern does not match the sample');
  }
  const toInstant = wallClockReader(version.timeZone);
  if (toInstant === null) return refused('time_zone_not_valid', TIME_ZONE_MESSAGE);
  const dateFormat = version.dateFormat === null ? null : compileDateFormat(version.dateFormat);
  return { ok: true, template: { version, regex, foldedPattern: folded, groups, dateFormat, toInstant } };
}

const TIME_ZONE_MESSAGE = 'time_zone is an IANA name such as Asia/Kolkata, or an offset such as +05:30';
const MAX_NAME_LENGTH = 100;
const MAX_UNIT_MULTIPLIER = 1_000_000;

function refusalOfFields(draft: TemplateDraft): TemplateRefusal | null {
  const checks: readonly (TemplateRefusal | null | false)[] = [
    !isName(draft.name) && refusal('name_not_valid', `name must have 1 to ${MAX_NAME_LENGTH} characters`),
    !isName(draft.bank) && refusal('bank_not_valid', `bank must have 1 to ${MAX_NAME_LENGTH} characters`),
    !Number.isSafeInteger(draft.priority) && refusal('priority_not_valid', 'priority must be a whole number'),
    refusalOfSenders(draft.senders),
    draft.pattern.trim() === '' && refusal('pattern_empty', 'pattern is empty'),
    draft.pattern.length > MAX_PATTERN_LENGTH &&
      refusal('pattern_too_long', `pattern is longer than ${MAX_PATTERN_LENGTH} characters`),
    textFault(draft.pattern) !== null && refusal('pattern_not_compiled', 'pattern holds a NUL or a broken character'),
    refusalOfSeparators(draft.decimalSeparator, draft.groupSeparators),
    draft.currency !== null &&
      !isPaymentCurrency(draft.currency) &&
      refusal('currency_unknown', 'currency must be an ISO 4217 code in upper case, such as EUR'),
    !isUnitMultiplier(draft.unitMultiplier) &&
      refusal('unit_multiplier_not_valid', `unit_multiplier must be a whole number from 1 to ${MAX_UNIT_MULTIPLIER}`),
    draft.dateFormat !== null &&
      compileDateFormat(draft.dateFormat) === null &&
      refusal('date_format_not_valid', 'date_format is made of yyyy or yy, MM or MMM, and dd, such as dd-MM-yy'),
    draft.dailyLimitMinor !== null &&
      !(Number.isSafeInteger(draft.dailyLimitMinor) && draft.dailyLimitMinor > 0) &&
      refusal('daily_limit_not_valid', 'daily_limit_minor must be a whole number above zero, or null for no limit'),
    draft.sample !== null && textFault(draft.sample) !== null && refusal('sample_not_valid', 'sample is no valid SMS'),
  ];
  for (const found of checks) {
    if (found !== null && found !== false) return found;
  }
  return null;
}

function refusalOfSenders(senders: readonly string[] | null): TemplateRefusal | null {
  if (senders?.length === 0) return refusal('sender_not_valid', 'senders is empty; use null for any sender');
  for (const sender of senders ?? []) {
    const result = normaliseSender(sender);
    if (!result.ok) return refusal('sender_not_valid', `senders: ${result.message}`);
    if (result.sender.value !== sender) {
      return refusal(
        'sender_not_valid',
        `senders must be written in their normal form, such as ${result.sender.value}`,
      );
    }
  }
  return null;
}

function refusalOfSeparators(decimal: string | null, group: string): TemplateRefusal | null {
  if (decimal !== null && !DECIMAL_SEPARATORS.some((known) => known === decimal)) {
    return refusal('separators_not_valid', `decimal_separator must be one of ${DECIMAL_SEPARATORS.join(' ')} or null`);
  }
  for (const char of group) {
    if (!GROUP_SEPARATORS.some((known) => known === char)) {
      return refusal('separators_not_valid', "group_separators may hold , . ' ، / and a space");
    }
    if (char === decimal) {
      return refusal('separators_not_valid', `${char} cannot separate both decimals and groups`);
    }
  }
  return null;
}

function isName(text: string): boolean {
  return text.trim() !== '' && text.length <= MAX_NAME_LENGTH && textFault(text) === null;
}

function isUnitMultiplier(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_UNIT_MULTIPLIER;
}

function isTemplateGroup(name: string): name is TemplateGroup {
  return TEMPLATE_GROUPS.some((group) => group === name);
}

function refusal(code: TemplateRefusal['code'], message: string): TemplateRefusal {
  return { code, message };
}

function refused(code: TemplateRefusal['code'], message: string): CompileResult {
  return { ok: false, refusal: refusal(code, message) };
}
