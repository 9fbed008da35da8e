/**
 * One bank SMS, from the whitelist to the wallet. The rows decide: every step answers where the row stands, and this function
 * goes on from there. It may be started at any step, run again after a crash, or find the work done by another run.
 */
import { allHandlersFinished, condition, continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';
import { STATUS_RULES, type SmsStatus, type Standing } from '../domain/sms';
import { machine, wallet } from './activity-proxies';
import { answerMessages, openInbox } from './inbox';
import type { SmsWorkflowInput, SmsWorkflowResult } from './messages';
import { BREATH, goesInCircles, lookUp, parkOnFault } from './park-on-fault';
import type { Place, Run } from './run';
import { openStory } from './story';
import { untilMessage, waitForDeposit, waitForReviewer, waitForUndo } from './waits';

export async function smsWorkflow(input: SmsWorkflowInput): Promise<SmsWorkflowResult> {
  const run: Run = { smsId: input.smsId, inbox: openInbox(), story: openStory(input.smsId) };
  let standing = startOf(input);
  run.inbox.answersFrom(() => standing, run.story);
  if (input.startAt === 'resume') standing = await lookUp(run, standing);

  // A message that comes while the run is closing is answered too, and may open the SMS again: a reset does.
  while (STATUS_RULES[standing.status].runOpen || !run.inbox.isEmpty()) {
    const before = standing;
    try {
      const after = await nextStep(run, before);
      if (after !== before) standing = run.story.tell(after);
      if (goesInCircles(before, after)) await sleep(BREATH);
    } catch (error) {
      standing = await parkOnFault(run, before, error);
    }
    if (run.inbox.isEmpty() && workflowInfo().continueAsNewSuggested) await startAfresh(run, standing);
    if (!STATUS_RULES[standing.status].runOpen && !allHandlersFinished())
      await condition(() => allHandlersFinished() || !run.inbox.isEmpty());
  }
  run.story.show(standing);
  return { status: standing.status, attempt: standing.attempt };
}

/**
 * Messages first: what a person asked is weighed against the rows before the next step moves them. Steps give their
 * activity's own promise: the SDK notes the stack of every promise that a workflow makes, which costs more than most of
 * what happens here.
 */
function nextStep(run: Run, standing: Place): Promise<Place> {
  if (standing.outcome === 'unclear') return askWalletAgain(run, standing);
  return run.inbox.isEmpty() ? STAGES[standing.status](run, standing) : answerMessages(run, standing);
}

type Stage = (run: Run, standing: Standing) => Promise<Place>;

/** What happens next to an SMS, by where it stands. Closed ones never get here. */
const STAGES: Readonly<Record<SmsStatus, Stage>> = {
  received: (run, standing) => STEP_STAGES[standing.step](run, standing),
  matched: requestApproval,
  approving: requestApproval,
  waiting_for_deposit: waitForDeposit,
  held_untrusted_device: untilMessage,
  awaiting_review: waitForReviewer,
  decision_pending: waitForUndo,
  awaiting_second_approval: untilMessage,
  not_whitelisted: closed,
  not_a_credit: closed,
  approved: closed,
  rejected: closed,
  abandoned: closed,
};

const STEP_STAGES: Readonly<Record<Standing['step'], Stage>> = {
  whitelist: ({ smsId }, { attempt }) => machine.checkWhitelist({ smsId, attempt }),
  parse: ({ smsId }, { attempt }) => machine.parseSms({ smsId, attempt }),
  match: matchDeposit,
  wallet: requestApproval,
};

function matchDeposit({ smsId }: Run, { attempt }: Standing): Promise<Place> {
  return machine.matchDeposit({ smsId, attempt });
}

/** Once at once inside this task; whatever is no clear answer climbs the ladder. */
function requestApproval({ smsId }: Run, { attempt }: Standing): Promise<Place> {
  return machine.requestWalletApproval({ smsId, attempt });
}

/** The ladder: an activity that ops can see. */
function askWalletAgain(run: Run, standing: Place): Promise<Place> {
  run.story.show(standing);
  return run.inbox.answeringUntil(run, wallet.askWalletAgain({ smsId: run.smsId, attempt: standing.attempt }));
}

function closed(_run: Run, standing: Standing): Promise<Place> {
  return Promise.resolve(standing);
}

/** Where a run believes the row to be; the first step finds out, and answers with the truth. */
function startOf(input: SmsWorkflowInput): Place {
  const atWallet = input.startAt === 'wallet';
  return {
    attempt: input.attempt,
    status: atWallet ? 'matched' : 'received',
    step: input.startAt === 'resume' ? 'whitelist' : input.startAt,
    reason: null,
    brandId: null,
    source: null,
    waitMs: null,
  };
}

/** After years of waiting and retrying a history grows long; the rows hold everything, so the next run needs none of it. */
async function startAfresh(run: Run, standing: Standing): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof smsWorkflow>({
    smsId: run.smsId,
    attempt: standing.attempt,
    startAt: 'resume',
    requestId: null,
  });
}
