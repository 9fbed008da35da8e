/** What is known already of the SMS of a Pushbullet phone: by their messages in threads, by their live sightings, by their texts. */
import type { MirrorKin } from '../domain/mirror';
import type { Db } from './query';
import { queryRow, queryRows } from './query';

export interface PhoneKey {
  readonly accountIden: string;
  readonly deviceIden: string;
}

const OF_PHONE = `g.source = 'pushbullet' AND g.source_account = :accountIden
  AND d.external_id = :deviceIden AND d.deleted_at IS NULL`;

/** Messages of the phone that were read from its threads before: `<message id>@<unix seconds>`. */
export async function knownMessages(
  db: Db,
  phone: PhoneKey,
  threadId: string,
  messageIds: readonly string[],
): Promise<Set<string>> {
  const found = await queryRows<{ key: string }>(
    db,
    `SELECT g.message_id || '@' || extract(epoch FROM g.received_at)::bigint AS key
     FROM shooter_sms_sighting g JOIN shooter_device d ON d.id = g.device_id
     WHERE ${OF_PHONE} AND g.via = 'thread' AND g.thread_id = :threadId AND g.message_id = ANY(:messageIds::text[])`,
    { accountIden: phone.accountIden, deviceIden: phone.deviceIden, threadId, messageIds },
  );
  return new Set(found.map(({ key }) => key));
}

/**
 * A frame names a contact where the thread names a number. What came live from this thread with this text within `withinMs`
 * keeps the sender that it has.
 */
export async function senderSeenLive(
  db: Db,
  phone: PhoneKey,
  given: { readonly threadId: string; readonly body: string; readonly receivedAt: Date; readonly withinMs: number },
): Promise<string | undefined> {
  const row = await queryRow<{ sender: string }>(
    db,
    `SELECT s.sender FROM shooter_sms_sighting g
       JOIN shooter_device d ON d.id = g.device_id JOIN shooter_sms s ON s.id = g.sms_id
     WHERE ${OF_PHONE} AND g.via = 'live' AND g.thread_id = :threadId AND s.body = :body AND s.status <> 'not_whitelisted'
       AND g.received_at BETWEEN :receivedAt::timestamptz - :withinMs * interval '1 ms'
         AND :receivedAt::timestamptz + :withinMs * interval '1 ms'
     ORDER BY g.id LIMIT 1`,
    { ...phone, ...given },
  );
  return row?.sender;
}

export interface LiveGap {
  readonly deviceIden: string;
  /** Null where the frame named none. */
  readonly threadId: string | null;
  /** Milliseconds since the oldest of them was seen. */
  readonly ageMs: number;
}

/** Threads of the account with SMS that came live and have no message id of the phone yet. */
export async function findLiveWithoutMessageId(db: Db, accountIden: string, withinMs: number): Promise<LiveGap[]> {
  return queryRows<LiveGap>(
    db,
    `SELECT d.external_id AS "deviceIden", g.thread_id AS "threadId",
       (extract(epoch FROM clock_timestamp() - min(g.seen_at)) * 1000)::bigint AS "ageMs"
     FROM shooter_device d JOIN shooter_sms_sighting g ON g.device_id = d.id AND g.via = 'live'
     WHERE d.source = 'pushbullet' AND d.source_account = :accountIden AND d.deleted_at IS NULL
       AND g.seen_at > clock_timestamp() - :withinMs * interval '1 ms'
       AND NOT EXISTS (
         SELECT FROM shooter_sms_sighting t WHERE t.sms_id = g.sms_id AND t.device_id = g.device_id AND t.via = 'thread')
     GROUP BY 1, 2 ORDER BY 3 DESC`,
    { accountIden, withinMs },
  );
}

/** SMS of a sender on a line that were received near a moment, or taken in since shortly before it. */
export async function findMirrorKin(
  db: Db,
  given: { readonly senderNormal: string; readonly line: string; readonly at: Date; readonly withinMs: number },
): Promise<MirrorKin[]> {
  const found = await queryRows<{
    id: number;
    body: string | null;
    received_at: Date;
    ingested_at: Date;
    mirrored: boolean;
  }>(
    db,
    `SELECT s.id, s.body, s.received_at, s.ingested_at,
       EXISTS (SELECT FROM shooter_sms_sighting g WHERE g.sms_id = s.id AND g.via = 'mirror') AS mirrored
     FROM shooter_sms s
     WHERE s.sender_normal = :senderNormal AND s.line = :line AND (
       s.received_at BETWEEN :at::timestamptz - :withinMs * interval '1 ms' AND :at::timestamptz + :withinMs * interval '1 ms'
       OR s.ingested_at > :at::timestamptz - interval '1 minute')
     ORDER BY s.id`,
    { ...given },
  );
  return found.map((row) => ({
    smsId: row.id,
    body: row.body ?? '',
    receivedAt: row.received_at,
    ingestedAt: row.ingested_at,
    mirrored: row.mirrored,
  }));
}

/** A notification as a sighting of the SMS that it shows, under that SMS's own time. The same one again changes nothing. */
export async function attachMirror(
  db: Db,
  given: {
    readonly smsId: number;
    readonly accountIden: string;
    readonly deviceId: number;
    readonly trusted: boolean;
    readonly receivedAt: Date;
    readonly bodyHash: string;
    readonly deliveryKey: string;
  },
): Promise<boolean> {
  const row = await queryRow(
    db,
    `INSERT INTO shooter_sms_sighting (sms_id, source, source_account, device_id, via, received_at, trusted, body_hash, delivery_key)
     VALUES (:smsId, 'pushbullet', :accountIden, :deviceId, 'mirror', :receivedAt, :trusted, :bodyHash, :deliveryKey)
     ON CONFLICT (delivery_key) DO NOTHING RETURNING id`,
    { ...given },
  );
  return row !== undefined;
}
