/** The API's way to a running workflow: bounded in time, and clear about what is known when the time is over. */
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { ReviewEffect } from '../domain/review';
import { workflowIdOf } from '../domain/sms';
import type { ReviewRow } from '../db/reviews';
import { resetUpdate, reviewUpdate, smsStateQuery, type SmsState } from '../workflows/messages';

export type Asked =
  | { readonly kind: 'answered'; readonly effect: ReviewEffect }
  /** There is no such run, or it ends just now. */
  | { readonly kind: 'no_run' }
  /** No worker answered in time, or Temporal is away: what becomes of the request is in its row. */
  | { readonly kind: 'no_answer' };

export interface RunDoor {
  /** Hands the recorded request to the run and waits for its effect; never throws for anything Temporal does. */
  ask(request: ReviewRow, waitMs: number): Promise<Asked>;
  /** What the run itself says; null where nobody answers in time. */
  state(smsId: number, waitMs: number): Promise<SmsState | null>;
}

export function createRunDoor(client: Client): RunDoor {
  return {
    async ask(request, waitMs) {
      try {
        const effect = await within(client, waitMs, () => update(client, request));
        return effect === undefined ? { kind: 'no_answer' } : { kind: 'answered', effect };
      } catch (error) {
        return { kind: isGone(error) ? 'no_run' : 'no_answer' };
      }
    },
    async state(smsId, waitMs) {
      try {
        const handle = client.workflow.getHandle(workflowIdOf(smsId));
        return (await within(client, waitMs, () => handle.query(smsStateQuery))) ?? null;
      } catch {
        return null;
      }
    },
  };
}

function update(client: Client, request: ReviewRow): Promise<ReviewEffect> {
  const { reviewId, smsId, attempt, command, orderId } = request;
  const handle = client.workflow.getHandle(workflowIdOf(smsId));
  return command === 'reset' || command === 'rerun'
    ? handle.executeUpdate(resetUpdate, { updateId: reviewId, args: [{ requestId: reviewId, attempt }] })
    : handle.executeUpdate(reviewUpdate, {
        updateId: reviewId,
        args: [{ reviewId, attempt, verdict: command, orderId }],
      });
}

/** How long a call may outlive its deadline: connecting and retrying do not always heed it. */
const GRACE_MS = 200;

/** Undefined when the time is over. The call is aborted then, and whatever it still says is not heard. */
async function within<T>(client: Client, waitMs: number, call: () => Promise<T>): Promise<T | undefined> {
  const abort = new AbortController();
  const calling = client.withAbortSignal(abort.signal, () => client.withDeadline(Date.now() + waitMs, call));
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs + GRACE_MS);
  });
  try {
    return await Promise.race([calling, over]);
  } finally {
    clearTimeout(timer);
    abort.abort();
    calling.catch(() => undefined);
  }
}

/** An update that meets a run in its last moment is aborted by the server. */
function isGone(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || /closing workflow|already completed/.test(wordsOf(error));
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return `${error.message} ${wordsOf(error.cause)}`;
}
