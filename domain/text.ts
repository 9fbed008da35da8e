/**
 * The text of an SMS in its two working forms: normalised (to recognise the same SMS seen by two sources) and folded
 * (what templates and guards are matched on). Nothing here guesses: characters that mean the same become the same.
 */

/** Longest text that is parsed, in UTF-16 units; the doors refuse longer ones, and the parser again. */
export const MAX_BODY_LENGTH = 2000;

export type TextFault = 'text_too_long' | 'text_not_valid';

/** NUL cannot be stored by PostgreSQL, and a lone surrogate has no UTF-8 form: both are refused before anything else. */
const NOT_VALID = /[\0\p{Surrogate}]/u;

/** What forbids to store or parse a text; null when it may go on. */
export function textFault(text: string): TextFault | null {
  if (text.length > MAX_BODY_LENGTH) return 'text_too_long';
  return NOT_VALID.test(text) ? 'text_not_valid' : null;
}

/** Bidi marks, joiners, byte order marks, soft hyphens, variation selectors, control characters: seen by nobody. */
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u034f]|(?!\s)\p{Cc}/u;
const ALL_INVISIBLE = new RegExp(INVISIBLE, 'gu');
const WHITE_SPACE_RUN = /\s+/gu;

/**
 * The text as two sources would both report it: composed (NFC), without invisible characters, each run of white space
 * as one space. Safe to show (no direction overrides), keeps case, digits and punctuation as they were written.
 */
export function normaliseText(text: string): string {
  return text.replace(ALL_INVISIBLE, '').normalize('NFC').replace(WHITE_SPACE_RUN, ' ').trim();
}

export interface FoldedText {
  /** Lower case, ASCII digits, single spaces, `\n` between lines; see `foldText`. */
  readonly text: string;
  readonly original: string;
  /** For each UTF-16 unit of `text`, and for its end, the place in `original`; null when the places are the same. */
  readonly offsets: readonly number[] | null;
}

/** The part of the original text that a part of the folded text came from, normalised for display. */
export function originalSlice(folded: FoldedText, start: number, end: number): string {
  const from = folded.offsets?.[start] ?? start;
  const to = folded.offsets?.[end] ?? end;
  return normaliseText(folded.original.slice(from, to));
}

const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Folds a text for matching: digits of any script to ASCII, lower case, compatibility forms (full-width, ligatures,
 * presentation forms) to plain ones, Latin accents and Arabic vowel signs dropped, Arabic yeh, kaf, heh and alef
 * variants to one form each, dashes and quotes to ASCII, invisible characters dropped, spaces of any kind to one
 * space, line breaks to `\n`. The Arabic separators ٫ and ٬ stay: their meaning does not depend on the template.
 */
export function foldText(original: string): FoldedText {
  if (PLAIN.test(original)) return { text: original.toLowerCase(), original, offsets: null };
  const offsets: number[] = [];
  let text = '';
  let gap: '' | ' ' | '\n' = '';
  let gapStart = 0;
  for (let index = 0; index < original.length;) {
    const end = clusterEnd(original, index);
    const piece = foldCluster(original, index, end);
    if (piece === ' ' || piece === '\n') {
      if (gap === '') gapStart = index;
      if (gap !== '\n') gap = piece;
    } else if (piece !== '') {
      if (gap !== '' && text !== '') {
        text += gap;
        offsets.push(gapStart);
      }
      gap = '';
      text += piece;
      for (let unit = 0; unit < piece.length; unit += 1) offsets.push(index);
    }
    index = end;
  }
  offsets.push(gap === '' ? original.length : gapStart);
  return { text, original, offsets };
}

/** One base character with the marks that follow it: accents must be folded together with their letter. */
const MARK = /^[\p{M}\uff9e\uff9f]$/u;

/** Where the cluster that starts at `start` ends. */
export function clusterEnd(text: string, start: number): number {
  let end = start + charLength(text, start);
  // ASCII and most letters are not followed by a mark: the first comparison ends the loop without a regex.
  while (end < text.length && text.charCodeAt(end) >= 0x300) {
    const next = end + charLength(text, end);
    if (!MARK.test(text.slice(end, next))) break;
    end = next;
  }
  return end;
}

function charLength(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** Folds the cluster of `text` between two places: '' drops it, ' ' is any space, '\n' any line break. */
export function foldCluster(text: string, start: number, end: number): string {
  const code = text.codePointAt(start) ?? 0;
  if (code < 0x80 && end === start + 1) return foldAscii(code);
  return foldRare(text.slice(start, end), code);
}

function foldAscii(code: number): string {
  if (code >= 0x41 && code <= 0x5a) return String.fromCharCode(code + 0x20);
  if (code > 0x20 && code < 0x7f) return String.fromCharCode(code);
  if (code === 0x20 || code === 0x09) return ' ';
  return code >= 0x0a && code <= 0x0d ? '\n' : '';
}

const SPACE = /^\s$/u;
const NUMBER = /^\p{N}/u;
const DROPPED_MARKS = /\u0640|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]/gu;

function foldRare(cluster: string, code: number): string {
  if (code === 0x85 || code === 0x2028 || code === 0x2029) return '\n';
  const digit = digitOf(code);
  if (digit !== null) return digit;
  const first = String.fromCodePoint(code);
  if (INVISIBLE.test(first)) return '';
  if (SPACE.test(first)) return ' ';
  // "10½", "5²" and "③" must not become "101/2", "52" and "3": such numbers stay what they are and fit no amount.
  if (NUMBER.test(first) && code >= 0x80) return first;
  const plain = cluster.normalize('NFKD').replace(DROPPED_MARKS, '').toLowerCase().replace(DROPPED_MARKS, '');
  return Array.from(plain.normalize('NFC'), (char) => SAME_AS.get(char) ?? char).join('');
}

/** Letters and signs that stand for the same thing, after compatibility folding. */
const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['ي', 'ی'],
  ['ى', 'ی'],
  ['ك', 'ک'],
  ['ة', 'ه'],
  ['ہ', 'ه'],
  ['ھ', 'ه'],
  ['ە', 'ه'],
  ['ı', 'i'],
  ['ς', 'σ'],
  ['‘', "'"],
  ['’', "'"],
  ['ʼ', "'"],
  ['“', '"'],
  ['”', '"'],
  ['‐', '-'],
  ['‑', '-'],
  ['‒', '-'],
  ['–', '-'],
  ['—', '-'],
  ['−', '-'],
]);

const DECIMAL_DIGIT = /^\p{Nd}$/u;
/** The zeros of scripts that banks write in; every other script takes the walk below. */
const COMMON_ZEROS = [0x30, 0x0660, 0x06f0, 0x0966, 0x09e6, 0xff10];

const ALL_DECIMAL_DIGITS = /\p{Nd}/gu;

/** The text with the decimal digits of every script as ASCII, and nothing else changed. */
export function withAsciiDigits(text: string): string {
  return text.replace(ALL_DECIMAL_DIGITS, (digit) => digitOf(digit.codePointAt(0) ?? 0) ?? digit);
}

/** The ASCII digit for a decimal digit of any script, or null. Unicode lays digits out in runs of ten from zero to nine. */
function digitOf(code: number): string | null {
  for (const zero of COMMON_ZEROS) {
    if (code >= zero && code < zero + 10) return String(code - zero);
  }
  if (code < 0x660 || !DECIMAL_DIGIT.test(String.fromCodePoint(code))) return null;
  // Mathematical digits: five runs without a gap between them.
  if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10);
  let zero = code;
  while (zero > code - 9 && DECIMAL_DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
