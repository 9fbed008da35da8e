/** Reads a bank SMS by the templates of its sender. Pure and linear in the length of the text; never guesses. */
import { readPayment, type Reading } from './parse-reading';
import type { Movement, ParsedPayment, ParseFault, ParseResult } from './parse-result';
import type { CompiledTemplate } from './template-compile';
import type { TemplateSet, Tier } from './template-set';
import type { TemplateVersion } from './template-version';
import { foldText, textFault, type FoldedText } from './text';

export { PARSE_FAULTS, PARSE_FAULT_MEANINGS } from './parse-result';
export type { Movement, ParsedPayment, ParseFault, ParseResult } from './parse-result';

export interface SmsToParse {
  /** The value of `normaliseSender`. */
  readonly sender: string;
  readonly body: string;
  /** The phone's clock: gives dates without a year theirs. */
  readonly receivedAt: Date;
}

/**
 * Templates are tried by sender, then priority; the first priority at which one matches decides. A template that says
 * what the text is instead of a payment has the last word, then the built-in guards, then the credit templates.
 */
export function parseSms(sms: SmsToParse, templates: TemplateSet): ParseResult {
  const fault = textFault(sms.body);
  if (fault !== null) return failed(fault, null);
  const folded = foldText(sms.body);
  const matches = firstMatches(templates.tiersFor(sms.sender), folded, sms.receivedAt);
  const notCredit = matches.find(({ template }) => template.version.kind !== 'credit');
  if (notCredit !== undefined) return byNotCreditTemplate(notCredit, matches);

  const guard = templates.guards.judge(folded.text);
  if (guard.verdict === 'not_a_credit') {
    const { kind, rule } = guard;
    return { outcome: 'not_a_credit', kind, templateId: null, templateVersion: null, rule, movement: null };
  }
  const [first] = matches;
  if (first === undefined) return failed('no_template', null);
  const vouched = ({ template }: Match): boolean =>
    guard.verdict === 'pass' || guard.words.every((word) => template.foldedPattern.includes(word));
  if (!matches.every(vouched)) return failed('direction_unclear', first.template);
  return agreed(first, matches);
}

interface Match {
  readonly template: CompiledTemplate;
  readonly reading: Reading;
}

function firstMatches(tiers: readonly Tier[], folded: FoldedText, receivedAt: Date): readonly Match[] {
  for (const tier of tiers) {
    const matches: Match[] = [];
    for (const template of tier) {
      const reading = readPayment(template, folded, receivedAt);
      if (reading !== null) matches.push({ template, reading });
    }
    if (matches.length > 0) return matches;
  }
  return [];
}

function byNotCreditTemplate({ template, reading }: Match, matches: readonly Match[]): ParseResult {
  const { version } = template;
  if (version.kind === 'credit' || matches.some(({ template }) => template.version.kind === 'credit')) {
    return { outcome: 'parse_failed', fault: 'templates_disagree', ...idOf(version) };
  }
  const movement = reading.kind === 'no_payment' ? reading.movement : null;
  return { outcome: 'not_a_credit', kind: version.kind, ...idOf(version), rule: null, movement };
}

/** Equals must agree: on whether the text fits, and on everything that decides which deposit is paid. */
function agreed({ template, reading }: Match, matches: readonly Match[]): ParseResult {
  if (matches.some((other) => keyOf(other.reading) !== keyOf(reading))) return failed('templates_disagree', template);
  switch (reading.kind) {
    case 'payment':
      return {
        outcome: 'parsed',
        payment: reading.payment,
        movement: movementOf(reading.payment, template.version),
        ...idOf(template.version),
      };
    case 'fault':
      return failed(reading.fault, template);
    case 'no_payment':
      return failed('templates_disagree', template);
  }
}

function movementOf(payment: ParsedPayment, { balanceChain }: TemplateVersion): Movement {
  const { bank, currency, accountTail, amountMinor, balanceMinor } = payment;
  return { bank, currency, accountTail, changeMinor: amountMinor, balanceMinor: balanceChain ? balanceMinor : null };
}

function keyOf(reading: Reading): string {
  if (reading.kind === 'no_payment') return reading.kind;
  return reading.kind === 'payment' ? decidingParts(reading.payment) : reading.fault;
}

function decidingParts({ amountMinor, currency, accountTail, reference }: ParsedPayment): string {
  return JSON.stringify([amountMinor, currency, accountTail, reference]);
}

function failed(fault: ParseFault, template: CompiledTemplate | null): ParseResult {
  const id = template === null ? { templateId: null, templateVersion: null } : idOf(template.version);
  return { outcome: 'parse_failed', fault, ...id };
}

function idOf({ templateId, version }: CompiledTemplate['version']): { templateId: number; templateVersion: number } {
  return { templateId, templateVersion: version };
}
