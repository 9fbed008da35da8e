/** What a request's fields may hold: everything is bounded, and nothing gets in that PostgreSQL or UTF-8 could not hold. */
import { z } from 'zod';

const STORABLE = /^[^\0\p{Surrogate}]*$/u;
const ONE_LINE = /^[^\p{Cc}\p{Surrogate}]*$/u;

/** Free text. */
export function text(maxLength: number) {
  return z.string().max(maxLength).regex(STORABLE, 'must not hold NUL or unpaired surrogates');
}

/** A name or label: one line, not blank. */
export function name(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .regex(ONE_LINE, 'must not hold control characters or unpaired surrogates')
    .refine((value) => value.trim() !== '', 'must not be blank');
}

export const rowId = z.int().positive();
export const emptyQuery = z.strictObject({});

/** An id that the client made: it becomes the id of the workflow's update. */
export const requestId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\x21-\x7e]*$/, 'must hold printable ASCII characters without spaces only');

export const orderId = name(128);
export const actor = name(100);

/** Query parameters are text; a number is written in digits. */
export const idParameter = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be the number of a row')
  .transform(Number);

export const timeParameter = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with its offset, such as 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value))
  .refine((at) => at.getTime() >= EARLIEST_MS && at.getTime() <= LATEST_MS, 'is outside of the years 1970 to 2999');

const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(3000, 0, 1) - 1;

export const flagParameter = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1');

/** Comma-separated words of a list. */
export function wordsParameter<const Word extends string>(words: readonly Word[]) {
  const known = (part: string): part is Word => words.some((word) => word === part);
  return z
    .string()
    .max(500)
    .transform((value, context): Word[] => {
      const parts = value.split(',').map((part) => part.trim());
      if (parts.every(known)) return parts;
      context.addIssue({ code: 'custom', message: `must be one or more of ${words.join(', ')}` });
      return z.NEVER;
    })
    .meta({ override: { type: 'string', description: `One or more, comma-separated, of: ${words.join(', ')}` } });
}
