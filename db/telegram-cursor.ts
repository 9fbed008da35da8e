/**
 * The bot's offset, with what its poller counted, in one row of `recon_cursor`. Whoever begins to poll claims the row; a
 * poller that another has taken over from can move nothing any more.
 */
import type { Db } from './query';
import { json, queryOne, queryRow } from './query';

export interface HeldCursor {
  /** As it was stored; the reader checks its shape. */
  readonly value: unknown;
  /** Goes up with every claim. */
  readonly epoch: number;
  /** Milliseconds since the offset last moved, on the database's clock; null before it ever did. */
  readonly movedAgoMs: number | null;
}

interface CursorRecord {
  value: unknown;
  epoch: number;
  moved_ago_ms: number | null;
}

const COLUMNS = `recon_cursor.value, (recon_cursor.value ->> 'epoch')::bigint AS epoch,
  (extract(epoch FROM clock_timestamp()) * 1000 - (recon_cursor.value ->> 'moved_at_ms')::bigint)::bigint AS moved_ago_ms`;

export async function claimTelegramCursor(db: Db, name: string): Promise<HeldCursor> {
  return mapCursor(
    await queryOne<CursorRecord>(
      db,
      `INSERT INTO recon_cursor (name, value) VALUES (:name, '{"epoch": 1}')
       ON CONFLICT (name) DO UPDATE SET updated_at = now(), value = recon_cursor.value || jsonb_build_object('epoch',
         coalesce((recon_cursor.value ->> 'epoch')::bigint, 0) + 1)
       RETURNING ${COLUMNS}`,
      { name },
    ),
  );
}

/** Undefined where another poller has claimed it since. */
export async function readTelegramCursor(db: Db, name: string, epoch: number): Promise<HeldCursor | undefined> {
  const row = await queryRow<CursorRecord>(
    db,
    `SELECT ${COLUMNS} FROM recon_cursor WHERE name = :name AND (value ->> 'epoch')::bigint = :epoch`,
    { name, epoch },
  );
  return row && mapCursor(row);
}

/** False where another poller has claimed it since: nothing was moved. */
export async function moveTelegramCursor(db: Db, name: string, epoch: number, value: object): Promise<boolean> {
  const row = await queryRow(
    db,
    `UPDATE recon_cursor SET updated_at = now(), value = :value::jsonb || jsonb_build_object('epoch', :epoch::bigint,
       'moved_at_ms', (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
     WHERE name = :name AND (value ->> 'epoch')::bigint = :epoch RETURNING name`,
    { name, epoch, value: json(value) },
  );
  return row !== undefined;
}

function mapCursor({ value, epoch, moved_ago_ms: movedAgoMs }: CursorRecord): HeldCursor {
  return { value, epoch, movedAgoMs };
}

export interface TelegramProgress {
  readonly progressedAt: Date;
  /** Milliseconds, on the database's clock. */
  readonly ageMs: number;
  readonly fault: string | null;
}

/** Undefined before the bot was ever listened to. */
export async function readTelegramProgress(db: Db): Promise<TelegramProgress | undefined> {
  const row = await queryRow<{ progressed_at: Date; age_ms: number; fault: string | null }>(
    db,
    `SELECT progressed_at, fault, (extract(epoch FROM clock_timestamp() - progressed_at) * 1000)::bigint AS age_ms
     FROM recon_loop WHERE name = 'telegram'`,
  );
  return row && { progressedAt: row.progressed_at, ageMs: row.age_ms, fault: row.fault };
}
