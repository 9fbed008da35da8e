/**
 * How a person's request travels: its row is committed first, then it is carried to where the SMS is. A closed run is
 * answered from the rows, an open one by its workflow; and where nobody answers, the row waits for the redelivery loop.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FourEyesThresholds, Refusal, ReviewEffect, ReviewRequest } from '../domain/review';
import { commandsAllowed, STATUS_RULES, type SmsStatus } from '../domain/sms';
import { findDeposit } from '../db/deposits';
import type { Db } from '../db/query';
import { findReview, insertReview, type ReviewRow } from '../db/reviews';
import { findSms, type SmsRow } from '../db/sms-row';
import { applyRequest } from '../db/transitions/apply-request';
import { depositRefusal } from '../db/transitions/claim-deposit';
import type { SmsStarter, StartResult } from '../intake/ports';
import { HttpError } from '../service/http-errors';
import type { Logger } from '../service/logger';
import type { RunDoor } from './run-door';

export interface SubmitDeps {
  readonly db: Db;
  readonly door: RunDoor;
  readonly starter: SmsStarter;
  readonly fourEyes: FourEyesThresholds;
  readonly logger: Logger;
  /** Milliseconds that a caller waits for a running workflow's answer. */
  readonly updateWaitMs: number;
}

/** The attempt is the row's own. */
export type Submission = Omit<ReviewRequest, 'attempt'>;

export interface SubmitOptions {
  /** False: an open run is not asked; the redelivery loop carries the request to it. */
  readonly carry?: boolean;
}

/**
 * Its effect, or `recorded` where it has had none yet. The same request again gives its first effect again.
 * @throws HttpError 409 `review_id_reused` where the id stands for another request
 */
export type SubmitRequest = (submission: Submission, options?: SubmitOptions) => Promise<ReviewEffect | 'recorded'>;

export function createSubmitRequest(deps: SubmitDeps): SubmitRequest {
  return async (submission, { carry = true } = {}) => {
    const { db } = deps;
    const sms = await findSms(db, submission.smsId);
    if (!sms) return refuse('unknown_sms', `there is no SMS ${submission.smsId}`, null);
    const earlier = await findReview(db, submission.reviewId);
    const refusal = earlier ? null : await refusalBeforeWriting(db, sms, submission);
    if (refusal !== null) return refusal;
    const { row, conflict } = await insertReview(db, { ...submission, attempt: sms.attempt });
    if (conflict) throw new HttpError(409, 'review_id_reused', 'this id was used before, for another request');
    if (row.effect !== null) return row.effect;
    return carry || !isOpen(sms) ? carryToSms(deps, sms, row) : 'recorded';
  };
}

/** What can be told at once is told before anything is written; all of it is asked again under the row's lock. */
async function refusalBeforeWriting(db: Db, sms: SmsRow, submission: Submission): Promise<ReviewEffect | null> {
  const { command, orderId, reviewer } = submission;
  if (command === 'approve') {
    const deposit = orderId === null ? undefined : await findDeposit(db, orderId);
    const refusal = depositRefusal(sms, orderId, deposit);
    // Of an SMS that cannot be approved any more, what happened to it says more than what happened to its deposit.
    const tells = orderId === null || commandsAllowed(sms.status, sms.reviewReason).includes('approve');
    return refusal !== null && tells ? refuse(refusal.code, refusal.message, sms.status) : null;
  }
  if (command === 'confirm' && sms.status === 'awaiting_second_approval' && sms.checkedBy === reviewer)
    return refuse('same_reviewer', `${reviewer} approved this SMS first: a second person must confirm`, sms.status);
  return null;
}

/** Notes need no run: they change nothing that a run acts on. */
async function carryToSms(deps: SubmitDeps, sms: SmsRow, request: ReviewRow): Promise<ReviewEffect | 'recorded'> {
  if (request.command === 'note' || !isOpen(sms)) return applyToRows(deps, sms, request);
  const asked = await deps.door.ask(request, deps.updateWaitMs);
  if (asked.kind === 'answered' && asked.effect.effect === 'applied') return asked.effect;
  // The words of a refusal are in the row alone. And silence is no answer, but the run may have acted without a word.
  const effect = (await findReview(deps.db, request.reviewId))?.effect ?? null;
  if (effect !== null) return effect;
  const now = await findSms(deps.db, sms.id);
  return now && !isOpen(now) ? applyToRows(deps, now, request) : 'recorded';
}

function isOpen(sms: SmsRow): boolean {
  return STATUS_RULES[sms.status].runOpen;
}

async function applyToRows(deps: SubmitDeps, sms: SmsRow, request: ReviewRow): Promise<ReviewEffect> {
  const { reviewId, smsId, attempt, command, orderId, startAt } = request;
  const restarts = command === 'reset' || command === 'rerun';
  const message = { smsId, reviewId, attempt, verdict: restarts ? null : command, orderId };
  const { answer, ...standing } = await applyRequest(deps.db, message, deps.fourEyes);
  const isStarted = restarts && answer.effect === 'applied' && standing.attempt === attempt + 1;
  if (isStarted && STATUS_RULES[standing.status].runOpen) {
    const input = { smsId, attempt: standing.attempt, startAt: startAt ?? 'whitelist', requestId: reviewId } as const;
    await startRun(deps, () => deps.starter.startAgain(input, sms.source), smsId);
  }
  return answer;
}

/** A run that has closed its row may need this long until it is closed itself. */
const CLOSING_MS = 100;

/** The reset is in the rows; a run that could not be started in time is started by the sweeper. */
async function startRun(deps: SubmitDeps, start: () => Promise<StartResult>, smsId: number): Promise<void> {
  const until = Date.now() + deps.updateWaitMs;
  const trying = (async () => {
    while ((await start()) === 'already_started' && Date.now() < until) await sleep(CLOSING_MS);
  })().catch((error: unknown) =>
    deps.logger.warn({ err: error, smsId }, 'run not started again; the sweeper will start it'),
  );
  await Promise.race([trying, sleep(deps.updateWaitMs, undefined, { ref: false })]);
}

function refuse(code: Refusal, message: string, status: SmsStatus | null): ReviewEffect {
  return { effect: 'refused', code, message, status };
}
