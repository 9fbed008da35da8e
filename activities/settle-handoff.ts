/** Writing down what the wallet definitely said; shared by the quick try and the ladder. */
import type { Stepped, WalletOutcome } from '../domain/outcomes';
import { superseded } from '../db/transitions/check-whitelist';
import { recordApproved, recordRefused, type Handoff } from '../db/transitions/handoff';
import type { ActivityDeps, WalletAnswer, WalletPolicy } from './ports';

type DefiniteAnswer = Extract<WalletAnswer, { kind: 'approved' | 'refused' }>;

export async function settle(
  deps: ActivityDeps,
  handoff: Handoff,
  answer: DefiniteAnswer,
): Promise<Stepped<WalletOutcome>> {
  if (answer.kind === 'refused') {
    const refused = await deps.db.transaction((trx) => recordRefused(trx, handoff, answer.code));
    if (refused.outcome !== 'superseded') deps.metrics.smsOutcome('review', refused.source);
    return refused;
  }
  const { ageSeconds, ...approved } = await recordApproved(deps.db, handoff, answer.ledgerEntryId);
  if (approved.outcome !== 'superseded') {
    deps.metrics.smsOutcome('approved', approved.source);
    deps.metrics.stageSeconds('accepted_to_approved', ageSeconds);
  }
  return approved;
}

/** A handoff that was answered before this call: the row says how it stands, and nothing is asked. */
export async function settled(deps: ActivityDeps, handoff: Handoff): Promise<Stepped<WalletOutcome> | null> {
  return handoff.state === 'approved' ? superseded(deps.db, handoff.smsId) : null;
}

/** Milliseconds for which the wallet asked not to be asked (Retry-After), no longer than is obeyed; null: it did not. */
export function pauseMsOf({ retryAfterCapMs }: WalletPolicy, answer: WalletAnswer): number | null {
  return answer.kind === 'unclear' && answer.retryAfterMs !== null
    ? Math.min(answer.retryAfterMs, retryAfterCapMs)
    : null;
}
