import { ApplicationFailure } from '@temporalio/activity';
import { FAILURES } from '../domain/failures';
import type { Stepped, WalletOutcome } from '../domain/outcomes';
import { writeOutbox } from '../db/outbox';
import { superseded } from '../db/transitions/check-whitelist';
import { beginHandoff, recordUnclear, recordUnknown, type Handoff } from '../db/transitions/handoff';
import type { ActivityDeps, SmsRef, WalletPolicy } from './ports';
import { pauseMsOf, settle, settled } from './settle-handoff';

/**
 * The ladder: a remote activity whose attempts and last failure ops see. Each attempt asks once more with the same key; how
 * far it has climbed is in the handoff row, so neither a crash nor a new run starts it over. When it ends, the deposit itself
 * is looked at, asked for once more, and then a person may only ask again. Safe to run twice for the same reasons as the
 * quick try.
 */
export function createAskWalletAgain(deps: ActivityDeps) {
  return async (ref: SmsRef): Promise<Stepped<WalletOutcome>> => {
    const handoff = await beginHandoff(deps.db, ref);
    if (!handoff) return superseded(deps.db, ref.smsId);
    const already = await settled(deps, handoff);
    if (already) return already;
    // The quick try may have met a wallet that asked for a pause; after any other fault it is asked again at once.
    const pauseMs = (handoff.askAfter?.getTime() ?? 0) - Date.now();
    if (pauseMs > 0) throw waitFor('asked to pause', pauseMs);
    return ask(deps, handoff);
  };
}

async function ask(deps: ActivityDeps, handoff: Handoff): Promise<Stepped<WalletOutcome>> {
  const { wallet, walletPolicy, metrics, logger } = deps;
  const answer = await wallet.approve(handoff, walletPolicy.timeoutMs);
  metrics.walletRequest(answer.kind);
  switch (answer.kind) {
    case 'approved':
    case 'refused':
      return settle(deps, handoff, answer);
    case 'misconfigured':
      // Not this SMS's fault and not for a reviewer: asked slowly until somebody mends it.
      logger.error(
        { smsId: handoff.smsId, fault: answer.fault },
        'the wallet refuses us: check its address, token and signing key',
      );
      await alarm(deps, handoff, answer.fault);
      throw slowly(deps, answer.fault);
    case 'unclear': {
      const pauseMs = pauseMsOf(walletPolicy, answer);
      const tries = await recordUnclear(deps.db, handoff.matchId, answer.fault, pauseMs);
      if (tries <= walletPolicy.ladderMs.length)
        throw waitFor(answer.fault, Math.max(rungMs(walletPolicy, tries), pauseMs ?? 0));
      return lookOnceMore(deps, handoff);
    }
  }
}

/** The ladder has ended: is it paid already? If nobody can say, one last call with the same key, and then a person. */
async function lookOnceMore(deps: ActivityDeps, handoff: Handoff): Promise<Stepped<WalletOutcome>> {
  const found = await deps.wallet.findApproval(handoff, deps.walletPolicy.timeoutMs);
  if (found) return settle(deps, handoff, { kind: 'approved', ledgerEntryId: found.ledgerEntryId });
  const last = await deps.wallet.approve(handoff, deps.walletPolicy.timeoutMs);
  deps.metrics.walletRequest(last.kind);
  if (last.kind === 'approved' || last.kind === 'refused') return settle(deps, handoff, last);
  const stepped = await deps.db.transaction((trx) => recordUnknown(trx, handoff));
  if (stepped.outcome !== 'superseded') deps.metrics.smsOutcome('review', stepped.source);
  return stepped;
}

function rungMs({ ladderMs }: WalletPolicy, tries: number): number {
  return ladderMs[Math.max(0, tries - 1)] ?? ladderMs.at(-1) ?? 1_000;
}

/** A failure that Temporal shows to ops and tries again after `nextRetryDelay` milliseconds. */
function waitFor(fault: string, nextRetryDelay: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `no clear answer: ${fault}`,
    type: FAILURES.walletUnclear,
    nextRetryDelay,
  });
}

/** One alarm for each fault, not for each SMS that meets it; told again as long as it lasts. */
async function alarm({ db }: ActivityDeps, { smsId }: Handoff, fault: string): Promise<void> {
  await writeOutbox(db, {
    topic: 'alarm',
    key: `wallet_misconfigured:${fault}`,
    payload: { alarm: 'wallet_misconfigured', fault, sms_id: smsId },
  });
}

function slowly(deps: ActivityDeps, fault: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `the wallet refuses us: ${fault}`,
    type: FAILURES.walletMisconfigured,
    nextRetryDelay: deps.walletPolicy.misconfiguredRetryMs,
  });
}
