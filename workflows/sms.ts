/**
 * One bank SMS, from the whitelist to the wallet. The rows decide: every step answers where the row stands, and this function
 * goes on from there. It may be started at any step, run again after a crash, or find the work done by another run.
 */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { STATUS_RULES, type SmsStatus, type Standing } from '../domain/sms';
import { machine, wallet } from './activity-proxies';
import { answerMessages, openInbox, untilMessage } from './inbox';
import type { SmsWorkflowInput, SmsWorkflowResult } from './messages';
import { parkOnFault } from './park-on-fault';
import type { Run } from './run';
import { openStory } from './story';

export async function smsWorkflow(input: SmsWorkflowInput): Promise<SmsWorkflowResult> {
  const run: Run = { smsId: input.smsId, inbox: openInbox(), story: openStory(input.smsId) };
  let standing = startOf(input);
  run.inbox.answersFrom(() => standing, run.story);
  if (input.startAt === 'resume') standing = await parkOnFault(run, standing, () => machine.readStanding(run.smsId));

  // A message that comes while the run is closing is answered too, and may open the SMS again: a reset does.
  while (STATUS_RULES[standing.status].runOpen || !run.inbox.isEmpty()) {
    const before = standing;
    standing = await parkOnFault(run, before, () => nextStanding(run, before));
    if (run.inbox.isEmpty() && workflowInfo().continueAsNewSuggested) await startAfresh(run, standing);
    if (!STATUS_RULES[standing.status].runOpen) await condition(() => allHandlersFinished() || !run.inbox.isEmpty());
  }
  run.story.show(standing);
  return { status: standing.status, attempt: standing.attempt };
}

/** Messages first: what a person asked is weighed against the rows before the next step moves them. */
async function nextStanding(run: Run, standing: Standing): Promise<Standing> {
  return run.inbox.isEmpty() ? STAGES[standing.status](run, standing) : answerMessages(run, standing);
}

type Stage = (run: Run, standing: Standing) => Promise<Standing>;

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
  whitelist: async (run, { attempt }) => run.story.tell(await machine.checkWhitelist({ smsId: run.smsId, attempt })),
  parse: async (run, { attempt }) => run.story.tell(await machine.parseSms({ smsId: run.smsId, attempt })),
  match: matchDeposit,
  wallet: requestApproval,
};

async function matchDeposit(run: Run, { attempt }: Standing): Promise<Standing> {
  return run.story.tell(await machine.matchDeposit({ smsId: run.smsId, attempt }));
}

/** Once at once inside this task; whatever is no clear answer climbs the ladder as an activity that ops can see. */
async function requestApproval(run: Run, { attempt }: Standing): Promise<Standing> {
  const ref = { smsId: run.smsId, attempt };
  const tried = await machine.requestWalletApproval(ref);
  if (tried.outcome !== 'unclear') return run.story.tell(tried);
  run.story.show(run.story.tell(tried));
  return run.story.tell(await run.inbox.answeringUntil(run, wallet.askWalletAgain(ref)));
}

/** A deposit's arrival is a message; the time that the row names is the belt. */
async function waitForDeposit(run: Run, standing: Standing): Promise<Standing> {
  await untilMessage(run, standing);
  return run.inbox.isEmpty() ? matchDeposit(run, standing) : standing;
}

async function waitForReviewer(run: Run, standing: Standing): Promise<Standing> {
  await untilMessage(run, standing);
  // Only an SMS whose wallet answer is unknown looks again by itself: a late answer may have settled it.
  return run.inbox.isEmpty() ? machine.readStanding(run.smsId) : standing;
}

async function waitForUndo(run: Run, standing: Standing): Promise<Standing> {
  await untilMessage(run, standing);
  const ref = { smsId: run.smsId, attempt: standing.attempt };
  return run.inbox.isEmpty() ? run.story.tell(await machine.commitDecision(ref)) : standing;
}

function closed(_run: Run, standing: Standing): Promise<Standing> {
  return Promise.resolve(standing);
}

/** Where a run believes the row to be; the first step finds out, and answers with the truth. */
function startOf(input: SmsWorkflowInput): Standing {
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
