/**
 * Which deposit an SMS pays. Pure: the rows are read under the advisory lock by the caller, the rules are here.
 * Exactly one eligible candidate matches by itself, two never do; nothing is ever guessed.
 */
import { namesClearlyDiffer } from './names';

/** How far the phone's clock may run ahead of ours before its word is not taken, in milliseconds. */
export const CLOCK_AHEAD_LIMIT_MS = 10 * 60_000;

export interface SmsToMatch {
  readonly amountMinor: number;
  readonly currency: string;
  readonly accountTail: string | null;
  readonly payerName: string | null;
  readonly receivedAt: Date;
  readonly ingestedAt: Date;
  /** A brand that stood on the row before any match (backfilled), else null. */
  readonly backfilledBrandId: string | null;
}

export interface CandidateDeposit {
  readonly orderId: string;
  readonly brandId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly accountTail: string | null;
  readonly payerName: string | null;
  readonly status: string;
  readonly createdAt: Date;
  /** The SMS that already holds this deposit, if any. */
  readonly claimedBySmsId: number | null;
}

export interface MatchPolicy {
  /** MATCH_BEFORE and MATCH_WAIT, in milliseconds. */
  readonly beforeMs: number;
  readonly waitMs: number;
  readonly brandEnforcement: 'off' | 'observe' | 'enforce';
}

export const CRITERIA = ['status', 'unclaimed', 'money', 'account', 'time', 'payer'] as const;
export type Criterion = (typeof CRITERIA)[number];

/** One line of evidence: what was expected, what was found, and whether it fits. Kept in the decision record, never in a history. */
export interface CriterionLine {
  readonly criterion: Criterion;
  readonly expected: string;
  readonly actual: string;
  readonly pass: boolean;
}

export interface WeighedCandidate {
  readonly orderId: string;
  readonly brandId: string;
  readonly eligible: boolean;
  readonly lines: readonly CriterionLine[];
}

export type MatchVerdict =
  | { readonly outcome: 'matched'; readonly orderId: string; readonly brandId: string; readonly crossBrand: boolean }
  | { readonly outcome: 'no_candidate' }
  | { readonly outcome: 'ambiguous'; readonly why: 'several_candidates' | 'payer_differs' | 'rival_sms' }
  | { readonly outcome: 'cross_brand'; readonly orderId: string }
  | { readonly outcome: 'duplicate_reference' }
  | { readonly outcome: 'clock_suspect' };

export const MATCH_OUTCOMES = [
  'matched',
  'no_candidate',
  'ambiguous',
  'cross_brand',
  'duplicate_reference',
  'clock_suspect',
] as const;

/** An SMS that has been through matching without a match, and has the same currency and amount. */
export type RivalSms = Pick<SmsToMatch, 'accountTail' | 'payerName' | 'receivedAt' | 'ingestedAt'> & {
  readonly smsId: number;
};

export interface MatchEvidence {
  readonly candidates: readonly CandidateDeposit[];
  /** Other SMS of the same money that stand unmatched; which of them fit the same deposit is weighed here. */
  readonly rivals: readonly RivalSms[];
  /** The SMS that already holds a live match under the same bank, currency and reference. */
  readonly sameReferenceSmsId: number | null;
}

export interface Weighed {
  readonly verdict: MatchVerdict;
  readonly candidates: readonly WeighedCandidate[];
  /** Rivals that fit the one eligible candidate as well as the SMS does. */
  readonly rivalSmsIds: readonly number[];
}

/** The moment that a deposit's age is measured against: the earlier of the phone's clock and ours. */
export function referenceTime(sms: Pick<SmsToMatch, 'receivedAt' | 'ingestedAt'>): Date {
  return sms.receivedAt < sms.ingestedAt ? sms.receivedAt : sms.ingestedAt;
}

export function isClockSuspect(sms: Pick<SmsToMatch, 'receivedAt' | 'ingestedAt'>): boolean {
  return sms.receivedAt.getTime() - sms.ingestedAt.getTime() > CLOCK_AHEAD_LIMIT_MS;
}

/** Weighs every candidate line by line and says what follows. */
export function weighMatch(sms: SmsToMatch, evidence: MatchEvidence, policy: MatchPolicy): Weighed {
  const candidates = evidence.candidates.map((deposit) => weighCandidate(sms, deposit, policy));
  const only = candidates.find((candidate) => candidate.eligible);
  const deposit = evidence.candidates.find(({ orderId }) => orderId === only?.orderId);
  const rivalSmsIds = deposit
    ? evidence.rivals.filter((rival) => fits(rival, deposit, policy)).map(({ smsId }) => smsId)
    : [];
  return { verdict: verdictOf(sms, evidence, candidates, rivalSmsIds, policy), candidates, rivalSmsIds };
}

/** A rival of another account, time or payer does not fit the deposit equally. Its money is the same by selection. */
function fits(rival: RivalSms, deposit: CandidateDeposit, policy: MatchPolicy): boolean {
  return [accountLine(rival, deposit), timeLine(rival, deposit, policy), payerLine(rival, deposit)].every(
    (line) => line.pass,
  );
}

function verdictOf(
  sms: SmsToMatch,
  evidence: MatchEvidence,
  candidates: readonly WeighedCandidate[],
  rivalSmsIds: readonly number[],
  policy: MatchPolicy,
): MatchVerdict {
  if (isClockSuspect(sms)) return { outcome: 'clock_suspect' };
  if (evidence.sameReferenceSmsId !== null) return { outcome: 'duplicate_reference' };
  const [only, ...others] = candidates.filter((candidate) => candidate.eligible);
  if (only === undefined) return { outcome: 'no_candidate' };
  if (others.length > 0) return { outcome: 'ambiguous', why: 'several_candidates' };
  if (only.lines.some((line) => line.criterion === 'payer' && !line.pass))
    return { outcome: 'ambiguous', why: 'payer_differs' };
  if (rivalSmsIds.length > 0) return { outcome: 'ambiguous', why: 'rival_sms' };
  const crossBrand = sms.backfilledBrandId !== null && sms.backfilledBrandId !== only.brandId;
  if (crossBrand && policy.brandEnforcement === 'enforce') return { outcome: 'cross_brand', orderId: only.orderId };
  return { outcome: 'matched', orderId: only.orderId, brandId: only.brandId, crossBrand };
}

/** Criteria that make a candidate eligible; `payer` alone is weighed afterwards: it forbids a match, it does not remove a candidate. */
const HARD: readonly Criterion[] = ['status', 'unclaimed', 'money', 'account', 'time'];

function weighCandidate(sms: SmsToMatch, deposit: CandidateDeposit, policy: MatchPolicy): WeighedCandidate {
  const lines = [
    statusLine(deposit),
    unclaimedLine(deposit),
    moneyLine(sms, deposit),
    accountLine(sms, deposit),
    timeLine(sms, deposit, policy),
    payerLine(sms, deposit),
  ];
  const eligible = lines.every((line) => line.pass || !HARD.includes(line.criterion));
  return { orderId: deposit.orderId, brandId: deposit.brandId, eligible, lines };
}

export function statusLine(deposit: CandidateDeposit): CriterionLine {
  return { criterion: 'status', expected: 'pending', actual: deposit.status, pass: deposit.status === 'pending' };
}

export function unclaimedLine({ claimedBySmsId }: CandidateDeposit): CriterionLine {
  const actual = claimedBySmsId === null ? 'no SMS' : `SMS ${claimedBySmsId}`;
  return { criterion: 'unclaimed', expected: 'no SMS', actual, pass: claimedBySmsId === null };
}

export function moneyLine(sms: Pick<SmsToMatch, 'amountMinor' | 'currency'>, deposit: CandidateDeposit): CriterionLine {
  const expected = `${sms.amountMinor} ${sms.currency}`;
  const actual = `${deposit.amountMinor} ${deposit.currency}`;
  return { criterion: 'money', expected, actual, pass: expected === actual };
}

/** Tails may differ in length ("1234" and "xx001234"): the shorter must end the longer. A deposit without an account fits any. */
export function accountLine(sms: Pick<SmsToMatch, 'accountTail'>, deposit: CandidateDeposit): CriterionLine {
  const [a, b] = [sms.accountTail, deposit.accountTail];
  const pass = a === null || b === null || a === '' || b === '' || a.endsWith(b) || b.endsWith(a);
  return { criterion: 'account', expected: a ?? 'not named', actual: b ?? 'not named', pass };
}

function timeLine(
  sms: Pick<SmsToMatch, 'receivedAt' | 'ingestedAt'>,
  deposit: CandidateDeposit,
  policy: MatchPolicy,
): CriterionLine {
  const reference = referenceTime(sms).getTime();
  return windowLine({ from: new Date(reference - policy.beforeMs), to: new Date(reference + policy.waitMs) }, deposit);
}

export function windowLine({ from, to }: { from: Date; to: Date }, deposit: CandidateDeposit): CriterionLine {
  const pass = deposit.createdAt >= from && deposit.createdAt <= to;
  return {
    criterion: 'time',
    expected: `${from.toISOString()} to ${to.toISOString()}`,
    actual: deposit.createdAt.toISOString(),
    pass,
  };
}

function payerLine(sms: Pick<SmsToMatch, 'payerName'>, deposit: CandidateDeposit): CriterionLine {
  const pass = !namesClearlyDiffer(sms.payerName, deposit.payerName);
  return { criterion: 'payer', expected: sms.payerName ?? 'not named', actual: deposit.payerName ?? 'not named', pass };
}
