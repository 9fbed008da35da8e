import type { MatchOutcome, Stepped } from '../domain/outcomes';
import { matchDepositRow } from '../db/transitions/match-deposit';
import type { ActivityDeps, SmsRef } from './ports';

/** Safe to run twice: one transaction under the money's advisory lock, by compare-and-set; the unique indexes hold the match. */
export function createMatchDeposit({ db, match, metrics }: ActivityDeps) {
  return async (ref: SmsRef): Promise<Stepped<MatchOutcome>> => {
    const { crossBrand, ...stepped } = await matchDepositRow(db, ref, match);
    if (crossBrand && match.brandEnforcement !== 'off') metrics.crossBrand('sms_match', match.brandEnforcement);
    if (stepped.status === 'awaiting_review' && stepped.outcome !== 'superseded')
      metrics.smsOutcome('review', stepped.source);
    return stepped;
  };
}
