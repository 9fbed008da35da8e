/** An unexpected fault parks the SMS for a person: it is never lost, and never loops hot. */
import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { Standing } from '../domain/sms';
import { machine } from './activity-proxies';
import type { Place, Run } from './run';

export function parkOnFault(run: Run, before: Standing, error: unknown): Promise<Standing> {
  // Cancelled by ops: the run ends, the row stays open, and the sweeper starts it again.
  if (isCancellation(error)) throw error;
  run.story.tellFault(error);
  return machine.parkFaulted({ smsId: run.smsId, attempt: before.attempt }, faultTypeOf(error));
}

/** Where the row stands, for a run that was not there when it came to it. */
export async function lookUp(run: Run, guess: Standing): Promise<Place> {
  try {
    return await machine.readStanding(run.smsId);
  } catch (error) {
    return parkOnFault(run, guess, error);
  }
}

/** A step that finds its row elsewhere and then in the same place again is told to breathe before it looks once more. */
export const BREATH = '1s';

export function goesInCircles(before: Place, after: Place): boolean {
  const inPlace = after !== before && after.status === before.status && after.step === before.step;
  return inPlace && after.outcome === 'superseded';
}

/** A closed word for the record; messages of unknown errors stay out of histories and rows. */
function faultTypeOf(error: unknown): string {
  // A remote activity's failure comes wrapped, a local one's may come bare.
  if (error instanceof ApplicationFailure) return error.type ?? 'InternalFault';
  if (!(error instanceof ActivityFailure)) return 'WorkflowFault';
  return error.cause instanceof ApplicationFailure
    ? (error.cause.type ?? 'InternalFault')
    : (error.cause?.name ?? 'InternalFault');
}
