/**
 * What people and the world say to a run. Handlers only enqueue; the main flow acts, one message after the other, and the
 * rows decide what each comes to.
 */
import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { ReviewEffect } from '../domain/review';
import { VERDICTS, type Standing } from '../domain/sms';
import { machine } from './activity-proxies';
import {
  depositAvailableSignal,
  deviceTrustedSignal,
  resetSignal,
  resetUpdate,
  reviewSignal,
  reviewUpdate,
  smsStateQuery,
  type ResetMessage,
  type ReviewMessage,
} from './messages';
import type { Inbox, Message, Place, Request, Run } from './run';

/** Handlers are set before anything else happens, so that no message of the first task is missed. */
export function openInbox(): Inbox {
  const queue: Message[] = [];
  const request = (message: Omit<Request, 'settle' | 'fail'>): Promise<ReviewEffect> =>
    new Promise((settle, fail) => queue.push({ says: 'request', request: { ...message, settle, fail } }));
  const unanswered = (message: Omit<Request, 'settle' | 'fail'>): void => {
    // A signal has nobody to answer; its effect is in the rows.
    request(message).catch(() => undefined);
  };

  // A signal sent by hand may hold anything: one without its shape is dropped, or it would fail the task for ever.
  setHandler(reviewSignal, (message) => {
    if (reviewProblem(message) === null) unanswered(requestOfReview(message));
  });
  setHandler(resetSignal, (message) => {
    if (resetProblem(message) === null) unanswered(requestOfReset(message));
  });
  setHandler(depositAvailableSignal, () => void queue.push({ says: 'deposit_available' }));
  setHandler(deviceTrustedSignal, () => void queue.push({ says: 'device_trusted' }));
  setHandler(reviewUpdate, (message) => request(requestOfReview(message)), { validator: validateReview });
  setHandler(resetUpdate, (message) => request(requestOfReset(message)), { validator: validateReset });

  const inbox: Inbox = {
    isEmpty: () => queue.length === 0,
    take: () => queue.shift(),
    async wait(waitMs) {
      const arrived = () => queue.length > 0;
      await (waitMs === null ? condition(arrived) : condition(arrived, waitMs));
    },
    async answeringUntil(run, activity) {
      const state = { done: false };
      const ended = activity.finally(() => (state.done = true));
      // Its failure is the caller's to handle, below; here it only ends the waiting.
      ended.catch(() => undefined);
      while (!state.done) {
        await condition(() => state.done || queue.length > 0);
        if (queue.length > 0) await answerMessages(run, WITH_WALLET);
      }
      return ended;
    },
    answersFrom(standing, story) {
      setHandler(smsStateQuery, () => ({ standing: standing(), pendingMessages: queue.length, story: story.lines() }));
    },
  };
  return inbox;
}

/** Where an SMS stands while the wallet is being asked: only requests mean anything to it. */
const WITH_WALLET: Standing = {
  attempt: 0,
  status: 'approving',
  step: 'wallet',
  reason: null,
  brandId: null,
  source: null,
  waitMs: null,
};

/** Takes one message and lets the rows say what comes of it; gives where the row stands then. */
export async function answerMessages(run: Run, standing: Standing): Promise<Place> {
  const message = run.inbox.take();
  if (message?.says === 'request') return answerRequest(run, standing, message.request);
  const ref = { smsId: run.smsId, attempt: standing.attempt };
  if (message?.says === 'deposit_available' && standing.status === 'waiting_for_deposit')
    return machine.matchDeposit(ref);
  if (message?.says === 'device_trusted' && standing.status === 'held_untrusted_device')
    return machine.releaseHeld(ref);
  return standing;
}

async function answerRequest(run: Run, standing: Standing, request: Request): Promise<Standing> {
  const { reviewId, attempt, verdict, orderId } = request;
  try {
    const answered = await machine.applyRequest({ smsId: run.smsId, reviewId, attempt, verdict, orderId });
    run.story.tellAnswer(reviewId, verdict, answered.answer);
    request.settle(answered.answer);
    return answered;
  } catch (error) {
    // The request's row has no effect yet, so the loop delivers it again; the SMS stays where it is.
    request.fail(
      ApplicationFailure.nonRetryable('the request could not be applied yet; it will be delivered again', 'NotApplied'),
    );
    run.story.tellFault(error);
    return standing;
  }
}

function requestOfReview({ reviewId, attempt, verdict, orderId }: ReviewMessage): Omit<Request, 'settle' | 'fail'> {
  // JSON sent by hand may leave the order out.
  return { reviewId, attempt, verdict, orderId: orderId ?? null };
}

function requestOfReset({ requestId, attempt }: ResetMessage): Omit<Request, 'settle' | 'fail'> {
  return { reviewId: requestId, attempt, verdict: null, orderId: null };
}

/** Validators are called synchronously and see only the message: whether it counts is for the rows to say. */
function validateReview(message: ReviewMessage): void {
  const problem = reviewProblem(message);
  if (problem !== null) throw new Error(`reviewUpdate refused: ${problem}`);
}

function validateReset(message: ResetMessage): void {
  const problem = resetProblem(message);
  if (problem !== null) throw new Error(`resetUpdate refused: ${problem}`);
}

/** Messages come from outside the program: their types are a promise that anybody with the UI can break. */
function reviewProblem(message: Partial<ReviewMessage> | undefined): string | null {
  const { reviewId, attempt, verdict, orderId } = message ?? {};
  const wrongOrder = orderId !== undefined && orderId !== null && typeof orderId !== 'string';
  if (wrongOrder) return 'orderId must be a text or null';
  return shapeProblem(reviewId, attempt) ?? (VERDICTS.some((known) => known === verdict) ? null : 'verdict is unknown');
}

function resetProblem(message: Partial<ResetMessage> | undefined): string | null {
  return shapeProblem(message?.requestId, message?.attempt);
}

function shapeProblem(id: unknown, attempt: unknown): string | null {
  if (typeof id !== 'string' || id.length < 1 || id.length > 100) return 'the id must be a text of 1 to 100 characters';
  return Number.isInteger(attempt) ? null : 'attempt must be a whole number';
}
