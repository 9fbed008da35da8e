/** Step 1: is the sender on the whitelist? One statement, since every SMS pays for it. */
import type { Stepped, WhitelistOutcome } from '../../domain/outcomes';
import { InvariantBroken } from '../../domain/failures';
import type { Db } from '../query';
import { prepared, queryRow } from '../query';
import { mapStanding, readStanding, STANDING_COLUMNS, type StandingRecord } from '../standing';

const CHECK_WHITELIST = prepared(
  'check_whitelist',
  `WITH target AS (
     SELECT s.id, p.id AS phone_id FROM shooter_sms s
     LEFT JOIN shooter_phone p ON p.sender_normal = s.sender_normal AND p.deleted_at IS NULL
     WHERE s.id = :smsId AND s.attempt = :attempt AND s.status = 'received' AND s.step = 'whitelist'
     FOR UPDATE OF s
   ), decided AS (
     INSERT INTO recon_decision (sms_id, attempt, step, outcome, detail)
     SELECT id, :attempt, 'whitelist', CASE WHEN phone_id IS NULL THEN 'not_listed' ELSE 'listed' END,
            jsonb_build_object('phone_id', phone_id)
     FROM target
   )
   UPDATE shooter_sms s SET
     phone_id = target.phone_id,
     step = CASE WHEN target.phone_id IS NULL THEN 'whitelist' ELSE 'parse' END,
     status = CASE WHEN target.phone_id IS NULL THEN 'not_whitelisted' ELSE 'received' END,
     run_started_at = coalesce(s.run_started_at, now()), updated_at = now()
   FROM target WHERE s.id = target.id
   RETURNING ${STANDING_COLUMNS}`,
);

/** Compare-and-set on (received, whitelist, attempt): a second run finds the row moved on and changes nothing. */
export async function checkWhitelistRow(
  db: Db,
  ref: { smsId: number; attempt: number },
): Promise<Stepped<WhitelistOutcome>> {
  const moved = await queryRow<StandingRecord>(db, CHECK_WHITELIST, ref);
  if (moved) return { ...mapStanding(moved), outcome: moved.status === 'not_whitelisted' ? 'not_listed' : 'listed' };
  return superseded(db, ref.smsId);
}

/** What every step answers when the row is not where it expected it. */
export async function superseded(db: Db, smsId: number): Promise<Stepped<never>> {
  const standing = await readStanding(db, smsId);
  if (standing === undefined) throw new InvariantBroken(`there is no SMS ${smsId}`);
  return { ...standing, outcome: 'superseded' };
}
