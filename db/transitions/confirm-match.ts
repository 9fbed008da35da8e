/** The match itself: the claim on the deposit, and the brand that the deposit stamps on the SMS. */
import { InvariantBroken } from '../../domain/failures';
import type { Transaction } from '../query';
import { json, prepared, queryRow } from '../query';
import { mapSms, SMS_COLUMNS, type SmsRecord, type SmsRow } from '../sms-row';

const CONFIRM_MATCH = prepared(
  'confirm_match',
  `WITH target AS (
     SELECT s.* FROM shooter_sms s
     WHERE s.id = :smsId AND s.attempt = :attempt
       AND ((s.status = 'received' AND s.step = 'match') OR s.status = 'waiting_for_deposit')
     FOR UPDATE
   ), claimed AS (
     INSERT INTO recon_match (sms_id, order_id, attempt, kind, amount_minor, currency, brand_id, template_id, bank, reference, created_by)
     SELECT target.id, d.order_id, :attempt, 'auto', d.amount_minor, d.currency, d.brand_id, target.template_id,
            target.bank, target.reference, 'machine'
     FROM target JOIN wallet.player_deposit d ON d.order_id = :orderId
     RETURNING sms_id, order_id, brand_id
   ), decided AS (
     INSERT INTO recon_decision (sms_id, attempt, step, outcome, detail)
     SELECT sms_id, :attempt, 'match', :outcome, :detail::jsonb FROM claimed
   )
   UPDATE shooter_sms s SET order_id = claimed.order_id, match_kind = 'auto', status = 'matched', step = 'wallet',
     brand_id = CASE WHEN s.brand_origin = 'backfill' THEN s.brand_id ELSE claimed.brand_id END,
     brand_origin = CASE WHEN s.brand_origin = 'backfill' THEN 'backfill' ELSE 'match' END,
     waiting_since = NULL, wait_until = NULL, review_reason = NULL, updated_at = now()
   FROM claimed WHERE s.id = claimed.sms_id
   RETURNING ${SMS_COLUMNS}`,
);

/**
 * Claims the deposit for the SMS and stamps the brand from `player_deposit.brand_id`, by compare-and-set on the match step
 * of this attempt. Undefined where the row has moved on. A backfilled brand is never stamped over.
 * @throws InvariantBroken where the row would be left without a brand; the transaction must then roll back.
 */
export async function confirmSmsMatch(
  trx: Transaction,
  ref: { readonly smsId: number; readonly attempt: number },
  orderId: string,
  decision: { readonly outcome: string; readonly detail: unknown },
): Promise<SmsRow | undefined> {
  const row = await queryRow<SmsRecord>(trx, CONFIRM_MATCH, {
    ...ref,
    orderId,
    outcome: decision.outcome,
    detail: json(decision.detail),
  });
  if (row?.brand_id === null) throw new InvariantBroken(`SMS ${ref.smsId} was matched without a brand`);
  return row && mapSms(row);
}
