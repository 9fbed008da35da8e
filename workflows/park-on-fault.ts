/** An unexpected fault parks the SMS for a person: it is never lost, and never loops hot. */
import { ActivityFailure, ApplicationFailure, isCancellation, sleep } from '@temporalio/workflow';
import type { Standing } from '../domain/sms';
import { machine } from './activity-proxies';
import type { Run } from './run';

/** A step that finds its row elsewhere and then in the same place again is told to breathe before it looks once more. */
const BREATH = '1s';

export async function parkOnFault(
  run: Run,
  before: Standing,
  step: () => Promise<Standing & { readonly outcome?: string }>,
): Promise<Standing> {
  try {
    const after = await step();
    if (after.outcome === 'superseded' && after.status === before.status && after.step === before.step)
      await sleep(BREATH);
    return after;
  } catch (error) {
    // Cancelled by ops: the run ends, the row stays open, and the sweeper starts it again.
    if (isCancellation(error)) throw error;
    run.story.tellFault(error);
    return machine.parkFaulted({ smsId: run.smsId, attempt: before.attempt }, faultTypeOf(error));
  }
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
