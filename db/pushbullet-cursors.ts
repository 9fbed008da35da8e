/**
 * How far an account of Pushbullet was read: its pushes by the greatest `modified`, each thread of a phone by its latest
 * message. Two readers may read the same (the listener and the sync), so a cursor never moves back.
 */
import { z } from 'zod';
import { readCursor } from './cursors';
import type { Db } from './query';
import { json, queryRows } from './query';

export interface ThreadCursor {
  readonly id: string;
  /** Unix seconds by the phone's clock. */
  readonly timestamp: number;
}

const threadCursors = z.record(z.string(), z.object({ id: z.string(), timestamp: z.number() }));
const pushCursor = z.object({ modified: z.string().regex(/^\d{1,12}(\.\d{1,12})?$/) });

const pushesName = (accountId: number) => `pushbullet:${accountId}:pushes`;
const threadsName = (accountId: number, deviceIden: string) => `pushbullet:${accountId}:threads:${deviceIden}`;

/** Unix seconds with their fraction, as text; undefined where nothing was read yet. */
export async function readPushCursor(db: Db, accountId: number): Promise<string | undefined> {
  return pushCursor.safeParse(await readCursor(db, pushesName(accountId))).data?.modified;
}

export async function movePushCursor(db: Db, accountId: number, modified: string): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_cursor (name, value) VALUES (:name, jsonb_build_object('modified', :modified::text))
     ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, updated_at = now()
     WHERE (recon_cursor.value ->> 'modified')::numeric < (EXCLUDED.value ->> 'modified')::numeric`,
    { name: pushesName(accountId), modified },
  );
}

export async function readThreadCursors(
  db: Db,
  accountId: number,
  deviceIden: string,
): Promise<Readonly<Record<string, ThreadCursor>>> {
  return threadCursors.safeParse(await readCursor(db, threadsName(accountId, deviceIden))).data ?? {};
}

export async function moveThreadCursor(
  db: Db,
  given: {
    readonly accountId: number;
    readonly deviceIden: string;
    readonly threadId: string;
    readonly to: ThreadCursor;
  },
): Promise<void> {
  const { threadId, to } = given;
  await queryRows(
    db,
    `INSERT INTO recon_cursor (name, value) VALUES (:name, :patch::jsonb)
     ON CONFLICT (name) DO UPDATE SET value = recon_cursor.value || EXCLUDED.value, updated_at = now()
     WHERE coalesce((recon_cursor.value -> :threadId::text ->> 'timestamp')::numeric, 0) <= :timestamp::numeric`,
    {
      name: threadsName(given.accountId, given.deviceIden),
      patch: json({ [threadId]: to }),
      threadId,
      timestamp: to.timestamp,
    },
  );
}
