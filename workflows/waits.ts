/** What an SMS waits for by itself or by a person; each wait ends with a message or with the row's own time. */
import type { Standing } from '../domain/sms';
import { machine } from './activity-proxies';
import type { Place, Run } from './run';

/** Waits for a message or for the row's own time; shows ops what is waited for. */
export async function untilMessage(run: Run, standing: Place): Promise<Place> {
  run.story.show(standing);
  await run.inbox.wait(standing.waitMs);
  return standing;
}

/** A deposit's arrival is a message; the time that the row names is the belt. */
export async function waitForDeposit(run: Run, standing: Place): Promise<Place> {
  await untilMessage(run, standing);
  return run.inbox.isEmpty() ? machine.matchDeposit(refOf(run, standing)) : standing;
}

export async function waitForReviewer(run: Run, standing: Place): Promise<Place> {
  await untilMessage(run, standing);
  // Only an SMS whose wallet answer is unknown looks again by itself: a late answer may have settled it.
  return run.inbox.isEmpty() ? machine.readStanding(run.smsId) : standing;
}

export async function waitForUndo(run: Run, standing: Place): Promise<Place> {
  await untilMessage(run, standing);
  return run.inbox.isEmpty() ? machine.commitDecision(refOf(run, standing)) : standing;
}

function refOf({ smsId }: Run, { attempt }: Standing): { readonly smsId: number; readonly attempt: number } {
  return { smsId, attempt };
}
