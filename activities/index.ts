/** The hands of the workflow: `createActivities(deps)` for the worker, `Activities` as the type that workflows see. */
import { createAskWalletAgain } from './ask-wallet-again';
import { createCheckWhitelist } from './check-whitelist';
import { guarded } from './guard';
import { createApplyRequest, createCommitDecision, createParkFaulted, createReleaseHeld } from './human-moves';
import { createMatchDeposit } from './match-deposit';
import { createParseSms } from './parse-sms';
import type { ActivityDeps } from './ports';
import { createReadStanding } from './read-standing';
import { createRequestWalletApproval } from './request-wallet-approval';

export function createActivities(deps: ActivityDeps) {
  const guard = { logger: deps.logger, metrics: deps.metrics };
  return {
    checkWhitelist: guarded(guard, createCheckWhitelist(deps)),
    parseSms: guarded(guard, createParseSms(deps)),
    matchDeposit: guarded(guard, createMatchDeposit(deps)),
    requestWalletApproval: guarded(guard, createRequestWalletApproval(deps)),
    askWalletAgain: guarded(guard, createAskWalletAgain(deps)),
    applyRequest: guarded(guard, createApplyRequest(deps)),
    commitDecision: guarded(guard, createCommitDecision(deps)),
    releaseHeld: guarded(guard, createReleaseHeld(deps)),
    readStanding: guarded(guard, createReadStanding(deps)),
    parkFaulted: guarded({ ...guard, never: 'gives up' }, createParkFaulted(deps)),
  };
}

export type Activities = ReturnType<typeof createActivities>;
