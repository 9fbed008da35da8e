/** Lets a story happen, step by step, through the doors that phones, players and reviewers use. */
import { cancelDeposit, decide, makeDeposit, newPhone, resetSms, trustPhone } from './act';
import { alsoBy, awaitSightings, bringOverOne, deliverAgain, seeAgain, send } from './deliver';
import { expectedWords, fits, rowWords } from './expectation';
import { listPhone, unlistPhone } from './seeds';
import type { Expected, Step, Story } from './story';
import { smsIdOf, type TellDeps, type Telling } from './telling';

/** What a story came to: the ids of its SMS by name, and what went wrong. */
export interface Told {
  readonly story: Story;
  readonly smsIds: ReadonlyMap<string, number>;
  readonly fault: string | undefined;
}

/** How long one step may take to show in the rows. */
const STEP_LIMIT_MS = 30_000;
/** A gap is put before a person only after its phone was asked a few times. */
const GAP_LIMIT_MS = 60_000;

export async function tellStory(story: Story, deps: TellDeps): Promise<Told> {
  const telling: Telling = {
    story,
    deps,
    ids: new Map(),
    composed: new Map(),
    deliveries: new Map(),
    arrivals: new Map(),
  };
  try {
    for (const [index, step] of story.steps.entries()) {
      deps.signal.throwIfAborted();
      await take(telling, step, index + 1);
    }
    return { story, smsIds: telling.ids, fault: undefined };
  } catch (error) {
    return { story, smsIds: telling.ids, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Steps are numbered for the ids of requests: the same reviewer may decide twice. */
function take(telling: Telling, step: Step, stepNumber: number): Promise<void> {
  const { recon } = telling.deps;
  switch (step.do) {
    case 'send':
      return send(telling, step);
    case 'deliver_again':
      return deliverAgain(telling, step);
    case 'see_again':
      return seeAgain(telling, step);
    case 'also':
      return alsoBy(telling, step);
    case 'sighted':
      return awaitSightings(telling, step);
    case 'await_gap':
      return awaitGap(telling, step);
    case 'new_phone':
      return newPhone(telling, step);
    case 'bring_over':
      return bringOverOne(telling, step);
    case 'deposit':
      return makeDeposit(telling, step);
    case 'cancel':
      return cancelDeposit(telling, step.order);
    case 'check':
      return decide(telling, step, stepNumber);
    case 'reset':
      return resetSms(telling, step, stepNumber);
    case 'await':
      return awaitRow(telling, step.sms, step.is);
    case 'trust':
      return trustPhone(telling, step);
    case 'unlist':
      return unlistPhone(recon, step.sender);
    case 'list':
      return listPhone(recon, { sender: step.sender, label: 'listed by the demo' }, true);
  }
}

async function awaitRow(telling: Telling, sms: string, is: Expected): Promise<void> {
  const smsId = smsIdOf(telling, sms);
  const row = await telling.deps.watches.rows.until(smsId, (seen) => fits(seen, is), STEP_LIMIT_MS);
  if (row && fits(row, is)) return;
  throw new Error(`SMS ${smsId} should have become ${expectedWords(is)}, but is ${rowWords(row)}`);
}

async function awaitGap(
  telling: Telling,
  { before, after, is }: Extract<Step, { readonly do: 'await_gap' }>,
): Promise<void> {
  const place = { beforeSmsId: smsIdOf(telling, before), afterSmsId: smsIdOf(telling, after) };
  const status = await telling.deps.watches.gaps.until(place, (seen) => is.includes(seen), GAP_LIMIT_MS);
  if (status !== undefined && is.includes(status)) return;
  throw new Error(
    `the gap between ${before} and ${after} should be ${is.join(' or ')}, but is ${status ?? 'not found'}`,
  );
}
