/** Amounts as banks write them, read strictly: what does not fit the declared form is refused, never guessed. */
import { MAX_AMOUNT_MINOR } from './money';
import type { ParseFault } from './parse-result';

export interface AmountFormat {
  /** See `TemplateDraft.decimalSeparator`. */
  readonly decimalSeparator: string | null;
  /** See `TemplateDraft.groupSeparators`. */
  readonly groupSeparators: string;
  /** Minor digits of the currency (ISO 4217). */
  readonly digits: number;
  readonly unitMultiplier: number;
}

export type AmountFault = Extract<ParseFault, 'amount_does_not_fit' | 'amount_out_of_range' | 'amount_not_positive'>;
export type AmountResult =
  { readonly ok: true; readonly amountMinor: number } | { readonly ok: false; readonly fault: AmountFault };

const ARABIC_DECIMAL = '٫';
const ARABIC_GROUP = '٬';
const DIGITS = /^[0-9]+$/;
/** Longer than any amount that fits 2^53-1; keeps the integer arithmetic short. */
const MAX_AMOUNT_LENGTH = 40;

/**
 * Reads a signed amount of folded text into minor units, exactly (integers only).
 *
 * - Groups must be well formed: threes (1,234,567) or the Indian way (12,34,567), one separator throughout.
 * - More digits after the decimal separator than the currency has do not fit, not even zeros: "1.234" may be a
 *   thousand. Fewer are fine: "1.5" is 1.50.
 * - Leading zeros do not fit ("00050000" may have implied decimals), nor does a separator at either end.
 */
export function parseSignedAmount(text: string, format: AmountFormat): AmountResult {
  const negative = text.startsWith('-') || text.endsWith('-');
  const unsigned = text.replace(/^[+-] ?/, '').replace(/ ?[+-]$/, '');
  if (unsigned.length > MAX_AMOUNT_LENGTH) return { ok: false, fault: 'amount_does_not_fit' };
  const parts = splitDecimals(unsigned, format.decimalSeparator);
  if (parts === null || parts.fraction.length > format.digits) return { ok: false, fault: 'amount_does_not_fit' };
  const whole = ungroup(parts.whole, format.groupSeparators);
  if (whole === null) return { ok: false, fault: 'amount_does_not_fit' };
  const minor = BigInt(whole + parts.fraction.padEnd(format.digits, '0')) * BigInt(format.unitMultiplier);
  if (minor > MAX_AMOUNT_MINOR) return { ok: false, fault: 'amount_out_of_range' };
  return { ok: true, amountMinor: negative && minor > 0n ? -Number(minor) : Number(minor) };
}

/** The amount of a payment: as `parseSignedAmount`, and above zero. */
export function parseAmount(text: string, format: AmountFormat): AmountResult {
  const result = parseSignedAmount(text, format);
  return result.ok && result.amountMinor <= 0 ? { ok: false, fault: 'amount_not_positive' } : result;
}

interface Parts {
  readonly whole: string;
  readonly fraction: string;
}

/** At the last decimal separator; null where it stands twice or without digits after it. */
function splitDecimals(text: string, decimalSeparator: string | null): Parts | null {
  const separator = text.includes(ARABIC_DECIMAL) ? ARABIC_DECIMAL : decimalSeparator;
  const place = separator === null ? -1 : text.indexOf(separator);
  if (separator === null || place === -1) return { whole: text, fraction: '' };
  const fraction = text.slice(place + separator.length);
  return DIGITS.test(fraction) ? { whole: text.slice(0, place), fraction } : null;
}

/** The digits of a well-grouped whole number; null where it is not one. */
function ungroup(text: string, groupSeparators: string): string | null {
  if (DIGITS.test(text)) return text.length > 1 && text.startsWith('0') ? null : text;
  const separator = Array.from(groupSeparators + ARABIC_GROUP).find((char) => text.includes(char));
  if (separator === undefined) return null;
  const groups = text.split(separator);
  const [first = '', ...rest] = groups;
  const last = rest.at(-1) ?? '';
  const middle = rest.slice(0, -1);
  if (!groups.every((group) => DIGITS.test(group)) || first.startsWith('0') || last.length !== 3) return null;
  const inThrees = first.length <= 3 && middle.every((group) => group.length === 3);
  const indian = first.length <= 2 && middle.every((group) => group.length === 2);
  return inThrees || indian ? groups.join('') : null;
}
