/** Gaps in balances: where one stands, and which deposits its missing money fits. A gap never approves anything by itself. */
import { accountLine, moneyLine, statusLine, unclaimedLine, windowLine } from './match';
import type { CandidateDeposit, MatchPolicy, WeighedCandidate } from './match';

/**
 * `backfilling`: the phone's source is asked to read again what it has. `awaiting_review`: that brought nothing, a person
 * looks. `mended`: the SMS came, or the chain holds for another reason. `dismissed`: a person, or the machine by a rule.
 */
export const GAP_STATUSES = ['backfilling', 'awaiting_review', 'mended', 'dismissed'] as const;
export type GapStatus = (typeof GAP_STATUSES)[number];

/** What closed a gap without a person. */
export const GAP_CLOSINGS = [
  /** The chain holds now. */
  'chain_holds',
  /** What came lies within; the rest of it is a gap of its own. */
  'split',
  /** Nothing but debits or fees is missing: no deposit waits for those. */
  'no_credit_missing',
  /** Its account's chain breaks more often than it holds. */
  'account_unreliable',
] as const;
export type GapClosing = (typeof GAP_CLOSINGS)[number];

export interface GapMoney {
  readonly missingMinor: number;
  readonly currency: string;
  readonly accountTail: string | null;
  /** The phone's clock at the SMS before and after: the missing one came between them. */
  readonly afterTime: Date;
  readonly beforeTime: Date;
}

export type GapPolicy = Pick<MatchPolicy, 'beforeMs' | 'waitMs'>;

/** When a deposit was made that the missing SMS may have paid. */
export function depositWindow(
  { afterTime, beforeTime }: Pick<GapMoney, 'afterTime' | 'beforeTime'>,
  policy: GapPolicy,
) {
  return {
    from: new Date(Math.min(afterTime.getTime(), beforeTime.getTime()) - policy.beforeMs),
    to: new Date(Math.max(afterTime.getTime(), beforeTime.getTime()) + policy.waitMs),
  };
}

/** Line by line, as for an SMS; there is no payer to compare. */
export function weighGapCandidate(gap: GapMoney, deposit: CandidateDeposit, policy: GapPolicy): WeighedCandidate {
  const lines = [
    statusLine(deposit),
    unclaimedLine(deposit),
    moneyLine({ amountMinor: gap.missingMinor, currency: gap.currency }, deposit),
    accountLine(gap, deposit),
    windowLine(depositWindow(gap, policy), deposit),
  ];
  return { orderId: deposit.orderId, brandId: deposit.brandId, eligible: lines.every(({ pass }) => pass), lines };
}
