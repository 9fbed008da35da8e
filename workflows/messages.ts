/**
 * The messages of `smsWorkflow`, defined once and used by workflow, API, loops and tests. They carry ids only: free text
 * stays in PostgreSQL under the id of its `recon_review` row, and a message without such a row has no effect.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ListeningPost } from '../domain/delivery';
import type { ReviewEffect } from '../domain/review';
import type { Standing, Step, Verdict } from '../domain/sms';

export const SMS_WORKFLOW = 'smsWorkflow';

export interface SmsWorkflowInput {
  readonly smsId: number;
  /** How often a person started this SMS, as of this start; the row's own attempt decides. */
  readonly attempt: number;
  /** `resume` asks the row where it stands: the sweeper's way, and that of a run that continues as new. */
  readonly startAt: Step | 'resume';
  /** The reset or rerun that started this run; null for intake and sweeper. */
  readonly requestId: string | null;
}

export interface SmsWorkflowResult {
  readonly status: Standing['status'];
  readonly attempt: number;
}

/** A person's verdict. It counts only where a `recon_review` row has this id, verdict, order and attempt. */
export interface ReviewMessage {
  readonly reviewId: string;
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly orderId: string | null;
}

/** A reset, or a rerun from a named step; the step is in the row. */
export interface ResetMessage {
  readonly requestId: string;
  readonly attempt: number;
}

export interface DepositAvailableMessage {
  readonly attempt: number;
  readonly orderId: string;
}

export interface DeviceTrustedMessage {
  readonly attempt: number;
}

export const reviewSignal = defineSignal<[ReviewMessage]>('reviewSignal');
export const resetSignal = defineSignal<[ResetMessage]>('resetSignal');
export const depositAvailableSignal = defineSignal<[DepositAvailableMessage]>('depositAvailableSignal');
export const deviceTrustedSignal = defineSignal<[DeviceTrustedMessage]>('deviceTrustedSignal');

/** Answers once the main flow has acted on the rows. Rejected at once where the message is malformed. */
export const reviewUpdate = defineUpdate<ReviewEffect, [ReviewMessage]>('reviewUpdate');
export const resetUpdate = defineUpdate<ReviewEffect, [ResetMessage]>('resetUpdate');

export interface SmsState {
  readonly standing: Standing;
  /** Messages that wait for the main flow. */
  readonly pendingMessages: number;
  /** The story so far, as the Temporal UI shows it. */
  readonly story: readonly string[];
}
export const smsStateQuery = defineQuery<SmsState>('smsStateQuery');

export const SOURCE_WORKFLOW = 'sourceWorkflow';

export function sourceWorkflowIdOf({ source, accountId }: ListeningPost): string {
  return `source-${source}-${accountId}`;
}
