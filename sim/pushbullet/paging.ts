/** Lists of the API: newest first, `modified_after` (exclusive, a float), `active`, `limit` up to 500, cursors that run out. */
import { z } from 'zod';
import { PushbulletApiError } from './api-error';

export interface Listed {
  readonly iden: string;
  readonly active: boolean;
  readonly modified: number;
}

const MAX_LIMIT = 500;
/** Also as the service writes it itself, with an exponent. */
const number = z
  .string()
  .regex(/^\d+(\.\d+)?(e\+?\d{1,2})?$/i)
  .transform(Number);
const querySchema = z.object({
  modified_after: number.optional(),
  active: z.enum(['true', 'false']).optional(),
  cursor: z.string().optional(),
  limit: number.default(MAX_LIMIT),
});
/** Where the page ended, when it was written, and what was asked for at first. */
const cursorSchema = z.object({
  iden: z.string(),
  modified: z.number(),
  writtenMs: z.number(),
  modifiedAfter: z.number(),
  active: z.enum(['true', 'false']).optional(),
});
type Cursor = z.output<typeof cursorSchema>;

export interface PageOptions {
  readonly nowMs: number;
  readonly cursorTtlMs: number;
  /** 400 or 410: clients have met either. */
  readonly invalidCursorStatus: number;
  /** A fault dial: this request's cursor counts as run out. */
  readonly cursorBroken: () => boolean;
}

/** @throws PushbulletApiError 400 for a query or a cursor that the service does not take. */
export function pageOf<Item extends Listed>(
  items: readonly Item[],
  query: unknown,
  options: PageOptions,
): { items: Item[]; cursor: string | undefined } {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) throw new PushbulletApiError(400, 'The query is not valid.');
  const { cursor, limit } = parsed.data;
  const from = cursor === undefined ? undefined : cursorOf(cursor, options);
  const modifiedAfter = parsed.data.modified_after ?? from?.modifiedAfter ?? 0;
  const active = parsed.data.active ?? from?.active;
  const size = Math.max(1, Math.min(MAX_LIMIT, Math.floor(limit)));
  const newestFirst = items
    .filter((item) => item.modified > modifiedAfter && (active === undefined || String(item.active) === active))
    .sort((left, right) => right.modified - left.modified || (left.iden < right.iden ? 1 : -1));
  const rest = from === undefined ? newestFirst : newestFirst.filter((item) => isPast(item, from));
  const page = rest.slice(0, size);
  const last = rest.length > size ? page.at(-1) : undefined;
  if (last === undefined) return { items: page, cursor: undefined };
  const { iden, modified } = last;
  return { items: page, cursor: writeCursor({ iden, modified, writtenMs: options.nowMs, modifiedAfter, active }) };
}

/** By place and not by number: what came meanwhile pushes nothing out of the pages and doubles nothing. */
function isPast({ modified, iden }: Listed, from: Cursor): boolean {
  return modified < from.modified || (modified === from.modified && iden < from.iden);
}

function cursorOf(text: string, options: PageOptions): Cursor {
  const cursor = readCursor(text);
  const isOld = cursor !== undefined && options.nowMs - cursor.writtenMs > options.cursorTtlMs;
  if (cursor === undefined || isOld || options.cursorBroken())
    throw new PushbulletApiError(options.invalidCursorStatus, 'Invalid cursor.');
  return cursor;
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string): Cursor | undefined {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
