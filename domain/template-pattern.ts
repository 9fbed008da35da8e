/** Patterns of templates: folded like the text they are searched in, compiled for linear time. */
import { RE2JS } from 're2js';
import { clusterEnd, foldCluster } from './text';

export const MAX_PATTERN_LENGTH = 1000;
/** Instructions of a compiled pattern: nested repeats make many out of few characters. */
export const MAX_PROGRAM_SIZE = 5000;

/** What RE2 gives a meaning of its own is copied: escapes, property names, group names and flags. */
const COPIED = [
  /^\\[pP](?:\{[^}]*\}|[A-Z])/,
  /^\\x\{[^}]*\}/,
  /^\\[\s\S]/u,
  /^\(\?P?<[^>]*>/,
  /^\(\?[a-zA-Z-]*[:)]/,
  /^\[\[:[^\]]*:\]/,
];
const QUANTIFIER = /^[?*+]/;

/**
 * Folds the literal characters of a pattern as `foldText` folds a text, so that a template written as the bank writes
 * ("Credited", "واريز", "۵") is found in the folded text. A dropped character takes its quantifier with it.
 */
export function foldPattern(pattern: string): string {
  let folded = '';
  for (let index = 0; index < pattern.length;) {
    const special = '\\(['.includes(pattern.charAt(index)) ? copiedAt(pattern.slice(index)) : '';
    if (special !== '') {
      folded += special;
      index += special.length;
      continue;
    }
    const end = clusterEnd(pattern, index);
    const piece = foldCluster(pattern, index, end);
    folded += piece;
    index = piece === '' && QUANTIFIER.test(pattern.slice(end, end + 1)) ? end + 1 : end;
  }
  return folded;
}

function copiedAt(rest: string): string {
  for (const form of COPIED) {
    const found = form.exec(rest);
    if (found !== null) return found[0];
  }
  return '';
}

export type CompiledPattern =
  { readonly ok: true; readonly regex: RE2JS; readonly folded: string } | { readonly ok: false; readonly why: string };

/** Compiles a folded pattern; the reason why not is RE2's own, and names the place in the pattern. */
export function compilePattern(pattern: string): CompiledPattern {
  const folded = foldPattern(pattern);
  try {
    return { ok: true, regex: RE2JS.compile(folded), folded };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'unknown fault' };
  }
}
