/**
 * The life of one SMS: its statuses, why it waits for a person, and what may be done to it in each of them.
 * Pure words: safe in a workflow bundle, the same for workflow, API, command line and tests.
 */

/** Where an SMS can come from. */
export const SOURCES = ['pushbullet', 'telegram', 'webhook', 'manual'] as const;
export type Source = (typeof SOURCES)[number];

export const SMS_STATUSES = [
  'received',
  'matched',
  'approving',
  'waiting_for_deposit',
  'held_untrusted_device',
  'awaiting_review',
  'decision_pending',
  'awaiting_second_approval',
  'not_whitelisted',
  'not_a_credit',
  'approved',
  'rejected',
  'abandoned',
] as const;
export type SmsStatus = (typeof SMS_STATUSES)[number];

/** Why an SMS in `awaiting_review` waits for a person. */
export const REVIEW_REASONS = [
  'parse_failed',
  'unmatched',
  'ambiguous',
  'cross_brand',
  'duplicate_reference',
  'possible_duplicate',
  'clock_suspect',
  'wallet_rejected',
  'wallet_unknown',
  'internal_error',
  'proposed',
] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/** The disjoint buckets of conservation: received = approved + review + closed + open, at any instant. */
export const BUCKETS = ['open', 'review', 'closed', 'approved'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What a person may ask for. `reset` and `rerun` travel by routes of their own; the others by `sms/check`. */
export const VERDICTS = ['approve', 'reject', 'abandon', 'retry', 'undo', 'confirm', 'note'] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Command = Verdict | 'reset' | 'rerun';

interface StatusRule {
  /** A workflow run drives the row; the sweeper starts one again where none is running. */
  readonly runOpen: boolean;
  /** Counts in `sms_need_check_cnt`. */
  readonly needsCheck: boolean;
  readonly bucket: Bucket;
  readonly commands: readonly Command[];
}

const machineAtWork: StatusRule = {
  runOpen: true,
  needsCheck: false,
  bucket: 'open',
  commands: ['note', 'reset', 'rerun'],
};
const closedForNow: StatusRule = {
  runOpen: false,
  needsCheck: false,
  bucket: 'closed',
  commands: ['reset', 'rerun', 'note'],
};

/** The table of the design, section 6. `wallet_unknown` narrows `awaiting_review`: see `commandsAllowed`. */
export const STATUS_RULES: Readonly<Record<SmsStatus, StatusRule>> = {
  received: machineAtWork,
  matched: machineAtWork,
  approving: machineAtWork,
  waiting_for_deposit: {
    runOpen: true,
    needsCheck: false,
    bucket: 'open',
    commands: ['approve', 'reject', 'abandon', 'note', 'reset', 'rerun'],
  },
  held_untrusted_device: { runOpen: true, needsCheck: true, bucket: 'review', commands: ['abandon', 'note', 'reset'] },
  awaiting_review: {
    runOpen: true,
    needsCheck: true,
    bucket: 'review',
    commands: ['approve', 'reject', 'abandon', 'retry', 'note', 'reset', 'rerun'],
  },
  decision_pending: {
    runOpen: true,
    needsCheck: false,
    bucket: 'review',
    commands: ['undo', 'confirm', 'note', 'reset'],
  },
  awaiting_second_approval: {
    runOpen: true,
    needsCheck: true,
    bucket: 'review',
    commands: ['undo', 'confirm', 'note', 'reset'],
  },
  not_whitelisted: closedForNow,
  not_a_credit: closedForNow,
  approved: { runOpen: false, needsCheck: false, bucket: 'approved', commands: ['note'] },
  rejected: closedForNow,
  abandoned: closedForNow,
};

/** While the wallet's answer is unknown nothing may release the match: only asking again and notes are left. */
const WALLET_UNKNOWN_COMMANDS: readonly Command[] = ['retry', 'note', 'rerun'];

/** What may be done to an SMS as it stands; the activities check it again under the row's lock. */
export function commandsAllowed(status: SmsStatus, reason: ReviewReason | null): readonly Command[] {
  return status === 'awaiting_review' && reason === 'wallet_unknown'
    ? WALLET_UNKNOWN_COMMANDS
    : STATUS_RULES[status].commands;
}

export const OPEN_RUN_STATUSES = SMS_STATUSES.filter((status) => STATUS_RULES[status].runOpen);
export const NEED_CHECK_STATUSES = SMS_STATUSES.filter((status) => STATUS_RULES[status].needsCheck);

/** The steps a run can be started at; `resume` asks the row where it stands. */
export const STEPS = ['whitelist', 'parse', 'match', 'wallet'] as const;
export type Step = (typeof STEPS)[number];

/**
 * Where the row of an SMS stands: what every step answers with, and all that the workflow decides by.
 * It enters workflow histories, so it holds ids and verdicts only: never text, sender or names.
 */
export interface Standing {
  /** How often a person started this SMS: 1, 2, … */
  readonly attempt: number;
  readonly status: SmsStatus;
  /** The step that is next while the status is `received`. */
  readonly step: Step;
  readonly reason: ReviewReason | null;
  readonly brandId: string | null;
  /** Null only where a run has not asked the row yet. */
  readonly source: Source | null;
  /** Milliseconds until the row wants to be looked at again by itself; null: only a message moves it. */
  readonly waitMs: number | null;
}

export function workflowIdOf(smsId: number): string {
  return `sms-${smsId}`;
}
