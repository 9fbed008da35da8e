/** Who can be asked for a missing SMS: the phones whose threads brought those around the gap. */
import type { GapRow } from './balance-gaps';
import { requestReread } from './pushbullet-reread';
import type { Transaction } from './query';
import { queryRows } from './query';

interface PhoneRecord {
  account_iden: string;
  device_iden: string;
  thread_ids: string[];
  first_at: Date;
  last_at: Date;
}

/** Phones of Pushbullet keep their threads; a channel or an app tells a thing once. */
export async function requestBackfill(trx: Transaction, gap: GapRow): Promise<'requested' | 'impossible'> {
  const phones = await queryRows<PhoneRecord>(
    trx,
    `SELECT g.source_account AS account_iden, d.external_id AS device_iden,
       coalesce(array_agg(DISTINCT g.thread_id) FILTER (WHERE g.thread_id IS NOT NULL), '{}') AS thread_ids,
       min(g.received_at) AS first_at, max(g.received_at) AS last_at
     FROM shooter_sms_sighting g JOIN shooter_device d ON d.id = g.device_id AND d.deleted_at IS NULL
     WHERE g.source = 'pushbullet' AND g.sms_id IN (:before, :after) GROUP BY 1, 2`,
    { before: gap.beforeSmsId, after: gap.afterSmsId },
  );
  let requested = false;
  for (const phone of phones) {
    const { account_iden: accountIden, device_iden: deviceIden, thread_ids: threadIds } = phone;
    const asked = await requestReread(trx, {
      accountIden,
      deviceIden,
      threadIds,
      from: phone.first_at,
      to: phone.last_at,
    });
    requested = requested || asked;
  }
  return requested ? 'requested' : 'impossible';
}
