/** Durable cursors of the sources (`recon_cursor`): moved only after the commit of what they cover. */
import type { Db } from './query';
import { json, queryRow, queryRows } from './query';

/** What was kept under this name, as JSON; undefined where nothing was. The reader checks its shape. */
export async function readCursor(db: Db, name: string): Promise<unknown> {
  const row = await queryRow<{ value: unknown }>(db, `SELECT value FROM recon_cursor WHERE name = :name`, { name });
  return row?.value;
}

export async function writeCursor(db: Db, name: string, value: object): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_cursor (name, value) VALUES (:name, :value::jsonb)
     ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
    { name, value: json(value) },
  );
}
