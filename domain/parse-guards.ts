/**
 * Built-in guards: what keeps a text that speaks of money but brought none from being read as a payment. They judge
 * the folded text before a credit template's reading is accepted, whatever the templates say.
 */
import { RE2JS } from 're2js';
import { DISCLAIMERS, DOUBTS, GUARD_RULES, SETTLED, TO_YOU } from './guard-rules';
import type { GuardRule } from './guard-rule';
import { foldPattern } from './template-pattern';
import type { NotCreditKind } from './template-version';

export type GuardVerdict =
  | { readonly verdict: 'not_a_credit'; readonly kind: NotCreditKind; readonly rule: string }
  /** Words of both directions: these words must be vouched for by the template, or a person reads the SMS. */
  | { readonly verdict: 'doubt'; readonly words: readonly string[] }
  | { readonly verdict: 'pass' };

export interface Guards {
  readonly judge: (folded: string) => GuardVerdict;
}

interface CompiledRule {
  readonly name: string;
  readonly kind: NotCreditKind;
  readonly regex: RE2JS;
  readonly unless: GuardRule['unless'];
}

/** What lifts rules: see `GuardRule.unless`. */
interface Lifts {
  readonly settled: RE2JS;
  readonly toYou: RE2JS;
}

const PASS: GuardVerdict = { verdict: 'pass' };

/** Compiles the rules, once for each template set. */
export function compileGuards(): Guards {
  const lifts: Lifts = { settled: anyOf(SETTLED), toYou: anyOf(TO_YOU) };
  const rules = GUARD_RULES.map(({ name, kind, patterns, unless }): CompiledRule => ({
    name,
    kind,
    regex: anyOf(patterns),
    unless,
  }));
  const doubts = DOUBTS.map(foldPattern);
  const disclaimers = anyOf(DISCLAIMERS);
  // Most payments trip nothing: one pass over all rules and doubts says so.
  const anything = anyOf([
    ...GUARD_RULES.flatMap(({ patterns }) => patterns),
    ...DOUBTS.map((word) => RE2JS.quote(word)),
  ]);

  return {
    judge(folded) {
      if (!anything.test(folded)) return PASS;
      const text = disclaimers.test(folded) ? disclaimers.matcher(folded).replaceAll(' ') : folded;
      const tripped = rules.find((rule) => trips(rule, lifts, text));
      if (tripped !== undefined) return { verdict: 'not_a_credit', kind: tripped.kind, rule: tripped.name };
      const words = doubts.filter((word) => text.includes(word));
      return words.length === 0 ? PASS : { verdict: 'doubt', words };
    },
  };
}

/** What lifts a rule must stand outside of the rule's own words: "will be credited with" has not been credited. */
function trips({ regex, unless }: CompiledRule, { settled, toYou }: Lifts, text: string): boolean {
  if (!regex.test(text)) return false;
  const others = (): string => regex.matcher(text).replaceAll(' ');
  switch (unless) {
    case undefined:
      return true;
    case 'settled':
      return !settled.test(others());
    case 'came_to_you':
      return !settled.test(beforeFirst(regex, text)) && !toYou.test(others());
  }
}

function beforeFirst(regex: RE2JS, text: string): string {
  const matcher = regex.matcher(text);
  return matcher.find() ? text.slice(0, matcher.start()) : text;
}

function anyOf(patterns: readonly string[]): RE2JS {
  return RE2JS.compile(patterns.map((pattern) => `(?:${foldPattern(pattern)})`).join('|'));
}
