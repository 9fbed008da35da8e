/** How currencies are written in SMS: codes, signs and words, and which of them several currencies share. */
import { minorDigits } from './money';

/** Folded spelling → the currencies that are written so. A shared one counts only where the template names its own. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  rs: ['INR', 'PKR', 'NPR', 'LKR', 'MUR'],
  'rs.': ['INR', 'PKR', 'NPR', 'LKR', 'MUR'],
  '₹': ['INR'],
  रु: ['INR', 'NPR'],
  'रु.': ['INR', 'NPR'],
  रुपये: ['INR', 'NPR'],
  रुपए: ['INR', 'NPR'],
  रुपैयाँ: ['NPR'],
  '৳': ['BDT'],
  tk: ['BDT'],
  'tk.': ['BDT'],
  টাকা: ['BDT'],
  $: ['USD', 'AUD', 'CAD', 'SGD', 'HKD', 'NZD', 'MXN', 'ARS', 'CLP', 'COP', 'TWD'],
  us$: ['USD'],
  r$: ['BRL'],
  '€': ['EUR'],
  euro: ['EUR'],
  '£': ['GBP', 'EGP', 'LBP'],
  '¥': ['JPY', 'CNY'],
  元: ['CNY', 'TWD'],
  人民币: ['CNY'],
  rmb: ['CNY'],
  円: ['JPY'],
  '₩': ['KRW'],
  원: ['KRW'],
  '₺': ['TRY'],
  tl: ['TRY'],
  '₽': ['RUB'],
  'руб.': ['RUB'],
  руб: ['RUB'],
  р: ['RUB'],
  '₴': ['UAH'],
  грн: ['UAH'],
  zł: ['PLN'],
  zl: ['PLN'],
  '₦': ['NGN'],
  ksh: ['KES'],
  'ksh.': ['KES'],
  kshs: ['KES'],
  ریال: ['IRR', 'SAR', 'OMR', 'QAR', 'YER'],
  تومان: ['IRR'],
  درهم: ['AED', 'MAD'],
  دینار: ['KWD', 'BHD', 'JOD', 'IQD', 'TND', 'LYD', 'DZD'],
  'د.ک': ['KWD'],
  'د.ا': ['AED', 'JOD'],
  'ر.س': ['SAR'],
  sr: ['SAR'],
  dhs: ['AED'],
  dh: ['AED', 'MAD'],
  kd: ['KWD'],
  bd: ['BHD'],
  rial: ['IRR', 'OMR', 'YER'],
  rials: ['IRR', 'OMR', 'YER'],
  toman: ['IRR'],
  '₱': ['PHP'],
  '₫': ['VND'],
  đ: ['VND'],
  '฿': ['THB'],
  rp: ['IDR'],
  rm: ['MYR'],
  fr: ['CHF'],
  'fr.': ['CHF'],
};

const SPELLED: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(SPELLINGS));

/** Words for a unit that is not the currency's own: how many of the currency's units it holds. */
export const UNIT_WORDS: ReadonlyMap<string, number> = new Map([
  ['تومان', 10],
  ['تومن', 10],
  ['toman', 10],
  ['tomans', 10],
  ['ریال', 1],
  ['rial', 1],
  ['rials', 1],
  ['irr', 1],
]);

/** ISO codes of metals, funds and tests are in the standard, but nobody deposits them. */
const CIRCULATING_X = ['XAF', 'XCD', 'XCG', 'XOF', 'XPF'];

/** Whether a deposit may be in this currency: ISO 4217, upper case, in circulation. */
export function isPaymentCurrency(code: string): boolean {
  return minorDigits(code) !== null && (!code.startsWith('X') || CIRCULATING_X.includes(code));
}

/**
 * The currency that a folded spelling means beside a template whose own currency is `expected`; null where it means
 * none, or several and not the expected one.
 */
export function currencyOfText(folded: string, expected: string | null): string | null {
  const meant = currenciesWritten(folded);
  if (expected !== null && meant.includes(expected)) return expected;
  return meant.length === 1 ? (meant[0] ?? null) : null;
}

/** All currencies that a folded spelling may stand for; none where it is no currency. */
export function currenciesWritten(folded: string): readonly string[] {
  const code = folded.toUpperCase();
  if (code.length === 3 && isPaymentCurrency(code)) return [code];
  return SPELLED.get(folded) ?? [];
}
