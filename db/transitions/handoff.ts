/**
 * The handoff to the wallet: one row per match, committed before the first byte leaves. While it is `started` or `unknown`
 * nothing may release the match; a late or doubled answer finds the row settled and changes nothing.
 */
import type { Stepped } from '../../domain/outcomes';
import { moveSms } from '../move-sms';
import type { Db, Transaction } from '../query';
import { prepared, queryRow, queryRows } from '../query';
import { lockSms, standingOf } from '../sms-row';
import { mapStanding, STANDING_COLUMNS, writeDecision, type StandingRecord } from '../standing';
import { writeAudit } from '../audit';
import { superseded } from './check-whitelist';

export type HandoffState = 'started' | 'approved' | 'refused' | 'unknown';

/** What is asked of the wallet: the same bytes for the same key, whenever and however often it is asked. */
export interface Handoff {
  readonly matchId: number;
  readonly smsId: number;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** The deposit's brand, which is not the row's where a backfilled brand was let through. */
  readonly brandId: string;
  readonly idempotencyKey: string;
  readonly state: HandoffState;
  /** Calls that gave no clear answer so far: the rung of the ladder. */
  readonly tries: number;
  /** The wallet asked for a pause that is not over (Retry-After); null: it may be asked now. */
  readonly askAfter: Date | null;
}

interface HandoffRecord {
  match_id: number;
  sms_id: number;
  order_id: string;
  amount_minor: number;
  currency: string;
  brand_id: string;
  idempotency_key: string;
  state: HandoffState;
  tries: number;
  ask_after: Date | null;
}

const BEGIN_HANDOFF = prepared(
  'begin_handoff',
  `WITH target AS (
     SELECT s.id, s.status FROM shooter_sms s
     WHERE s.id = :smsId AND s.attempt = :attempt AND s.status IN ('matched', 'approving') FOR UPDATE
   ), live AS (
     SELECT m.*, target.status AS sms_status FROM recon_match m JOIN target ON m.sms_id = target.id WHERE m.released_at IS NULL
   ), handoff AS (
     INSERT INTO recon_handoff AS h (match_id, sms_id, order_id, idempotency_key, state)
     SELECT live.id, live.sms_id, live.order_id, 'recon:' || live.order_id || ':' || live.sms_id, 'started' FROM live
     ON CONFLICT (match_id) DO UPDATE SET updated_at = now(),
       state = CASE WHEN h.state = 'refused' THEN 'started' ELSE h.state END,
       refusal_code = CASE WHEN h.state = 'refused' THEN NULL ELSE h.refusal_code END
     RETURNING match_id, idempotency_key, state, tries, ask_after
   ), moved AS (
     UPDATE shooter_sms s SET status = 'approving', updated_at = now() FROM target
     WHERE s.id = target.id AND s.status = 'matched'
   )
   SELECT handoff.*, live.sms_id, live.order_id, live.amount_minor, live.currency, live.brand_id
   FROM handoff JOIN live ON live.id = handoff.match_id`,
);

/**
 * Commits the handoff of the live match, by compare-and-set on (matched or approving, attempt). Undefined where the row has
 * moved on: a reset came first. A refused handoff starts again only from `matched`, where a person's retry put the row.
 */
export async function beginHandoff(db: Db, ref: { smsId: number; attempt: number }): Promise<Handoff | undefined> {
  const row = await queryRow<HandoffRecord>(db, BEGIN_HANDOFF, ref);
  return (
    row && {
      matchId: row.match_id,
      smsId: row.sms_id,
      orderId: row.order_id,
      amountMinor: row.amount_minor,
      currency: row.currency,
      brandId: row.brand_id,
      idempotencyKey: row.idempotency_key,
      state: row.state,
      tries: row.tries,
      askAfter: row.ask_after,
    }
  );
}

const RECORD_APPROVED = prepared(
  'record_approved',
  `WITH settled AS (
     UPDATE recon_handoff h SET state = 'approved', ledger_entry_id = :ledgerEntryId, refusal_code = NULL, last_fault = NULL,
       answered_at = now(), updated_at = now()
     FROM recon_match m
     WHERE h.match_id = :matchId AND m.id = h.match_id AND m.released_at IS NULL AND h.state <> 'approved'
     RETURNING h.match_id
   ), target AS (
     SELECT s.id FROM shooter_sms s WHERE s.id = :smsId AND EXISTS (SELECT FROM settled) FOR UPDATE
   ), decided AS (
     INSERT INTO recon_decision (sms_id, attempt, step, outcome, detail)
     SELECT s.id, s.attempt, 'wallet', 'approved', jsonb_build_object('ledger_entry_id', :ledgerEntryId::text)
     FROM shooter_sms s JOIN target USING (id)
   )
   UPDATE shooter_sms s SET status = 'approved', review_reason = NULL, updated_at = now()
   FROM target WHERE s.id = target.id
   RETURNING ${STANDING_COLUMNS}, extract(epoch FROM now() - s.ingested_at)::float8 AS age_seconds`,
);

/**
 * The wallet paid. Whatever the row has come to meanwhile (parked after the ladder, say), it is approved now: the match
 * could not be released, since no definite refusal was recorded.
 */
export async function recordApproved(
  db: Db,
  handoff: Pick<Handoff, 'matchId' | 'smsId'>,
  ledgerEntryId: string,
): Promise<Stepped<'approved'> & { readonly ageSeconds: number }> {
  const moved = await queryRow<StandingRecord & { age_seconds: number }>(db, RECORD_APPROVED, {
    matchId: handoff.matchId,
    smsId: handoff.smsId,
    ledgerEntryId,
  });
  if (moved) return { ...mapStanding(moved), outcome: 'approved', ageSeconds: moved.age_seconds };
  await alarmIfReleased(db, handoff, ledgerEntryId);
  return { ...(await superseded(db, handoff.smsId)), ageSeconds: 0 };
}

/** Must not happen (a release waits for a refusal): if it ever does, it is in the audit log and `recon audit` finds it. */
async function alarmIfReleased(
  db: Db,
  handoff: Pick<Handoff, 'matchId' | 'smsId'>,
  ledgerEntryId: string,
): Promise<void> {
  const sql = `SELECT id FROM recon_match WHERE id = :matchId AND released_at IS NOT NULL`;
  const released = await queryRow(db, sql, { matchId: handoff.matchId });
  if (!released) return;
  await writeAudit(db, {
    actor: 'workflow',
    byPerson: false,
    action: 'wallet.approved_after_release',
    smsId: handoff.smsId,
    after: { match_id: handoff.matchId, ledger_entry_id: ledgerEntryId },
  });
}

/** The wallet definitely refused: the match may be released by a person now. Only an open question can be answered so. */
export async function recordRefused(
  trx: Transaction,
  handoff: Pick<Handoff, 'matchId' | 'smsId'>,
  code: string,
): Promise<Stepped<'refused'>> {
  const row = await lockSms(trx, handoff.smsId);
  const settled = await queryRow(
    trx,
    `UPDATE recon_handoff SET state = 'refused', refusal_code = :code, answered_at = now(), updated_at = now()
     WHERE match_id = :matchId AND state IN ('started', 'unknown') RETURNING match_id`,
    { matchId: handoff.matchId, code },
  );
  if (!row || !settled || !isWithWallet(row.status, row.reviewReason)) return superseded(trx, handoff.smsId);
  const ref = { smsId: row.id, attempt: row.attempt };
  await writeDecision(trx, { ...ref, step: 'wallet', outcome: 'refused', detail: { code } });
  const after = await moveSms(trx, row, { status: 'awaiting_review', review_reason: 'wallet_rejected' });
  return { ...standingOf(after), outcome: 'refused' };
}

/**
 * No clear answer: the money may or may not have moved. `fault` is a fixed word such as `http_500`; `pauseMs` is what the
 * wallet asked for, if it did.
 */
export async function recordUnclear(db: Db, matchId: number, fault: string, pauseMs: number | null): Promise<number> {
  const row = await queryRow<{ tries: number }>(
    db,
    `UPDATE recon_handoff SET state = 'unknown', tries = tries + 1, last_fault = :fault, updated_at = now(),
       ask_after = now() + :pauseMs * interval '1 millisecond'
     WHERE match_id = :matchId AND state IN ('started', 'unknown') RETURNING tries`,
    { matchId, fault, pauseMs },
  );
  return row?.tries ?? 0;
}

/** The ladder has ended without an answer: a person may only ask again; the match stays held. */
export async function recordUnknown(
  trx: Transaction,
  handoff: Pick<Handoff, 'matchId' | 'smsId'>,
): Promise<Stepped<'unknown'>> {
  const row = await lockSms(trx, handoff.smsId);
  const open = await queryRow(
    trx,
    `SELECT match_id FROM recon_handoff WHERE match_id = :matchId AND state IN ('started', 'unknown')`,
    { matchId: handoff.matchId },
  );
  if (row?.status !== 'approving' || !open) return superseded(trx, handoff.smsId);
  const ref = { smsId: row.id, attempt: row.attempt };
  await queryRows(trx, `UPDATE recon_handoff SET tries = 0 WHERE match_id = :matchId`, { matchId: handoff.matchId });
  await writeDecision(trx, { ...ref, step: 'wallet', outcome: 'unknown', detail: {} });
  const after = await moveSms(trx, row, { status: 'awaiting_review', review_reason: 'wallet_unknown' });
  return { ...standingOf(after), outcome: 'unknown' };
}

function isWithWallet(status: string, reason: string | null): boolean {
  return (
    status === 'approving' || status === 'matched' || (status === 'awaiting_review' && reason === 'wallet_unknown')
  );
}
