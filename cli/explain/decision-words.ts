/** One automatic decision in words, with the inputs that it was made from. */
import { z } from 'zod';
import { CRITERIA } from '../../domain/match';
import { PARSE_FAULT_MEANINGS, PARSE_FAULTS } from '../../domain/parse-result';
import { moneyOrDash } from '../words';
import type { DetailJson } from '../present-history';

export interface ExplainedCandidate {
  readonly order_id: string;
  readonly brand_id: string;
  readonly eligible: boolean;
  readonly criteria: readonly {
    readonly criterion: (typeof CRITERIA)[number];
    readonly expected: string;
    readonly actual: string;
    readonly pass: boolean;
  }[];
}

export interface ExplainedDecision {
  readonly at: string;
  readonly attempt: number;
  readonly step: string;
  readonly outcome: string;
  readonly says: string;
  readonly candidates: readonly ExplainedCandidate[];
}

const matchDetail = z.object({
  verdict: z.looseObject({ outcome: z.string(), why: z.string().optional() }).optional(),
  candidates: z
    .array(
      z.object({
        orderId: z.string(),
        brandId: z.string(),
        eligible: z.boolean(),
        lines: z.array(
          z.object({ criterion: z.enum(CRITERIA), expected: z.string(), actual: z.string(), pass: z.boolean() }),
        ),
      }),
    )
    .default([]),
  rival_sms_ids: z.array(z.int()).default([]),
  same_reference_sms_id: z.int().nullish(),
  proposal: z.string().nullish(),
});
type MatchDetail = z.output<typeof matchDetail>;

const otherDetail = z.object({
  phone_id: z.int().nullish(),
  kind: z.string().nullish(),
  rule: z.string().nullish(),
  template_id: z.int().nullish(),
  template_version: z.int().nullish(),
  fault: z.string().nullish(),
  code: z.string().nullish(),
  ledger_entry_id: z.string().nullish(),
});
type OtherDetail = z.output<typeof otherDetail>;

type Decision = DetailJson['decisions'][number];

export function explainDecision(decision: Decision, sms: DetailJson['sms']): ExplainedDecision {
  const { decided_at: at, attempt, step, outcome, detail } = decision;
  const match = step === 'match' ? matchDetail.safeParse(detail).data : undefined;
  const other = otherDetail.safeParse(detail).data ?? {};
  const says = match && outcome !== 'internal_error' ? matchWords(outcome, match) : otherWords(decision, other, sms);
  return { at, attempt, step, outcome, says, candidates: (match?.candidates ?? []).map(candidateOf) };
}

function candidateOf({ orderId, brandId, eligible, lines }: MatchDetail['candidates'][number]): ExplainedCandidate {
  return { order_id: orderId, brand_id: brandId, eligible, criteria: lines };
}

const AMBIGUOUS: Readonly<Record<string, string>> = {
  several_candidates: 'several deposits fit',
  payer_differs: 'the one deposit that fits names another payer than the SMS',
};

const PROPOSED: Readonly<Record<string, string>> = {
  auto_approval_off: 'automatic approval is switched off (AUTO_APPROVAL)',
  possible_duplicate: 'the SMS may be a copy of another',
  person_decided: 'a person has rejected or abandoned this SMS before',
  over_daily_limit: "it would take the template's daily limit over its bound",
};

function matchWords(outcome: string, detail: MatchDetail): string {
  const fitting = detail.candidates.filter((candidate) => candidate.eligible);
  const seen = `${count(detail.candidates.length, 'pending deposit')} of this amount and time, ${fitting.length} of them eligible`;
  const order = fitting[0]?.orderId ?? 'unknown';
  switch (outcome) {
    case 'matched':
      return `Exactly one deposit fits, ${order}; it was claimed (${seen}).`;
    case 'proposed':
      return `Exactly one deposit fits, ${order}, but ${PROPOSED[detail.proposal ?? ''] ?? 'a person must decide'}.`;
    case 'ambiguous':
      return `Not decided: ${ambiguousWords(detail)} (${seen}).`;
    case 'no_candidate':
      return `No deposit fits (${seen}).`;
    case 'cross_brand':
      return `The one deposit that fits, ${order}, is of brand ${fitting[0]?.brandId ?? 'unknown'}, which is not the SMS's.`;
    case 'duplicate_reference':
      return `SMS ${detail.same_reference_sms_id ?? 'unknown'} holds a match under the same bank reference.`;
    case 'clock_suspect':
      return "The phone's clock runs more than ten minutes ahead.";
    default:
      return seen;
  }
}

function ambiguousWords(detail: MatchDetail): string {
  const why = detail.verdict?.why ?? '';
  if (why === 'rival_sms') return `SMS ${detail.rival_sms_ids.join(', ')} fit the same deposit equally well`;
  return AMBIGUOUS[why] ?? 'more than one match is possible';
}

function otherWords({ outcome, step }: Decision, detail: OtherDetail, sms: DetailJson['sms']): string {
  const template =
    detail.template_id == null ? '' : `template ${detail.template_id}${version(detail.template_version)}`;
  switch (outcome) {
    case 'listed':
      return `The sender is on the whitelist (phone ${detail.phone_id ?? '-'}).`;
    case 'not_listed':
      return 'The sender is not on the whitelist.';
    case 'parsed':
      return `Read by ${template || 'a template'}: ${moneyOrDash(sms.amount_minor, sms.currency)}.`;
    case 'not_a_credit':
      return `The text is of kind "${detail.kind ?? 'unknown'}", said ${template || `the built-in rule ${detail.rule ?? '-'}`}.`;
    case 'parse_failed':
      return `Not read: ${faultWords(detail.fault)}${template === '' ? '' : ` (${template})`}.`;
    case 'approved':
      return `The wallet approved it: ledger entry ${detail.ledger_entry_id ?? '-'}.`;
    case 'refused':
      return `The wallet refused: ${detail.code ?? 'no code'}.`;
    case 'unknown':
      return 'The wallet was asked as often as APPROVAL_LADDER says, and gave no clear answer.';
    case 'released':
      return 'A trusted device has seen it, or its device is trusted now.';
    case 'internal_error':
      return `The step ${step} failed (${detail.fault ?? 'unknown'}); the log of the worker names the fault.`;
    default:
      return '';
  }
}

function version(number: number | null | undefined): string {
  return number == null ? '' : ` version ${number}`;
}

function faultWords(fault: string | null | undefined): string {
  if (fault === 'text_erased') return 'the text was erased after its retention time';
  const known = PARSE_FAULTS.find((word) => word === fault);
  return known === undefined ? (fault ?? 'unknown') : PARSE_FAULT_MEANINGS[known];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
