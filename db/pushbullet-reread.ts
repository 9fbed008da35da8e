/**
 * Threads of a phone that should be read again whatever their cursors say (`recon_cursor` `pushbullet:<account id>:reread`):
 * asked for where an SMS seems to be missing, and done by the account's next missing-SMS sync, which is made due at once.
 */
import { z } from 'zod';
import { readCursor } from './cursors';
import type { Db } from './query';
import { json, queryRow, queryRows } from './query';

const reread = z.object({
  thread_ids: z.array(z.string()),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  requested_at: z.iso.datetime(),
});
const rereads = z.record(z.string(), reread);

const nameOf = (accountId: number) => `pushbullet:${accountId}:reread`;

export interface Reread {
  readonly deviceIden: string;
  /** Empty: every thread of the phone. */
  readonly threadIds: readonly string[];
  /** The phone's clock: the missing SMS came within. */
  readonly from: Date;
  readonly to: Date;
  readonly requestedAt: Date;
}

/** False where there is no such account any more. One request for each phone stands: the latest. */
export async function requestReread(
  db: Db,
  given: Omit<Reread, 'requestedAt'> & { readonly accountIden: string },
): Promise<boolean> {
  const account = await queryRow<{ id: number }>(
    db,
    `UPDATE shooter_pushbullet SET missing_sync_due_at = clock_timestamp()
     WHERE account_iden = :accountIden AND deleted_at IS NULL RETURNING id`,
    { accountIden: given.accountIden },
  );
  if (!account) return false;
  const request: z.input<typeof reread> = {
    thread_ids: [...given.threadIds],
    from: given.from.toISOString(),
    to: given.to.toISOString(),
    requested_at: new Date().toISOString(),
  };
  await queryRows(
    db,
    `INSERT INTO recon_cursor (name, value) VALUES (:name, :patch::jsonb)
     ON CONFLICT (name) DO UPDATE SET value = recon_cursor.value || EXCLUDED.value, updated_at = now()`,
    { name: nameOf(account.id), patch: json({ [given.deviceIden]: request }) },
  );
  return true;
}

export async function readRereads(db: Db, accountId: number): Promise<Reread[]> {
  const found = rereads.safeParse(await readCursor(db, nameOf(accountId))).data ?? {};
  return Object.entries(found).map(([deviceIden, one]) => ({
    deviceIden,
    threadIds: one.thread_ids,
    from: new Date(one.from),
    to: new Date(one.to),
    requestedAt: new Date(one.requested_at),
  }));
}

/** After the commit of what was read. A request that came meanwhile stays. */
export async function finishReread(db: Db, accountId: number, { deviceIden, requestedAt }: Reread): Promise<void> {
  await queryRows(
    db,
    `UPDATE recon_cursor SET value = value - :deviceIden::text, updated_at = now()
     WHERE name = :name AND value -> :deviceIden::text ->> 'requested_at' = :requestedAt`,
    { name: nameOf(accountId), deviceIden, requestedAt: requestedAt.toISOString() },
  );
}
