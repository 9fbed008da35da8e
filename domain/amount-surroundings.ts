/**
 * What stands directly before and after an amount can change its meaning: more digits, a minus, "lakh", "million",
 * another currency. A pattern that cuts an amount out of such a place must not turn it into a payment.
 */
import { currenciesWritten, UNIT_WORDS } from './currency-text';
import type { ParseFault } from './parse-result';
import { originalSlice, type FoldedText } from './text';

export interface AmountContext {
  readonly currency: string;
  readonly groupSeparators: string;
  readonly unitMultiplier: number;
}

/** Words for many: an amount before one of them is a thousand times or more what its digits say. */
const SCALE_WORDS = new Set(
  [
    'k lakh lakhs lac lacs crore crores thousand million millions mn mio billion bn hundred',
    'लाख करोड़ हजार हज़ार লাখ হাজার কোটি',
    'هزار میلیون میلیارد الف مليون ملیون ملیار لاکھ کروڑ',
    'mil milhao milhoes millon millones bin milyon milyar tsd mrd',
  ]
    .join(' ')
    .normalize('NFC')
    .split(' '),
);
/** These may be written together with what follows: "۵۰۰هزارتومان". */
const JOINED_SCALES = ['هزار', 'میلیون', 'میلیارد'];
const SCALE_SIGNS = /^ ?[万萬億亿千]/;
const NUMBER_BEFORE = /[\p{N}][.,'/٫٬]?$|[\p{N}]$/u;
const NUMBER_AFTER = /^[.,'/٫٬]?\p{N}/u;
/** "-500", "-Rs. 500", "Rs.-500"; a dash after a letter or a digit ("Amt-500") only joins. */
const MINUS_BEFORE = /(?:^|[^\p{L}\p{N}])-(?:[\p{L}\p{Sc}]{1,3}\.? ?)?$/u;
const MINUS_AFTER = /^-(?:\s|$)/;
const WORD_AFTER = /^ ?([\p{L}\p{M}\p{Sc}]+(?:\.[\p{L}\p{M}]+)*)/u;
const WORD_BEFORE = /([\p{L}\p{M}\p{Sc}]+\.?)[ :]?$/u;
const SHORT_WORD = /^[a-z]{1,3}$/;
const CODE_AFTER = /^ ?([A-Z]{3})(?![\p{L}\p{N}])/u;
const CODE_BEFORE = /(?:^|[^\p{L}\p{N}])([A-Z]{3})[.:]? ?$/u;
/** How far to look: a few characters, so that the cost does not grow with the text. */
const REACH = 24;

/** Why an amount at this place cannot be taken; null when nothing speaks against it. */
export function surroundingsFault(
  folded: FoldedText,
  { start, end }: { readonly start: number; readonly end: number },
  context: AmountContext,
): ParseFault | null {
  const before = folded.text.slice(Math.max(0, start - REACH), start);
  const after = folded.text.slice(end, end + REACH);
  if (NUMBER_BEFORE.test(before) || NUMBER_AFTER.test(after)) return 'amount_does_not_fit';
  if (continuesInGroups(before, after, context.groupSeparators)) return 'amount_does_not_fit';
  if (MINUS_BEFORE.test(before) || MINUS_AFTER.test(after)) return 'amount_not_positive';
  const next = WORD_AFTER.exec(after)?.[1] ?? '';
  const previous = WORD_BEFORE.exec(before)?.[1] ?? '';
  if (isScale(next) || SCALE_SIGNS.test(after)) return 'amount_does_not_fit';
  const multiplier = UNIT_WORDS.get(next) ?? UNIT_WORDS.get(previous);
  if (context.currency === 'IRR' && multiplier !== undefined && multiplier !== context.unitMultiplier) {
    return 'amount_does_not_fit';
  }
  const codeAfter = CODE_AFTER.exec(originalSlice(folded, end, end + REACH))?.[1] ?? '';
  const codeBefore = CODE_BEFORE.exec(originalSlice(folded, Math.max(0, start - REACH), start))?.[1] ?? '';
  const disagrees = [
    signUnlessWord(next),
    codeAfter,
    codeBefore,
    previous.length === 3 ? signUnlessWord(previous) : previous,
  ].some((word) => {
    const meant = currenciesWritten(word.toLowerCase());
    return meant.length > 0 && !meant.includes(context.currency);
  });
  return disagrees ? 'currency_disagrees' : null;
}

/** "1 234" cut to "1" or "234" where a space separates groups: a digit beyond one separator belongs to the number. */
function continuesInGroups(before: string, after: string, groupSeparators: string): boolean {
  const separated = (char: string, digit: string): boolean =>
    char !== '' && groupSeparators.includes(char) && digit >= '0' && digit <= '9';
  return separated(before.slice(-1), before.slice(-2, -1)) || separated(after.slice(0, 1), after.slice(1, 2));
}

function isScale(word: string): boolean {
  return SCALE_WORDS.has(word) || JOINED_SCALES.some((scale) => word.startsWith(scale));
}

/** Short Latin words are currencies only in capitals (see `CODE_AFTER`) or before the amount: "all", "try", "Sr". */
function signUnlessWord(word: string): string {
  return SHORT_WORD.test(word) ? '' : word;
}
