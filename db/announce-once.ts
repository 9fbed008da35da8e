/** An entry of the outbox that is written once under its key, however often the same thing is found again. */
import type { OutboxEntry } from './outbox';
import type { Db } from './query';
import { json, queryRows } from './query';

/** True where it was new. */
export async function announceOnce(db: Db, { topic, key, payload }: OutboxEntry): Promise<boolean> {
  const written = await queryRows<{ id: number }>(
    db,
    `INSERT INTO recon_outbox (key, topic, payload) VALUES (:key, :topic, :payload::jsonb)
     ON CONFLICT (key) DO NOTHING RETURNING id`,
    { key, topic, payload: json(payload) },
  );
  return written.length > 0;
}
