/** What people asked for (`recon_review`): committed first, acted on later, answered from here for ever after. */
import type { Refusal, ReviewEffect, ReviewRequest } from '../domain/review';
import type { Command, SmsStatus, Step } from '../domain/sms';
import type { Db } from './query';
import { queryRow, queryRows } from './query';

export interface ReviewRow extends ReviewRequest {
  readonly effect: ReviewEffect | null;
  readonly createdAt: Date;
  readonly effectAt: Date | null;
}

interface ReviewRecord {
  review_id: string;
  sms_id: number;
  attempt: number;
  command: Command;
  order_id: string | null;
  start_at: Step | null;
  remark: string | null;
  reviewer: string;
  undo_seconds: number;
  created_at: Date;
  effect: 'applied' | 'refused' | null;
  effect_code: Refusal | null;
  effect_message: string | null;
  effect_status: SmsStatus | null;
  effect_at: Date | null;
}

const COLUMNS = `review_id, sms_id, attempt, command, order_id, start_at, remark, reviewer, undo_seconds, created_at, effect,
  effect_code, effect_message, effect_status, effect_at`;

function mapReview(row: ReviewRecord): ReviewRow {
  return {
    reviewId: row.review_id,
    smsId: row.sms_id,
    attempt: row.attempt,
    command: row.command,
    orderId: row.order_id,
    startAt: row.start_at,
    remark: row.remark,
    reviewer: row.reviewer,
    undoSeconds: row.undo_seconds,
    createdAt: row.created_at,
    effectAt: row.effect_at,
    effect: mapEffect(row),
  };
}

function mapEffect(row: ReviewRecord): ReviewEffect | null {
  if (row.effect === null) return null;
  if (row.effect === 'applied' && row.effect_status !== null) return { effect: 'applied', status: row.effect_status };
  const code = row.effect_code ?? 'not_allowed_in_status';
  return { effect: 'refused', code, message: row.effect_message ?? '', status: row.effect_status };
}

/**
 * Commits a request. The same id with the same content gives the row that is there; with other content `conflict`, since
 * an id stands for one decision.
 */
export async function insertReview(
  db: Db,
  request: ReviewRequest,
): Promise<{ row: ReviewRow; inserted: boolean; conflict: boolean }> {
  const inserted = await queryRow<ReviewRecord>(
    db,
    `INSERT INTO recon_review (review_id, sms_id, attempt, command, order_id, start_at, remark, reviewer, undo_seconds)
     VALUES (:reviewId, :smsId, :attempt, :command, :orderId, :startAt, :remark, :reviewer, :undoSeconds)
     ON CONFLICT (review_id) DO NOTHING RETURNING ${COLUMNS}`,
    { ...request },
  );
  if (inserted) return { row: mapReview(inserted), inserted: true, conflict: false };
  const row = await findReview(db, request.reviewId);
  if (!row) throw new Error('a review that could not be inserted is not there either');
  const same =
    row.smsId === request.smsId &&
    row.command === request.command &&
    row.orderId === request.orderId &&
    row.startAt === request.startAt &&
    row.remark === request.remark &&
    row.reviewer === request.reviewer &&
    row.undoSeconds === request.undoSeconds;
  return { row, inserted: false, conflict: !same };
}

export async function findReview(db: Db, reviewId: string): Promise<ReviewRow | undefined> {
  const sql = `SELECT ${COLUMNS} FROM recon_review WHERE review_id = :reviewId`;
  const row = await queryRow<ReviewRecord>(db, sql, { reviewId });
  return row && mapReview(row);
}

export async function lockReview(db: Db, reviewId: string): Promise<ReviewRow | undefined> {
  const sql = `SELECT ${COLUMNS} FROM recon_review WHERE review_id = :reviewId FOR UPDATE`;
  const row = await queryRow<ReviewRecord>(db, sql, { reviewId });
  return row && mapReview(row);
}

export async function listReviews(db: Db, smsId: number): Promise<ReviewRow[]> {
  const sql = `SELECT ${COLUMNS} FROM recon_review WHERE sms_id = :smsId ORDER BY created_at, review_id`;
  const found = await queryRows<ReviewRecord>(db, sql, { smsId });
  return found.map(mapReview);
}

export async function recordEffect(
  db: Db,
  reviewId: string,
  effect: ReviewEffect,
  brandId: string | null,
): Promise<void> {
  await queryRows(
    db,
    `UPDATE recon_review SET effect = :effect, effect_code = :code, effect_message = :message, effect_status = :status,
       effect_at = now(), brand_id = :brandId
     WHERE review_id = :reviewId AND effect IS NULL`,
    {
      reviewId,
      effect: effect.effect,
      code: effect.effect === 'refused' ? effect.code : null,
      message: effect.effect === 'refused' ? effect.message : null,
      status: effect.status,
      brandId,
    },
  );
}

/** Requests without an effect that were last delivered before `olderThanMs`: the redelivery loop's work. Claims them by time. */
export async function claimUndelivered(db: Db, olderThanMs: number, limit: number): Promise<ReviewRow[]> {
  const found = await queryRows<ReviewRecord>(
    db,
    `UPDATE recon_review SET delivered_at = now() WHERE review_id IN (
       SELECT review_id FROM recon_review
       WHERE effect IS NULL AND delivered_at < now() - :olderThanMs * interval '1 millisecond'
       ORDER BY delivered_at LIMIT :limit FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}`,
    { olderThanMs, limit },
  );
  return found.map(mapReview);
}
