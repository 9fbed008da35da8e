/** What one template reads in one text. */
import { currencyOfText } from './currency-text';
import { minorDigits } from './money';
import { surroundingsFault } from './amount-surroundings';
import { parseAmount, parseSignedAmount, type AmountFormat } from './parse-amount';
import { parseMoment } from './parse-date';
import type { Movement, ParsedPayment, ParseFault } from './parse-result';
import type { CompiledTemplate } from './template-compile';
import type { TemplateGroup } from './template-version';
import { originalSlice, type FoldedText } from './text';

export type Reading =
  | { readonly kind: 'payment'; readonly payment: ParsedPayment }
  | { readonly kind: 'fault'; readonly fault: ParseFault }
  /** The template says that the text is no payment; a debit's may read what it took from the account. */
  | { readonly kind: 'no_payment'; readonly movement: Movement | null };

const NO_PAYMENT: Reading = { kind: 'no_payment', movement: null };
/** Each search may run to the end of the text: without a limit many matches would cost its square. */
const MAX_PLACES = 3;
const MAX_NAME_LENGTH = 120;
const MAX_REFERENCE_LENGTH = 64;

/** Null where the template's pattern is not in the text. */
export function readPayment(template: CompiledTemplate, folded: FoldedText, receivedAt: Date): Reading | null {
  // The test runs without captures, on the fast engine; most templates end here.
  if (!template.regex.test(folded.text)) return null;
  if (template.version.kind === 'debit' && readsMoney(template)) return readDebit(template, folded, receivedAt);
  if (template.version.kind !== 'credit') return NO_PAYMENT;
  return readMatches(template, folded, receivedAt);
}

function readMatches(template: CompiledTemplate, folded: FoldedText, receivedAt: Date): Reading | null {
  const matcher = template.regex.matcher(folded.text);
  if (!matcher.find()) return null;
  const captures = capturesOf(template, matcher);
  const reading = readCaptures(template, folded, captures, receivedAt);
  const amount = amountOf(folded, captures);
  for (let place = 2; matcher.find(); place += 1) {
    const same = amountOf(folded, capturesOf(template, matcher)) === amount;
    if (!same || place > MAX_PLACES) return { kind: 'fault', fault: 'several_amounts' };
  }
  return reading;
}

function readsMoney({ groups }: CompiledTemplate): boolean {
  return groups.has('amount');
}

/** A debit is read as a credit is, and no more is made of it than what it took: where that is in doubt, nothing. */
function readDebit(template: CompiledTemplate, folded: FoldedText, receivedAt: Date): Reading {
  const reading = readMatches(template, folded, receivedAt);
  if (reading?.kind !== 'payment') return NO_PAYMENT;
  const { bank, currency, accountTail, amountMinor, balanceMinor } = reading.payment;
  const balance = template.version.balanceChain ? balanceMinor : null;
  return {
    kind: 'no_payment',
    movement: { bank, currency, accountTail, changeMinor: -amountMinor, balanceMinor: balance },
  };
}

function amountOf({ text }: FoldedText, { amount }: Captures): string {
  if (amount === undefined) return '';
  const { start, end } = withoutSentenceEnd(text, amount);
  return text.slice(start, end);
}

interface Span {
  readonly start: number;
  readonly end: number;
}
type Captures = Readonly<Partial<Record<TemplateGroup, Span>>>;
interface Places {
  start: (group: number) => number;
  end: (group: number) => number;
}

function capturesOf({ groups }: CompiledTemplate, places: Places): Captures {
  const captures: Partial<Record<TemplateGroup, Span>> = {};
  for (const [name, group] of groups) {
    const start = places.start(group);
    const end = places.end(group);
    if (start >= 0 && end > start) captures[name] = { start, end };
  }
  return captures;
}

function readCaptures(template: CompiledTemplate, folded: FoldedText, captures: Captures, receivedAt: Date): Reading {
  const { version } = template;
  const span = captures.amount === undefined ? undefined : withoutSentenceEnd(folded.text, captures.amount);
  if (span === undefined) return { kind: 'fault', fault: 'amount_does_not_fit' };
  const written = textOf(folded, captures.currency);
  const currency = written === '' ? version.currency : currencyOfText(written, version.currency);
  const digits = currency === null ? null : minorDigits(currency);
  if (currency === null || digits === null) return { kind: 'fault', fault: 'currency_unknown' };
  const { decimalSeparator, groupSeparators, unitMultiplier } = version;
  const format: AmountFormat = { decimalSeparator, groupSeparators, digits, unitMultiplier };
  const amount = parseAmount(folded.text.slice(span.start, span.end), format);
  if (!amount.ok) return { kind: 'fault', fault: amount.fault };
  const fault = surroundingsFault(folded, span, { currency, groupSeparators, unitMultiplier });
  if (fault !== null) return { kind: 'fault', fault };
  const payment: ParsedPayment = {
    amountMinor: amount.amountMinor,
    currency,
    bank: version.bank,
    accountTail: accountTailOf(textOf(folded, captures.account)),
    payerName: payerNameOf(folded, captures.payer),
    reference: referenceOf(folded, captures.reference),
    balanceMinor: balanceOf(folded, captures.balance, format),
    occurredAt: occurredAtOf(template, folded, captures, receivedAt),
  };
  return { kind: 'payment', payment };
}

/** "received 500." and "500, thank you": a sign at the end of the number that no digit follows is punctuation. */
function withoutSentenceEnd(text: string, { start, end }: Span): Span {
  const spaces = end - start - text.slice(start, end).trimEnd().length;
  const last = end - spaces;
  const ends = '.,'.includes(text.charAt(last - 1)) && !isDigit(text.charAt(last));
  return { start, end: ends ? last - 1 : last };
}

function textOf(folded: FoldedText, span: Span | undefined): string {
  return span === undefined ? '' : folded.text.slice(span.start, span.end).trim();
}

const TAIL_DIGITS = 4;
const ACCOUNT_GAPS = /[ \-./]/g;
const LAST_DIGITS = /[0-9]+$/;

/** The digits after the last masked place: "XX1234" and "****1234" show a tail, "1234XXXX" shows none. */
function accountTailOf(account: string): string | null {
  const tail = LAST_DIGITS.exec(account.replace(ACCOUNT_GAPS, ''))?.[0].slice(-TAIL_DIGITS) ?? '';
  return tail.length < 2 ? null : tail;
}

const OUTER_PUNCTUATION = /^[\s.,:;*"'()-]+|[\s.,:;*"'(-]+$/g;

function payerNameOf(folded: FoldedText, span: Span | undefined): string | null {
  if (span === undefined) return null;
  const name = originalSlice(folded, span.start, span.end).replace(OUTER_PUNCTUATION, '');
  return name === '' ? null : name.slice(0, MAX_NAME_LENGTH);
}

const REFERENCE_NOISE = /[\s.,:;*#]+$|^[\s.,:;*#]+| /g;

function referenceOf(folded: FoldedText, span: Span | undefined): string | null {
  const reference = textOf(folded, span).replace(REFERENCE_NOISE, '').toUpperCase();
  return reference === '' || reference.length > MAX_REFERENCE_LENGTH ? null : reference;
}

function balanceOf(folded: FoldedText, span: Span | undefined, format: AmountFormat): number | null {
  if (span === undefined) return null;
  const { start, end } = withoutSentenceEnd(folded.text, span);
  const balance = parseSignedAmount(folded.text.slice(start, end), format);
  return balance.ok ? balance.amountMinor : null;
}

function occurredAtOf(
  { dateFormat, toInstant }: CompiledTemplate,
  folded: FoldedText,
  captures: Captures,
  receivedAt: Date,
): Date | null {
  const date = textOf(folded, captures.date);
  const time = textOf(folded, captures.time);
  if (dateFormat === null || date === '' || time === '') return null;
  return parseMoment(date, time, dateFormat, toInstant, receivedAt);
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}
