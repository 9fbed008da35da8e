/** What parsing an SMS can come to. Faults are words only: they enter workflow histories and logs, the text never does. */
import type { NotCreditKind } from './template-version';

/** Why a text could not be read safely; a person reads it instead. */
export const PARSE_FAULTS = [
  'text_too_long',
  'text_not_valid',
  'no_template',
  'amount_does_not_fit',
  'amount_out_of_range',
  'amount_not_positive',
  'currency_unknown',
  'currency_disagrees',
  'several_amounts',
  'templates_disagree',
  'direction_unclear',
] as const;
export type ParseFault = (typeof PARSE_FAULTS)[number];

/** For people and the command line. */
export const PARSE_FAULT_MEANINGS: Readonly<Record<ParseFault, string>> = {
  text_too_long: 'the text is longer than 2,000 characters',
  text_not_valid: 'the text holds a NUL or a broken character',
  no_template: 'no template of this sender fits the text',
  amount_does_not_fit: "the amount does not fit the template's separators or the decimals of the currency",
  amount_out_of_range: 'the amount is larger than can be booked',
  amount_not_positive: 'the amount is zero or negative',
  currency_unknown: 'the currency is not known, or the sign stands for several',
  currency_disagrees: "the currency written beside the amount is not the template's",
  several_amounts: 'the template fits the text at several places, with different amounts',
  templates_disagree: 'templates of one priority read the text differently',
  direction_unclear: 'the text speaks of money that came and of money that went',
};

export interface ParsedPayment {
  /** Minor units of `currency`, 1 to `MAX_AMOUNT_MINOR`. */
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly bank: string;
  /** The last digits (2 to 4) of the receiving account, where the SMS shows them. */
  readonly accountTail: string | null;
  /** As the SMS writes it, for display and comparison. */
  readonly payerName: string | null;
  /** Upper case, without spaces: unique by bank and currency. */
  readonly reference: string | null;
  /** May be negative; null where the SMS names none that fits. */
  readonly balanceMinor: number | null;
  /** Bank's date and time; null unless the SMS names both: half a time would be a guess. */
  readonly occurredAt: Date | null;
}

/** What a text says of its account, for the chain of its balances. */
export interface Movement {
  readonly bank: string;
  readonly currency: string;
  readonly accountTail: string | null;
  /** Signed minor units: a credit adds, a debit takes; null where the amount was not read. */
  readonly changeMinor: number | null;
  /** Null where none was read, or where this bank's balances are not to be relied on (`balanceChain`). */
  readonly balanceMinor: number | null;
}

export type ParseResult =
  | {
      readonly outcome: 'parsed';
      readonly payment: ParsedPayment;
      readonly movement: Movement;
      readonly templateId: number;
      readonly templateVersion: number;
    }
  | {
      readonly outcome: 'not_a_credit';
      readonly kind: NotCreditKind;
      /** The template that said so, or null where a built-in guard did. */
      readonly templateId: number | null;
      readonly templateVersion: number | null;
      /** Name of the built-in guard. */
      readonly rule: string | null;
      /** Of a debit whose template reads its money. */
      readonly movement: Movement | null;
    }
  | {
      readonly outcome: 'parse_failed';
      readonly fault: ParseFault;
      readonly templateId: number | null;
      readonly templateVersion: number | null;
    };
