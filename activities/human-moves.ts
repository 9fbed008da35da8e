import type { MessageAnswer } from '../domain/outcomes';
import type { Stepped } from '../domain/outcomes';
import type { Standing } from '../domain/sms';
import { applyRequest, type RequestMessage } from '../db/transitions/apply-request';
import { commitDecision, parkFaulted, releaseHeld } from '../db/transitions/machine-moves';
import type { ActivityDeps, SmsRef } from './ports';

/**
 * Safe to run twice: the request's row keeps its effect, and gives it again. The words of a refusal name people, so they stay
 * in the row: what goes into the history is the code.
 */
export function createApplyRequest({ db, fourEyes }: ActivityDeps) {
  return async (message: RequestMessage): Promise<MessageAnswer> => {
    const answered = await applyRequest(db, message, fourEyes);
    const { answer } = answered;
    return answer.effect === 'refused' ? { ...answered, answer: { ...answer, message: '' } } : answered;
  };
}

/** Safe to run twice: a compare-and-set on (decision_pending, attempt) and on the end of the undo time. */
export function createCommitDecision({ db, fourEyes }: ActivityDeps) {
  return (ref: SmsRef): Promise<Stepped<'committed'>> => commitDecision(db, ref, fourEyes);
}

/** Safe to run twice: a compare-and-set on (held_untrusted_device, attempt), and only while a sighting is trusted. */
export function createReleaseHeld({ db }: ActivityDeps) {
  return (ref: SmsRef): Promise<Stepped<'released' | 'still_held'>> => releaseHeld(db, ref);
}

/** Safe to run twice: an SMS that waits for a person already is left as it is. */
export function createParkFaulted({ db, metrics }: ActivityDeps) {
  return async (ref: SmsRef, faultType: string): Promise<Standing> => {
    const parked = await parkFaulted(db, ref, faultType);
    metrics.smsOutcome('review', parked.source);
    return parked;
  };
}
