/** When two names are clearly not the same person's. Banks shorten, reorder and mask names: doubt counts as "may be the same". */

/** Titles say nothing about who it is. */
const TITLES = new Set(['mr', 'mrs', 'ms', 'miss', 'dr', 'shri', 'smt', 'kumari', 'sir', 'mx']);

/**
 * True only where both sides name a payer and no word of one could be a word of the other: not equal, not an initial of
 * it, not its shortened form, not the other's with characters masked.
 */
export function namesClearlyDiffer(a: string | null, b: string | null): boolean {
  const left = wordsOf(a);
  const right = wordsOf(b);
  if (left.length === 0 || right.length === 0) return false;
  return !left.some((word) => right.some((other) => couldBeSame(word, other)));
}

function wordsOf(name: string | null): string[] {
  return (name ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter((word) => word !== '' && !TITLES.has(word));
}

function couldBeSame(a: string, b: string): boolean {
  if (a.includes('*') || b.includes('*')) return maskedAlike(a, b);
  return a === b || a.startsWith(b) || b.startsWith(a);
}

/** "j**n" may be "john": the shown beginnings agree. */
function maskedAlike(a: string, b: string): boolean {
  const [shownA, shownB] = [a.split('*')[0] ?? '', b.split('*')[0] ?? ''];
  return shownA.startsWith(shownB) || shownB.startsWith(shownA);
}
