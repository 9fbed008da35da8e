/** What need not be kept for ever: texts after their retention time, sent outbox entries, ids of signed requests. */
import { STATUS_RULES, SMS_STATUSES } from '../domain/sms';
import type { Db } from './query';
import { queryRows } from './query';

/** A signature is good for five minutes; its id is remembered far beyond any sender's retries. */
const HOOK_ID_DAYS = 30;
const SENT_OUTBOX_DAYS = 7;
const BATCH = 1_000;

const CLOSED = SMS_STATUSES.filter((status) => !STATUS_RULES[status].runOpen)
  .map((status) => `'${status}'`)
  .join(', ');

/** Erases the texts of decided SMS; the rows and their decisions stay. Gives how many. */
export async function eraseTexts(db: Db, retentionMs: number): Promise<number> {
  const rows = await queryRows(
    db,
    `UPDATE shooter_sms SET body = NULL, body_erased_at = now() WHERE id IN (
       SELECT id FROM shooter_sms
       WHERE body IS NOT NULL AND status IN (${CLOSED}) AND ingested_at < now() - :retentionMs * interval '1 millisecond'
       ORDER BY ingested_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    { retentionMs },
  );
  return rows.length;
}

export async function pruneDelivered(db: Db): Promise<void> {
  await queryRows(
    db,
    `DELETE FROM recon_outbox WHERE id IN (
       SELECT id FROM recon_outbox WHERE sent_at < now() - interval '${SENT_OUTBOX_DAYS} days' LIMIT ${BATCH})`,
  );
  await queryRows(
    db,
    `DELETE FROM recon_hook_message WHERE (channel, webhook_id) IN (
       SELECT channel, webhook_id FROM recon_hook_message WHERE received_at < now() - interval '${HOOK_ID_DAYS} days' LIMIT ${BATCH})`,
  );
}
