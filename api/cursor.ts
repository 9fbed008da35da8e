/** Cursors are opaque to callers: what is in them may change. */
import { badRequest } from './check-input';

export function writeCursor(before: number | null): string | null {
  return before === null ? null : Buffer.from(`1:${before}`).toString('base64url');
}

/** @throws HttpError 400 where this API never made such a cursor */
export function readCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const [, before] = /^1:(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (before !== undefined && Number.isSafeInteger(Number(before))) return Number(before);
  throw badRequest([{ field: 'cursor', problem: 'is none that this list gave' }]);
}
