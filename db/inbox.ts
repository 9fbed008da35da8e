/** Writing what comes in: the SMS, its sighting, and the id of the request that brought it, in as few statements as it takes. */
import type { Via } from '../domain/delivery';
import type { Kin, Sighting } from '../domain/pairing';
import type { Source } from '../domain/sms';
import type { Db, Transaction } from './query';
import { prepared, queryOne, queryRows } from './query';

export interface InboxKey {
  readonly source: Source;
  readonly sourceAccount: string;
  readonly deviceId: number | null;
  readonly messageId: string | null;
  readonly via: Via;
  readonly threadId: string | null;
  readonly receivedAt: Date;
  readonly fingerprint: string;
  readonly deliveryKey: string;
  readonly bodyHash: string;
  readonly hookChannel: string | null;
  readonly webhookId: string | null;
  readonly hookBodyHash: string | null;
}

/** What is here already that bears on a delivery. */
export interface Lookup {
  readonly hook: { readonly smsId: number; readonly bodyHash: string } | null;
  /** The same delivery: its SMS. */
  readonly sameDeliverySmsId: number | null;
  /** The same message id of the same phone, under another time or text. */
  readonly sameMessageId: readonly { readonly smsId: number; readonly bodyHash: string }[];
  readonly kin: readonly Kin[];
}

interface LookupRecord {
  hook: { sms_id: number; body_hash: string } | null;
  same_delivery: number | null;
  same_message: { sms_id: number; body_hash: string }[] | null;
  kin:
    | {
        sms_id: number;
        received_at: string;
        held: boolean;
        sightings: { source: Source; account: string; device: number | null; via: Via; received_at: string }[];
      }[]
    | null;
}

const LOOKUP_SQL = `SELECT
  (SELECT jsonb_build_object('sms_id', h.sms_id, 'body_hash', h.body_hash) FROM recon_hook_message h
    WHERE h.channel = :hookChannel AND h.webhook_id = :webhookId) AS hook,
  (SELECT g.sms_id FROM shooter_sms_sighting g WHERE g.delivery_key = :deliveryKey) AS same_delivery,
  (SELECT jsonb_agg(jsonb_build_object('sms_id', g.sms_id, 'body_hash', g.body_hash) ORDER BY g.id DESC)
    FROM shooter_sms_sighting g
    WHERE g.source = :source AND g.source_account = :sourceAccount AND g.message_id = :messageId
      AND g.device_id IS NOT DISTINCT FROM :deviceId::bigint) AS same_message,
  (SELECT jsonb_agg(jsonb_build_object('sms_id', s.id, 'received_at', s.received_at,
      'held', s.status = 'held_untrusted_device', 'sightings', (
        SELECT jsonb_agg(jsonb_build_object('source', g.source, 'account', g.source_account, 'device', g.device_id, 'via', g.via,
          'received_at', g.received_at))
        FROM shooter_sms_sighting g WHERE g.sms_id = s.id)))
    FROM shooter_sms s
    WHERE s.fingerprint = :fingerprint AND s.received_at BETWEEN :from AND :to) AS kin`;

/** Read under the fingerprint's advisory lock. */
export async function lookUpDelivery(trx: Transaction, key: InboxKey, doubtMs: number): Promise<Lookup> {
  const { receivedAt, ...bindings } = key;
  const found = await queryOne<LookupRecord>(trx, LOOKUP_SQL, {
    ...bindings,
    from: new Date(receivedAt.getTime() - doubtMs),
    to: new Date(receivedAt.getTime() + doubtMs),
  });
  return {
    hook: found.hook && { smsId: found.hook.sms_id, bodyHash: found.hook.body_hash },
    sameDeliverySmsId: found.same_delivery,
    sameMessageId: (found.same_message ?? []).map((row) => ({ smsId: row.sms_id, bodyHash: row.body_hash })),
    kin: (found.kin ?? []).map((row) => ({
      smsId: row.sms_id,
      receivedAt: new Date(row.received_at),
      held: row.held,
      sightings: row.sightings.map((g): Sighting => ({
        source: g.source,
        sourceAccount: g.account,
        deviceId: g.device,
        via: g.via,
        receivedAt: new Date(g.received_at),
      })),
    })),
  };
}

export interface NewSms extends InboxKey {
  readonly sender: string;
  readonly senderNormal: string;
  readonly body: string;
  readonly line: string;
  readonly trusted: boolean;
  readonly status: 'received' | 'held_untrusted_device' | 'awaiting_review';
  /** It waits for a person, and the machine never approves it by itself. */
  readonly doubtful: boolean;
  /** The SMS that this one may be a copy of. */
  readonly duplicateOf: number | null;
}

const TAKE_IN = prepared(
  'take_in',
  `SELECT recon_take_in(:lockKey, :source, :sourceAccount, :messageId, :sender, :senderNormal, :body, :receivedAt, :line,
     :fingerprint, :deliveryKey, :bodyHash, :hookChannel, :webhookId, :hookBodyHash, :doubtMs * interval '1 ms') AS id`,
);

/**
 * Writes an SMS of a trusted channel where nothing that is here bears on it: no delivery, message id or request like it, no
 * SMS that it may be a copy of. Null where there is any: then nothing was written, and it is to be weighed.
 */
export async function takeInIfNew(
  db: Db,
  sms: Omit<NewSms, 'status' | 'doubtful' | 'duplicateOf'>,
  { lockKey, doubtMs }: { readonly lockKey: string; readonly doubtMs: number },
): Promise<number | null> {
  const { id } = await queryOne<{ id: number | null }>(db, TAKE_IN, { ...sms, lockKey, doubtMs });
  return id;
}

const SIGHTING_AND_HOOK = `sighting AS (
    INSERT INTO shooter_sms_sighting (sms_id, source, source_account, device_id, via, message_id, thread_id, received_at,
      trusted, body_hash, delivery_key)
    SELECT id, :source, :sourceAccount, :deviceId, :via, :messageId, :threadId, :receivedAt, :trusted, :bodyHash, :deliveryKey
    FROM sms
  ), hook AS (
    INSERT INTO recon_hook_message (channel, webhook_id, body_hash, sms_id)
    SELECT :hookChannel, :webhookId, :hookBodyHash, id FROM sms WHERE :hookChannel::text IS NOT NULL
  )`;

/** Gives the new id. Unique violations (a racing copy of the same delivery or request) reach the caller, who looks again. */
export async function insertSms(trx: Transaction, sms: NewSms): Promise<number> {
  const { id } = await queryOne<{ id: number }>(
    trx,
    `WITH sms AS (
       INSERT INTO shooter_sms (source, source_account, device_id, sender, sender_normal, body, received_at, line, fingerprint,
         status, review_reason, auto_hold, duplicate_of)
       VALUES (:source, :sourceAccount, :deviceId, :sender, :senderNormal, :body, :receivedAt, :line, :fingerprint, :status,
         CASE WHEN :status = 'awaiting_review' THEN 'possible_duplicate' END,
         CASE WHEN :doubtful THEN 'possible_duplicate' END, :duplicateOf)
       RETURNING id
     ), ${SIGHTING_AND_HOOK} SELECT id FROM sms`,
    { ...sms },
  );
  return id;
}

/** Adds a sighting to an SMS that is here; a trusted one takes over the anchor of an SMS that only untrusted devices saw. */
export async function insertSighting(
  trx: Transaction,
  smsId: number,
  sighting: InboxKey & { readonly trusted: boolean },
  reanchor: boolean,
): Promise<void> {
  await queryRows(trx, `WITH sms AS (SELECT :smsId::bigint AS id), ${SIGHTING_AND_HOOK} SELECT id FROM sms`, {
    ...sighting,
    smsId,
  });
  if (!reanchor) return;
  await queryRows(
    trx,
    `UPDATE shooter_sms SET source = :source, source_account = :sourceAccount, device_id = :deviceId, received_at = :receivedAt,
       updated_at = now()
     WHERE id = :smsId AND status = 'held_untrusted_device'`,
    {
      smsId,
      source: sighting.source,
      sourceAccount: sighting.sourceAccount,
      deviceId: sighting.deviceId,
      receivedAt: sighting.receivedAt,
    },
  );
}

/** Remembers the id of a request whose delivery was here already. */
export async function rememberHook(trx: Transaction, key: InboxKey, smsId: number): Promise<void> {
  if (key.hookChannel === null) return;
  await queryRows(
    trx,
    `INSERT INTO recon_hook_message (channel, webhook_id, body_hash, sms_id)
     VALUES (:hookChannel, :webhookId, :hookBodyHash, :smsId)`,
    { hookChannel: key.hookChannel, webhookId: key.webhookId, hookBodyHash: key.hookBodyHash, smsId },
  );
}
