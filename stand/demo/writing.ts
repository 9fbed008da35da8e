/** How banks write: amounts grouped and in the digits of a script, and the time on the bank's own clock. */

export interface AmountStyle {
  /** Minor units in one unit as written: 100 for cents, 1000 for a toman (ten rials). */
  readonly unitMinor: number;
  /** Digits written after the separator; 0: this bank writes whole units. */
  readonly decimals: number;
  readonly group: string;
  readonly decimal: string;
  /** 12,34,567 in place of 1,234,567. */
  readonly indian?: boolean;
}

export const POINT: AmountStyle = { unitMinor: 100, decimals: 2, group: ',', decimal: '.' };
export const COMMA: AmountStyle = { unitMinor: 100, decimals: 2, group: '.', decimal: ',' };
export const INDIAN: AmountStyle = { ...POINT, indian: true };

export function amountText(amountMinor: number, style: AmountStyle): string {
  const whole = String(Math.floor(amountMinor / style.unitMinor));
  const grouped = whole.replace(style.indian ? INDIAN_GROUPS : GROUPS, style.group);
  if (style.decimals === 0) return grouped;
  return `${grouped}${style.decimal}${String(amountMinor % style.unitMinor).padStart(style.decimals, '0')}`;
}

/** Behind its label; nothing where the text leaves the balance out. */
export function balanceText(label: string, balanceMinor: number | null, style: AmountStyle): string {
  return balanceMinor === null ? '' : `${label}${amountText(balanceMinor, style)}`;
}

const GROUPS = /\B(?=(\d{3})+$)/g;
const INDIAN_GROUPS = /\B(?=(\d{2})*\d{3}$)/g;

const ZEROS = { persian: '۰', arabic: '٠', devanagari: '०' } as const;

export function inDigitsOf(script: keyof typeof ZEROS, text: string): string {
  const zero = ZEROS[script].charCodeAt(0);
  return text.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));
}

/** Each part as two digits, the year as four. */
export interface Clock {
  readonly year: string;
  readonly month: string;
  /** JAN, FEB, … */
  readonly monthName: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;

export function clockAt(at: Date, timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const month = part('month');
  return {
    year: part('year'),
    month,
    monthName: MONTHS[Number(month) - 1] ?? '',
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}
