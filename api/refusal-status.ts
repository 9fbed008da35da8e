/** The HTTP status of every reason why a person's request had no effect. */
import type { Refusal, ReviewEffect } from '../domain/review';
import { HttpError } from '../service/http-errors';

/** 422: what was asked can never be, as it was asked; 409: something else happened first, or stands in the way now. */
export const REFUSAL_STATUS: Readonly<Record<Refusal, 404 | 409 | 422>> = {
  unknown_sms: 404,
  unknown_review: 404,
  stale_attempt: 409,
  already_approved: 409,
  already_closed: 409,
  not_allowed_in_status: 409,
  approval_in_flight: 409,
  order_required: 422,
  unknown_order: 422,
  order_mismatch: 422,
  order_not_pending: 409,
  order_claimed: 409,
  same_reviewer: 409,
  undo_expired: 409,
  step_not_reached: 422,
};

type Refused = Omit<Extract<ReviewEffect, { effect: 'refused' }>, 'effect'>;

export function refusalError({ code, message, status }: Refused): HttpError {
  return new HttpError(REFUSAL_STATUS[code], code, message, status === null ? undefined : { status });
}
