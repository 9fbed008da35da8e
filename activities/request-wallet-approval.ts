import type { Stepped, WalletOutcome } from '../domain/outcomes';
import { superseded } from '../db/transitions/check-whitelist';
import { beginHandoff, recordUnclear, type Handoff } from '../db/transitions/handoff';
import { readStanding } from '../db/standing';
import type { ActivityDeps, SmsRef } from './ports';
import { pauseMsOf, settle, settled } from './settle-handoff';

/**
 * Claim, commit, call, record: the handoff row is committed before the first byte leaves, and no transaction is open during
 * the call. Safe to run twice: the same key and the same bytes are the same approval, and a settled row is not asked about.
 * One quick try; `unclear` sends the workflow to the ladder. No call while the circuit breaker is open.
 */
export function createRequestWalletApproval(deps: ActivityDeps) {
  return async (ref: SmsRef): Promise<Stepped<WalletOutcome>> => {
    const handoff = await beginHandoff(deps.db, ref);
    if (!handoff) return superseded(deps.db, ref.smsId);
    const already = await settled(deps, handoff);
    if (already) return already;
    if (deps.wallet.isOpen()) return unclear(deps, handoff);
    const answer = await deps.wallet.approve(handoff, deps.walletPolicy.localTimeoutMs);
    deps.metrics.walletRequest(answer.kind);
    if (answer.kind === 'approved' || answer.kind === 'refused') return settle(deps, handoff, answer);
    await recordUnclear(deps.db, handoff.matchId, answer.fault, pauseMsOf(deps.walletPolicy, answer));
    return unclear(deps, handoff);
  };
}

async function unclear(deps: ActivityDeps, handoff: Handoff): Promise<Stepped<WalletOutcome>> {
  const standing = await readStanding(deps.db, handoff.smsId);
  return standing === undefined ? superseded(deps.db, handoff.smsId) : { ...standing, outcome: 'unclear' };
}
