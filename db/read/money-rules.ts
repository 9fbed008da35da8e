/**
 * What must never be true of recon's own rows. Each rule is asked of the rows as they are, and trusts no constraint:
 * constraints can be dropped and rows restored from a backup. Read from one snapshot, in which SMS, match, handoff and
 * deposit belong together.
 */
import type { Db } from '../query';
import { queryRows } from '../query';

export interface BrokenRule {
  readonly kind: string;
  readonly smsId: string | null;
  readonly orderId: string | null;
  readonly detail: string;
}

/** Each gives (sms_id, order_id, detail); several may name one kind. */
const RULES: readonly (readonly [kind: string, sql: string])[] = [
  [
    'sms_lost',
    `SELECT g.sms_id, NULL, 'sighted, and there is no row' FROM shooter_sms_sighting g
     WHERE NOT EXISTS (SELECT FROM shooter_sms s WHERE s.id = g.sms_id) GROUP BY g.sms_id`,
  ],
  [
    'match_missing',
    `SELECT s.id, s.order_id, s.status FROM shooter_sms s
     WHERE s.status IN ('matched', 'approving', 'approved') AND NOT EXISTS (
       SELECT FROM recon_match m WHERE m.sms_id = s.id AND m.order_id = s.order_id AND m.released_at IS NULL)`,
  ],
  [
    'match_left_behind',
    `SELECT s.id, m.order_id, s.status FROM shooter_sms s JOIN recon_match m ON m.sms_id = s.id AND m.released_at IS NULL
     WHERE s.status IN ('not_whitelisted', 'not_a_credit', 'rejected', 'abandoned')`,
  ],
  [
    'two_live_matches',
    `SELECT sms_id, NULL, count(*) || ' of one SMS' FROM recon_match WHERE released_at IS NULL
     GROUP BY sms_id HAVING count(*) > 1`,
  ],
  [
    'two_live_matches',
    `SELECT NULL::bigint, order_id, count(*) || ' of one deposit' FROM recon_match WHERE released_at IS NULL
     GROUP BY order_id HAVING count(*) > 1`,
  ],
  [
    'two_live_matches',
    `SELECT min(sms_id), min(order_id), count(*) || ' of one bank reference' FROM recon_match
     WHERE released_at IS NULL AND reference IS NOT NULL GROUP BY bank, currency, reference HAVING count(*) > 1`,
  ],
  [
    'handoff_missing',
    `SELECT s.id, s.order_id, s.status || ', handoff ' || coalesce(h.state, 'missing') FROM shooter_sms s
     LEFT JOIN recon_match m ON m.sms_id = s.id AND m.released_at IS NULL
     LEFT JOIN recon_handoff h ON h.match_id = m.id
     WHERE (s.status = 'approving' AND h.match_id IS NULL) OR (s.status = 'approved' AND h.state IS DISTINCT FROM 'approved')`,
  ],
  [
    'handoff_unrecorded',
    `SELECT s.id, h.order_id, s.status FROM recon_handoff h JOIN shooter_sms s ON s.id = h.sms_id
     WHERE h.state = 'approved' AND s.status <> 'approved'`,
  ],
  [
    'released_while_open',
    `SELECT m.sms_id, m.order_id, 'handoff ' || h.state FROM recon_handoff h JOIN recon_match m ON m.id = h.match_id
     WHERE m.released_at IS NOT NULL AND h.state <> 'refused'`,
  ],
  [
    'key_mismatch',
    `SELECT m.sms_id, m.order_id, 'handoff' FROM recon_handoff h JOIN recon_match m ON m.id = h.match_id
     WHERE h.sms_id <> m.sms_id OR h.order_id <> m.order_id
        OR h.idempotency_key <> 'recon:' || m.order_id || ':' || m.sms_id`,
  ],
  [
    'amount_mismatch',
    `SELECT s.id, m.order_id, format('SMS %s, match %s', s.amount_minor, m.amount_minor) FROM shooter_sms s
     JOIN recon_match m ON m.sms_id = s.id AND m.released_at IS NULL
     WHERE s.amount_minor IS DISTINCT FROM m.amount_minor`,
  ],
  [
    'amount_mismatch',
    `SELECT m.sms_id, m.order_id, format('match %s, deposit %s', m.amount_minor, d.amount_minor) FROM recon_match m
     JOIN wallet.player_deposit d ON d.order_id = m.order_id
     WHERE m.released_at IS NULL AND m.amount_minor <> d.amount_minor`,
  ],
  [
    'currency_mismatch',
    `SELECT s.id, m.order_id, format('SMS %s, match %s', s.currency, m.currency) FROM shooter_sms s
     JOIN recon_match m ON m.sms_id = s.id AND m.released_at IS NULL WHERE s.currency IS DISTINCT FROM m.currency`,
  ],
  [
    'currency_mismatch',
    `SELECT m.sms_id, m.order_id, format('match %s, deposit %s', m.currency, d.currency) FROM recon_match m
     JOIN wallet.player_deposit d ON d.order_id = m.order_id
     WHERE m.released_at IS NULL AND m.currency <> d.currency`,
  ],
  [
    // A backfilled brand may differ where the mode lets it; the request then carries the deposit's.
    'brand_mismatch',
    `SELECT s.id, m.order_id, format('SMS %s, match %s', s.brand_id, m.brand_id) FROM shooter_sms s
     JOIN recon_match m ON m.sms_id = s.id AND m.released_at IS NULL
     WHERE s.brand_origin IS DISTINCT FROM 'backfill' AND s.brand_id IS DISTINCT FROM m.brand_id`,
  ],
  [
    'brand_mismatch',
    `SELECT m.sms_id, m.order_id, format('match %s, deposit %s', m.brand_id, d.brand_id) FROM recon_match m
     JOIN wallet.player_deposit d ON d.order_id = m.order_id
     WHERE m.released_at IS NULL AND m.brand_id <> d.brand_id`,
  ],
  [
    'deposit_not_approved',
    `SELECT s.id, s.order_id, coalesce(d.status, 'there is no such deposit') FROM shooter_sms s
     LEFT JOIN wallet.player_deposit d ON d.order_id = s.order_id
     WHERE s.status = 'approved' AND d.status IS DISTINCT FROM 'approved'`,
  ],
  [
    'approved_not_by_recon',
    `SELECT NULL::bigint, d.order_id, 'no handoff' FROM wallet.player_deposit d
     WHERE d.status = 'approved' AND NOT EXISTS (
       SELECT FROM recon_match m JOIN recon_handoff h ON h.match_id = m.id
       WHERE m.order_id = d.order_id AND h.state <> 'refused')`,
  ],
];

const BROKEN = RULES.map(
  ([kind, sql]) =>
    `SELECT '${kind}' AS kind, f.sms_id::text AS "smsId", f.order_id AS "orderId", f.detail
     FROM (${sql}) AS f (sms_id, order_id, detail)`,
).join('\nUNION ALL ');

/** Every broken rule; the caller's transaction says of which moment. */
export function findBrokenRules(trx: Db): Promise<BrokenRule[]> {
  return queryRows<BrokenRule>(trx, BROKEN);
}
