/**
 * What ops read first in the Temporal UI: a short story in markdown and the search attributes. Ids and verdicts only: never
 * text, sender or names.
 */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ReviewEffect } from '../domain/review';
import { STATUS_RULES, type Standing } from '../domain/sms';
import type { Place } from './run';

const STATUS = defineSearchAttributeKey('ReconStatus', SearchAttributeType.KEYWORD);
const REASON = defineSearchAttributeKey('ReconReviewReason', SearchAttributeType.KEYWORD);
const BRAND = defineSearchAttributeKey('ReconBrand', SearchAttributeType.KEYWORD);

export interface Story {
  /** Adds what a step came to, where it came to anything, and gives the step's answer on. */
  tell(place: Place): Place;
  tellAnswer(reviewId: string, verdict: string | null, answer: ReviewEffect): void;
  tellFault(error: unknown): void;
  /** Sets the search attributes where they changed: at waits and at the end, so that the straight path pays for it once. */
  show(standing: Standing): void;
  lines(): readonly string[];
}

/** Older lines are in the decision records; the UI needs the last of them. */
const MAX_LINES = 30;

export function openStory(smsId: number): Story {
  const told: string[] = [];
  let shown = 'received//';

  function add(line: string): void {
    told.push(line);
    if (told.length > MAX_LINES) told.shift();
    setCurrentDetails(render(smsId, told));
  }

  return {
    tell(place) {
      if (place.outcome !== undefined) add(OUTCOMES[place.outcome] ?? place.outcome);
      return place;
    },
    tellAnswer(reviewId, verdict, answer) {
      const said = answer.effect === 'applied' ? `now ${answer.status}` : `refused: ${answer.code}`;
      add(`A person asked for ${verdict ?? 'a reset'} (${reviewId}): ${said}.`);
    },
    tellFault(error) {
      add(`A fault: ${error instanceof Error ? error.name : 'unknown'}.`);
    },
    show(standing) {
      const now = `${standing.status}/${standing.reason ?? ''}/${standing.brandId ?? ''}`;
      if (now === shown) return;
      shown = now;
      add(`**${standing.status}**${standing.reason === null ? '' : `: ${standing.reason}`}${waits(standing)}`);
      upsertSearchAttributes([
        { key: STATUS, value: standing.status },
        ...(standing.reason === null && !hadReason() ? [] : [{ key: REASON, value: standing.reason }]),
        ...(standing.brandId === null && !hadBrand() ? [] : [{ key: BRAND, value: standing.brandId }]),
      ]);
    },
    lines: () => [...told],
  };
}

function hadReason(): boolean {
  return workflowInfo().typedSearchAttributes.get(REASON) !== undefined;
}

function hadBrand(): boolean {
  return workflowInfo().typedSearchAttributes.get(BRAND) !== undefined;
}

function waits(standing: Standing): string {
  return STATUS_RULES[standing.status].needsCheck ? ' (waits for a person)' : '';
}

function render(smsId: number, told: readonly string[]): string {
  const { reviewUrl } = workflowInfo().memo ?? {};
  const link = typeof reviewUrl === 'string' ? `\n\n[Review SMS ${smsId}](${reviewUrl})` : '';
  return `### SMS ${smsId}\n\n${told.map((line, index) => `${index + 1}. ${line}`).join('\n')}${link}`;
}

/** Outcomes in a sentence; one that is not here is told by its own word. */
const OUTCOMES: Readonly<Record<string, string>> = {
  listed: 'The sender is on the whitelist.',
  not_listed: 'The sender is not on the whitelist.',
  parsed: 'A template read the text.',
  not_a_credit: 'The text is no credit.',
  parse_failed: 'No template could read the text.',
  matched: 'Exactly one deposit fits; it is claimed.',
  proposed: 'Exactly one deposit fits; a person must approve it.',
  no_candidate: 'No deposit fits yet.',
  ambiguous: 'More than one match is possible.',
  cross_brand: 'The deposit is of another brand than the SMS.',
  duplicate_reference: 'Another SMS has the same bank reference.',
  clock_suspect: 'The phone says a time in the future.',
  approved: 'The wallet approved the deposit.',
  refused: 'The wallet refused.',
  unclear: 'The wallet gave no clear answer; asking again.',
  unknown: 'The wallet never gave a clear answer.',
  committed: 'The time to undo is over.',
  released: 'A trusted device has seen it.',
  still_held: 'The device is still not trusted.',
  superseded: 'The row had moved on; going on from where it stands.',
};
