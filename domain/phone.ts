/** The sender of an SMS in one form, however a phone, an operator or a person wrote it. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { normaliseText, textFault, withAsciiDigits } from './text';

export interface Sender {
  readonly kind: 'number' | 'alphanumeric' | 'short_code';
  /** E.164 for a number (+989121234567), upper-case core for a name (HDFCBK), digits for a short code or service code (56767). */
  readonly value: string;
}

export const SENDER_REFUSALS = ['empty', 'too_long', 'not_a_number', 'country_unknown', 'not_a_sender'] as const;
export type SenderRefusal = (typeof SENDER_REFUSALS)[number];

export type SenderResult =
  | { readonly ok: true; readonly sender: Sender }
  | { readonly ok: false; readonly refusal: SenderRefusal; readonly message: string };

const MAX_SENDER_LENGTH = 64;
/** The longest service codes (1069… in China) have 20 digits. */
const MAX_DIGITS = 20;

const REFUSAL_MESSAGES: Readonly<Record<SenderRefusal, string>> = {
  empty: 'the sender is empty',
  too_long: `the sender is longer than ${MAX_SENDER_LENGTH} characters`,
  not_a_number: 'the sender looks like a phone number but is none; check its digits',
  country_unknown: 'the sender is a national phone number; write it with + and its country code',
  not_a_sender:
    "a sender is a phone number, a short code, or a name of letters, digits, spaces and . - _ & ' characters",
};

const NAME = /^[\p{L}\p{M}\p{N}.\-_&']+$/u;
const LETTER = /\p{L}/u;
const DIALLED = /^\+?[\d\-().]+$/;
const NOT_DIGITS = /\D/g;
/**
 * Indian operators wrap the registered header: two letters for operator and circle before it, and one letter for the
 * kind of message (promotional, service, transactional, government) after it. Without the last one only a header of
 * exactly six characters is one, so that a bank called AB-BANK keeps its name.
 */
const WRAPPED_WITH_SUFFIX = /^[A-Z]{2}-([A-Z0-9]{3,9})-[PSTG]$/;
const WRAPPED = /^[A-Z]{2}-([A-Z0-9]{6})$/;
const SUFFIXED = /^([A-Z0-9]{6})-[PSTG]$/;

/**
 * Brings a sender into its one form. `defaultCountry` (ISO 3166 alpha-2) gives national numbers their country. Without
 * it nothing is guessed: a number that starts with 0 is refused, and digits without a country code that can be read
 * from them stay as they are (banks also send from service codes of 8 and more digits).
 */
export function normaliseSender(raw: string, defaultCountry?: string): SenderResult {
  if (raw.length > MAX_SENDER_LENGTH) return refuse('too_long');
  if (textFault(raw) !== null) return refuse('not_a_sender');
  const text = withAsciiDigits(normaliseText(raw).normalize('NFKC')).replaceAll(' ', '').toUpperCase();
  if (text === '') return refuse('empty');
  if (LETTER.test(text)) return NAME.test(text) ? named(headerOf(text)) : refuse('not_a_sender');
  if (!DIALLED.test(text)) return refuse('not_a_sender');
  const digits = text.replace(NOT_DIGITS, '');
  if (digits.length < 3 || digits.length > MAX_DIGITS) return refuse('not_a_number');
  if (text.startsWith('+')) return internationalNumber(digits);
  if (digits.startsWith('00')) return internationalNumber(digits.slice(2));
  return digits.length <= 6 ? accept('short_code', digits) : nationalNumber(digits, defaultCountry?.toUpperCase());
}

/** Possible by its length is enough: the lines that banks send from are not in the numbering plans of people. */
function internationalNumber(digits: string): SenderResult {
  const number = parsePhoneNumberFromString(`+${digits}`);
  return number?.isPossible() === true ? accept('number', number.number) : refuse('not_a_number');
}

function nationalNumber(digits: string, country: string | undefined): SenderResult {
  if (country !== undefined && isSupportedCountry(country)) {
    const national = parsePhoneNumberFromString(digits, country);
    if (national?.isValid() === true) return accept('number', national.number);
  }
  // Gateways leave the plus out. No country dials twelve digits nationally without a zero before them.
  const whole = digits.length >= 12 && digits.length <= 15 ? parsePhoneNumberFromString(`+${digits}`) : undefined;
  if (whole?.isValid() === true) return accept('number', whole.number);
  if (!digits.startsWith('0')) return accept('short_code', digits);
  return refuse(country === undefined ? 'country_unknown' : 'not_a_number');
}

/** A promotional header is six digits: without its wrapping it is a short code. */
function named(header: string): SenderResult {
  return accept(LETTER.test(header) ? 'alphanumeric' : 'short_code', header);
}

function headerOf(name: string): string {
  return (WRAPPED_WITH_SUFFIX.exec(name) ?? WRAPPED.exec(name) ?? SUFFIXED.exec(name))?.[1] ?? name;
}

function accept(kind: Sender['kind'], value: string): SenderResult {
  return { ok: true, sender: { kind, value } };
}

function refuse(refusal: SenderRefusal): SenderResult {
  return { ok: false, refusal, message: REFUSAL_MESSAGES[refusal] };
}
