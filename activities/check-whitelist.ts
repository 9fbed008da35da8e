import type { Stepped, WhitelistOutcome } from '../domain/outcomes';
import { checkWhitelistRow } from '../db/transitions/check-whitelist';
import type { ActivityDeps, SmsRef } from './ports';

/** Safe to run twice: a compare-and-set on (received, whitelist, attempt); the second run changes nothing. */
export function createCheckWhitelist({ db, metrics }: ActivityDeps) {
  return async (ref: SmsRef): Promise<Stepped<WhitelistOutcome>> => {
    const stepped = await checkWhitelistRow(db, ref);
    if (stepped.outcome === 'not_listed') metrics.smsOutcome('not_whitelisted', stepped.source);
    return stepped;
  };
}
