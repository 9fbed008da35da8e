/** What a person asks for and what comes of it: the words shared by the workflow's messages, the API and the rows. */
import type { Command, SmsStatus, Step } from './sms';

/** A person's request as it was committed, before anybody acted on it. Free text stays in PostgreSQL under its id. */
export interface ReviewRequest {
  /** Made by the client: the same id twice has one effect. */
  readonly reviewId: string;
  readonly smsId: number;
  readonly attempt: number;
  readonly command: Command;
  readonly orderId: string | null;
  /** Where a rerun starts; null for every other command. */
  readonly startAt: Step | null;
  readonly remark: string | null;
  readonly reviewer: string;
  readonly undoSeconds: number;
}

/** Why a request had no effect. The API maps each to a status code; the words are a contract. */
export const REFUSALS = [
  'unknown_sms',
  'unknown_review',
  'stale_attempt',
  'already_approved',
  'already_closed',
  'not_allowed_in_status',
  'approval_in_flight',
  'order_required',
  'unknown_order',
  'order_mismatch',
  'order_not_pending',
  'order_claimed',
  'same_reviewer',
  'undo_expired',
  'step_not_reached',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What a request came to. `message` names ids, people and times, never the text of an SMS. */
export type ReviewEffect =
  | { readonly effect: 'applied'; readonly status: SmsStatus }
  | { readonly effect: 'refused'; readonly code: Refusal; readonly message: string; readonly status: SmsStatus | null };

/** Above this amount of the currency, in minor units, a second person must confirm. */
export type FourEyesThresholds = ReadonlyMap<string, number>;

export function needsSecondPerson(
  approval: { readonly kind: 'auto' | 'manual' | 'forced'; readonly amountMinor: number; readonly currency: string },
  thresholds: FourEyesThresholds,
): boolean {
  const threshold = thresholds.get(approval.currency);
  return approval.kind === 'forced' || (threshold !== undefined && approval.amountMinor >= threshold);
}
