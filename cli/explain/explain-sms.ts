/** Why an SMS is where it is: what was decided from what, who did what, what can be done next, where to look. */
import { formatTime, localTime, moneyOrDash, oneLine } from '../words';
import { effectWords, handoffWords, type DetailJson } from '../present-history';
import { statusWords } from '../present-sms';
import { explainDecision, type ExplainedCandidate, type ExplainedDecision } from './decision-words';
import { nextSteps, type NextStep } from './next-steps';
import { WHY_REASON, WHY_STATUS } from './why';

export interface Explained {
  readonly id: number;
  readonly status: DetailJson['sms']['status'];
  readonly review_reason: DetailJson['sms']['review_reason'];
  readonly attempt: number;
  readonly came_in: string;
  readonly from: string;
  readonly money: string;
  readonly why: readonly string[];
  readonly decisions: readonly ExplainedDecision[];
  readonly deposits: readonly { readonly order_id: string; readonly kind: string; readonly wallet: string }[];
  readonly people: readonly {
    readonly at: string;
    readonly who: string;
    readonly what: string;
    readonly effect: string;
  }[];
  /** What parts of the machine did beside the steps. */
  readonly machine: readonly { readonly at: string; readonly what: string; readonly reason: string | null }[];
  readonly next: readonly NextStep[];
  readonly workflow_says: readonly string[];
  readonly temporal_ui_url: string;
}

export function explainSms(detail: DetailJson): Explained {
  const { sms } = detail;
  const decisions = detail.decisions.map((decision) => explainDecision(decision, sms));
  const lastMatch = decisions.findLast(({ step, attempt }) => step === 'match' && attempt === sms.attempt);
  const orders = (lastMatch?.candidates ?? []).filter(({ eligible }) => eligible).map(({ order_id }) => order_id);
  return {
    id: sms.id,
    status: sms.status,
    review_reason: sms.review_reason,
    attempt: sms.attempt,
    came_in: sms.ingested_at,
    from: `${sms.sender} through ${sms.source} / ${sms.source_account}`,
    money: moneyOrDash(sms.amount_minor, sms.currency),
    why: whyOf(detail, decisions),
    decisions,
    deposits: detail.matches.map((match) => ({
      order_id: match.order_id,
      kind: match.kind,
      wallet: handoffWords(match),
    })),
    people: detail.reviews.map((review) => ({
      at: review.created_at,
      who: review.reviewer,
      what: `${review.command}${review.from === null ? '' : ` from ${review.from}`}${review.order_id === null ? '' : ` ${review.order_id}`}`,
      effect: effectWords(review.effect),
    })),
    machine: detail.audit
      .filter(({ by_person }) => !by_person)
      .map(({ at, actor, action, reason }) => ({ at, what: `${actor}: ${action}`, reason })),
    next: nextSteps(detail, orders),
    workflow_says: detail.workflow?.story ?? [],
    temporal_ui_url: detail.temporal_ui_url,
  };
}

function whyOf({ sms, sightings, workflow }: DetailJson, decisions: readonly ExplainedDecision[]): string[] {
  const reason = sms.status === 'awaiting_review' ? sms.review_reason : null;
  const last = decisions.findLast(({ attempt }) => attempt === sms.attempt);
  const isOpen = sms.bucket === 'open' || sms.bucket === 'review';
  return [
    reason === null ? WHY_STATUS[sms.status] : WHY_REASON[reason],
    ...(last && reason !== null && last.says !== '' ? [last.says] : []),
    ...(sms.duplicate_of === null
      ? []
      : [`The other SMS is ${sms.duplicate_of}: recon sms explain ${sms.duplicate_of}`]),
    ...(sms.wait_until === null ? [] : [`It waits until ${formatTime(sms.wait_until)}.`]),
    ...(sms.undo_until === null ? [] : [`Undo is possible until ${formatTime(sms.undo_until)}.`]),
    ...(sms.checked_by !== null && !isOpen ? [`${sms.check_status} by ${sms.checked_by}.`] : []),
    ...(sightings.length > 1 ? [`${sightings.length} deliveries of it were seen.`] : []),
    ...(isOpen && workflow === null
      ? ['Its workflow does not answer now: no worker runs, or the sweeper has yet to start it.']
      : []),
  ];
}

export function explainLines(explained: Explained): string[] {
  return [
    `SMS ${explained.id} is ${statusWords(explained)}`,
    `  ${explained.money === '-' ? 'no amount read' : explained.money}, from ${oneLine(explained.from)}`,
    `  came in ${formatTime(explained.came_in)}, attempt ${explained.attempt}`,
    '',
    'Why it is here',
    ...explained.why.map((line) => `  ${line}`),
    ...part('What the machine decided', explained.decisions.flatMap(decisionLines)),
    ...part(
      'Deposits that it held or holds',
      explained.deposits.map(({ order_id, kind, wallet }) => `${order_id} (${kind}): ${wallet}`),
    ),
    ...part(
      'What people asked for',
      explained.people.map(({ at, who, what, effect }) => `${localTime(at)}  ${who}: ${what} → ${effect}`),
    ),
    ...part(
      'What else happened',
      explained.machine.map(
        ({ at, what, reason }) => `${localTime(at)}  ${what}${reason === null ? '' : ` (${reason})`}`,
      ),
    ),
    ...part(
      'What can be done',
      explained.next.map(({ command, does }) => `${command}\n      ${does}`),
    ),
    '',
    `Workflow: ${explained.temporal_ui_url}`,
  ];
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function decisionLines(decision: ExplainedDecision): string[] {
  const { at, attempt, step, outcome, says, candidates } = decision;
  return [
    `${localTime(at)}  attempt ${attempt}, ${step}: ${outcome}. ${says}`.trimEnd(),
    ...candidates.flatMap(candidateLines),
  ];
}

function candidateLines({ order_id, brand_id, eligible, criteria }: ExplainedCandidate): string[] {
  return [
    `    ${order_id} (brand ${brand_id}): ${eligible ? 'eligible' : 'not eligible'}`,
    ...criteria.map(
      ({ criterion, expected, actual, pass }) =>
        `      ${pass ? 'pass' : 'FAIL'}  ${criterion.padEnd(9)} expected ${oneLine(expected)}, found ${oneLine(actual)}`,
    ),
  ];
}
