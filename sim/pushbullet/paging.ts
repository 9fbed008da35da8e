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
  modified_after: number.default(0),
  active: z.enum(['true', 'false']).optional(),
  cursor: z.string().optional(),
  limit: number.default(MAX_LIMIT),
});
const cursorSchema = z.tuple([z.string(), z.number(), z.number()]);

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
  const { modified_after: modifiedAfter, active, cursor, limit } = parsed.data;
  const size = Math.max(1, Math.min(MAX_LIMIT, Math.floor(limit)));
  const newestFirst = items
    .filter((item) => item.modified > modifiedAfter && (active === undefined || String(item.active) === active))
    .sort((left, right) => right.modified - left.modified || (left.iden < right.iden ? 1 : -1));
  const rest = cursor === undefined ? newestFirst : after(newestFirst, cursor, options);
  const page = rest.slice(0, size);
  const last = rest.length > size ? page.at(-1) : undefined;
  return { items: page, cursor: last && writeCursor(last, options.nowMs) };
}

/** Items may have moved to the front since: what was not shown yet still comes, and nothing is shown for a second time. */
function after<Item extends Listed>(newestFirst: Item[], cursor: string, options: PageOptions): Item[] {
  const read = readCursor(cursor);
  const isOld = read !== undefined && options.nowMs - read.writtenMs > options.cursorTtlMs;
  if (read === undefined || isOld || options.cursorBroken())
    throw new PushbulletApiError(options.invalidCursorStatus, 'Invalid cursor.');
  return newestFirst.filter(
    ({ modified, iden }) => modified < read.modified || (modified === read.modified && iden < read.iden),
  );
}

function writeCursor({ iden, modified }: Listed, nowMs: number): string {
  return Buffer.from(JSON.stringify([iden, modified, nowMs])).toString('base64url');
}

function readCursor(cursor: string): { iden: string; modified: number; writtenMs: number } | undefined {
  try {
    const [iden, modified, writtenMs] = cursorSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    return { iden, modified, writtenMs };
  } catch {
    return undefined;
  }
}
