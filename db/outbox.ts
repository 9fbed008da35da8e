/**
 * What must leave the house because a row changed, written in the same transaction as the change. A loop sends it on;
 * the key makes a replay of the same step write the same entry again.
 */
import type { Db } from './query';
import { json, queryRows } from './query';

/**
 * `sms.status`: an SMS came to need a person, or no longer does. `alarm`: something an operator must look at. `source.*`: a
 * loop turned stale or came back; `device.*`: a phone.
 */
export const OUTBOX_TOPICS = [
  'sms.status',
  'alarm',
  'balance_gap',
  'source.stale',
  'source.recovered',
  'device.stale',
  'device.recovered',
] as const;
export type OutboxTopic = (typeof OUTBOX_TOPICS)[number];

export interface OutboxEntry {
  readonly topic: OutboxTopic;
  /** SMS, step and business attempt, never an activity's retry. */
  readonly key: string;
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
}

/** An entry that was sent before is sent again: the same state came back (reviewed, retried, in review once more). */
export async function writeOutbox(db: Db, entry: OutboxEntry): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_outbox (key, topic, payload) VALUES (:key, :topic, :payload::jsonb)
     ON CONFLICT (key) DO UPDATE SET sent_at = NULL, tries = 0, next_try_at = now(), payload = EXCLUDED.payload`,
    { key: entry.key, topic: entry.topic, payload: json(entry.payload) },
  );
}

export interface DueOutboxEntry extends OutboxEntry {
  readonly id: number;
  readonly tries: number;
}

/**
 * What is unsent, the oldest first, once any of it is due: a younger entry never overtakes an older one that waits for its
 * next try, since "recovered" before "stale" would say the opposite. One copy of the loop at a time until the transaction
 * ends; the others get nothing.
 */
export async function lockDueOutbox(db: Db, limit: number): Promise<DueOutboxEntry[]> {
  return queryRows<DueOutboxEntry>(
    db,
    `SELECT id, key, topic, payload, tries FROM recon_outbox
     WHERE sent_at IS NULL
       AND EXISTS (SELECT FROM recon_outbox WHERE sent_at IS NULL AND next_try_at <= now())
       AND (SELECT pg_try_advisory_xact_lock(hashtextextended('recon:outbox', 0)))
     ORDER BY id LIMIT :limit FOR UPDATE`,
    { limit },
  );
}

export async function markOutboxSent(db: Db, ids: readonly number[]): Promise<void> {
  await queryRows(db, `UPDATE recon_outbox SET sent_at = now(), last_fault = NULL WHERE id = ANY(:ids::bigint[])`, {
    ids,
  });
}

/** `fault` is a code, never a message with a payload in it. It is the channel's and not the entry's: the pause stays short. */
export async function markOutboxFailed(db: Db, ids: readonly number[], fault: string): Promise<void> {
  await queryRows(
    db,
    `UPDATE recon_outbox SET tries = tries + 1, last_fault = :fault,
       next_try_at = now() + least(15, power(2, least(tries, 4))) * interval '1 second'
     WHERE id = ANY(:ids::bigint[])`,
    { ids, fault },
  );
}
