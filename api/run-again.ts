/** Running SMS again that a new phone or template lets through: a reset of each, by the way that every reset takes. */
import { randomUUID } from 'node:crypto';
import type { WouldRun } from '../db/would-run';
import type { SubmitRequest } from './submit-request';

export interface RunAgain {
  readonly submitted: number;
  readonly applied: number;
  /** Recorded, and carried to their runs by the redelivery loop. */
  readonly recorded: number;
  readonly refused: number;
}

const AT_ONCE = 8;

/** Once one run has not answered, the others are not waited for: a request of hundreds must end in good time. */
export async function runAgain(
  submit: SubmitRequest,
  wouldRun: WouldRun,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<RunAgain> {
  const counts = { applied: 0, recorded: 0, refused: 0 };
  const left = [...wouldRun.smsIds];
  const worker = async (): Promise<void> => {
    for (let smsId = left.shift(); smsId !== undefined; smsId = left.shift()) {
      const reset = { command: 'reset', orderId: null, startAt: null, undoSeconds: 0 } as const;
      const submission = { ...reset, smsId, reviewId: `run-again-${randomUUID()}`, reviewer: actor, remark: reason };
      const effect = await submit(submission, { carry: counts.recorded === 0 });
      counts[effect === 'recorded' ? 'recorded' : effect.effect] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { submitted: wouldRun.smsIds.length, ...counts };
}
