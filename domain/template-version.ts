/**
 * Templates: the parsing rules of banks. A template has versions that are kept for ever; a version says where in the
 * text the amount and the rest stand, and how this bank writes numbers, so that nothing has to be guessed.
 */

export const TEMPLATE_KINDS = ['credit', 'otp', 'debit', 'failed', 'marketing', 'request'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];
/** Why a text that was understood is no money received. */
export type NotCreditKind = Exclude<TemplateKind, 'credit'>;

/** The named groups that a pattern may have; a credit pattern must have `amount`. */
export const TEMPLATE_GROUPS = [
  'amount',
  'currency',
  'account',
  'payer',
  'reference',
  'balance',
  'date',
  'time',
] as const;
export type TemplateGroup = (typeof TEMPLATE_GROUPS)[number];

export const DECIMAL_SEPARATORS = ['.', ',', '/'] as const;
export const GROUP_SEPARATORS = [',', '.', ' ', "'", '،', '/'] as const;

/** What a person writes; the repository adds `templateId` and `version`. */
export interface TemplateDraft {
  readonly name: string;
  readonly bank: string;
  readonly kind: TemplateKind;
  /** Senders in the form of `normaliseSender`; null: any sender. */
  readonly senders: readonly string[] | null;
  /** Lower is tried first; equal ones must agree on what they read. */
  readonly priority: number;
  /**
   * RE2 pattern, searched for in the folded text (see `foldText`): lower case, ASCII digits, single spaces, `\n`
   * between lines. Its own letters are folded in the same way, so it may be written as the bank writes.
   */
  readonly pattern: string;
  /** One of `DECIMAL_SEPARATORS`; null: this bank writes no decimals. The Arabic ٫ always counts as one. */
  readonly decimalSeparator: string | null;
  /** Each character is a group separator of `GROUP_SEPARATORS`; '' for none. The Arabic ٬ always counts as one. */
  readonly groupSeparators: string;
  /** ISO 4217; used where the `currency` group is missing, and to tell whose "Rs" or "$" it is. */
  readonly currency: string | null;
  /** Units of the currency in one unit as written: 10 for a toman, which is ten rials; otherwise 1. */
  readonly unitMultiplier: number;
  /** Such as `dd-MM-yy`, `yyyy/MM/dd`, `dd-MMM-yyyy`, `MM-dd`, with `jalali:` before it for the Iranian calendar. */
  readonly dateFormat: string | null;
  /** IANA name or `+05:30`: where the bank's clock stands. */
  readonly timeZone: string;
  readonly enabled: boolean;
  /** What the machine may approve by this template in a day; null: no limit. */
  readonly dailyLimitMinor: number | null;
  /**
   * Whether the balances that it reads are a ledger's, so that a break in their chain says that an SMS is missing. False
   * for a bank that tells available or rounded balances.
   */
  readonly balanceChain: boolean;
  /** An SMS that the pattern must match; without real names or accounts. */
  readonly sample: string | null;
}

/** Where nobody has said otherwise: a pattern that reads a balance has one to chain. */
export function readsBalance(pattern: string): boolean {
  return /\(\?P?<balance>/.test(pattern);
}

export interface TemplateVersion extends TemplateDraft {
  readonly templateId: number;
  /** 1, 2, …; a change makes a new version. */
  readonly version: number;
}

export const TEMPLATE_REFUSALS = [
  'name_not_valid',
  'bank_not_valid',
  'priority_not_valid',
  'sender_not_valid',
  'pattern_empty',
  'pattern_too_long',
  'pattern_not_compiled',
  'pattern_too_large',
  'pattern_matches_empty',
  'group_unknown',
  'amount_group_missing',
  'separators_not_valid',
  'currency_unknown',
  'currency_missing',
  'unit_multiplier_not_valid',
  'date_format_not_valid',
  'time_zone_not_valid',
  'daily_limit_not_valid',
  'sample_not_valid',
  'sample_not_matched',
] as const;

/** Why a template is not taken: the code for machines, the message for the person who wrote it. */
export interface TemplateRefusal {
  readonly code: (typeof TEMPLATE_REFUSALS)[number];
  /** Names the field as it is called in the HTTP contract, what is wrong with it, and what would be right. */
  readonly message: string;
}
