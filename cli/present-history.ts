/** What has happened to an SMS, as lists for people: sightings, decisions, matches, requests, audit. */
import type { z } from 'zod';
import type { smsDetail } from '../api/schemas/sms-detail';
import { formatMoney } from '../domain/money';
import { localTime, table } from './words';

export type DetailJson = z.output<typeof smsDetail>;

export function historyLines(detail: DetailJson): string[] {
  return [
    ...section('Sightings', ['SEEN', 'SOURCE', 'WAY', 'MESSAGE', 'TRUSTED'], detail.sightings.map(sightingRow)),
    ...section('Decisions', ['WHEN', 'ATTEMPT', 'STEP', 'OUTCOME'], detail.decisions.map(decisionRow)),
    ...section('Matches', ['WHEN', 'ORDER', 'KIND', 'AMOUNT', 'BRAND', 'WALLET'], detail.matches.map(matchRow)),
    ...section('Requests', ['WHEN', 'WHO', 'WHAT', 'ORDER', 'EFFECT'], detail.reviews.map(reviewRow)),
    ...section('Audit', ['WHEN', 'WHO', 'WHAT', 'REASON'], detail.audit.map(auditRow)),
  ];
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [title, ...table(head, rows).map((line) => `  ${line}`), ''];
}

function sightingRow(sighting: DetailJson['sightings'][number]): string[] {
  const { seen_at, source, source_account, via, message_id, trusted } = sighting;
  return [localTime(seen_at), `${source} / ${source_account}`, via, message_id ?? '-', trusted ? 'yes' : 'no'];
}

function decisionRow({ decided_at, attempt, step, outcome }: DetailJson['decisions'][number]): string[] {
  return [localTime(decided_at), String(attempt), step, outcome];
}

function matchRow(match: DetailJson['matches'][number]): string[] {
  const money = formatMoney({ amountMinor: match.amount_minor, currency: match.currency });
  const who = match.kind === 'auto' ? 'auto' : `${match.kind} by ${match.created_by}`;
  return [localTime(match.created_at), match.order_id, who, money, match.brand_id, handoffWords(match)];
}

export function handoffWords({ handoff, released_at, release_reason }: DetailJson['matches'][number]): string {
  if (released_at !== null) return `released: ${release_reason ?? 'no reason given'}`;
  if (handoff === null) return 'not asked yet';
  if (handoff.state === 'approved') return `approved, ledger entry ${handoff.ledger_entry_id ?? '-'}`;
  if (handoff.state === 'refused') return `refused: ${handoff.refusal_code ?? 'no code'}`;
  const fault = handoff.last_fault === null ? '' : `, last ${handoff.last_fault}`;
  return `${handoff.state === 'unknown' ? 'no clear answer' : 'asked'} (${handoff.tries} tries${fault})`;
}

export function effectWords(effect: DetailJson['reviews'][number]['effect']): string {
  if (effect === null) return 'none yet';
  return effect.effect === 'applied'
    ? `now ${effect.status ?? 'unknown'}`
    : `refused (${effect.code ?? 'no code'}): ${effect.message ?? ''}`;
}

function reviewRow(review: DetailJson['reviews'][number]): string[] {
  const what = review.from === null ? review.command : `${review.command} from ${review.from}`;
  return [localTime(review.created_at), review.reviewer, what, review.order_id ?? '-', effectWords(review.effect)];
}

function auditRow({ at, actor, by_person, action, reason }: DetailJson['audit'][number]): string[] {
  return [localTime(at), by_person ? actor : `${actor} (machine)`, action, reason ?? '-'];
}
