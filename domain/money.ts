/** Money is an integer in minor units (`amountMinor`) beside its ISO 4217 currency: never a float. */
import { code as currencyByCode } from 'currency-codes';

/** Amounts above this are refused everywhere: past it JavaScript's integers lose precision. */
export const MAX_AMOUNT_MINOR = Number.MAX_SAFE_INTEGER;

export interface Money {
  readonly amountMinor: number;
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
}

/** Digits after the decimal point by ISO 4217 (JPY 0, EUR 2, KWD 3, IRR 2); null for a code that is not in the standard. */
export function minorDigits(currency: string): number | null {
  const record = currencyByCode(currency);
  return record?.code === currency ? record.digits : null;
}

/** "1234.50 EUR": for people, in logs of the demo and in errors; never parsed back. */
export function formatMoney(money: Money): string {
  const digits = minorDigits(money.currency) ?? 0;
  const sign = money.amountMinor < 0 ? '-' : '';
  const text = String(Math.abs(money.amountMinor)).padStart(digits + 1, '0');
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return `${sign}${whole} ${money.currency}`;
}
