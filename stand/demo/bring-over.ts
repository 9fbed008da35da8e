/**
 * An SMS of an older system, as a migration brings it over under the owner's role: `received`, its brand filled in for it.
 * The sweeper finds that no run has it and starts one.
 */
import { createHash } from 'node:crypto';
import { deliveryKeyOf, fingerprintOf } from '../../domain/fingerprint';
import { normaliseSender } from '../../domain/phone';
import type { Db } from '../../db/query';
import { queryOne } from '../../db/query';

export interface OldSms {
  readonly sourceAccount: string;
  readonly messageId: string;
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
  readonly brandId: string;
}

/** Answers the SMS's id. */
export async function bringOver(owner: Db, sms: OldSms): Promise<number> {
  const { sourceAccount, messageId, sender, body, receivedAt, brandId } = sms;
  const normal = normaliseSender(sender);
  const { id } = await queryOne<{ id: number }>(
    owner,
    `WITH sms AS (
       INSERT INTO shooter_sms (source, source_account, sender, sender_normal, body, received_at, line, fingerprint, status,
         brand_id, brand_origin, run_checked_at)
       VALUES ('pushbullet', :sourceAccount, :sender, :senderNormal, :body, :receivedAt, :sourceAccount, :fingerprint,
         'received', :brandId, 'backfill', now() - interval '1 day')
       RETURNING id
     )
     INSERT INTO shooter_sms_sighting (sms_id, source, source_account, message_id, received_at, trusted, body_hash, delivery_key)
     SELECT id, 'pushbullet', :sourceAccount, :messageId, :receivedAt, true, :bodyHash, :deliveryKey FROM sms
     RETURNING sms_id AS id`,
    {
      sourceAccount,
      messageId,
      sender,
      senderNormal: normal.ok ? normal.sender.value : sender,
      body,
      receivedAt,
      brandId,
      fingerprint: fingerprintOf({ sender, body, line: sourceAccount }),
      bodyHash: createHash('sha256').update(sender).update('\0').update(body).digest('hex'),
      deliveryKey: deliveryKeyOf({
        source: 'pushbullet',
        deviceId: null,
        sourceAccount,
        messageId,
        receivedAt,
        sender,
        body,
      }),
    },
  );
  return id;
}
