/** Moves that time, trust or a fault make rather than a step or a person. Each is a compare-and-set under the row's lock. */
import type { FourEyesThresholds } from '../../domain/review';
import { STATUS_RULES, type Standing } from '../../domain/sms';
import type { Stepped } from '../../domain/outcomes';
import { writeAudit } from '../audit';
import { isTrustedSms } from '../devices';
import { moveSms } from '../move-sms';
import type { Db } from '../query';
import { lockSms, standingOf } from '../sms-row';
import { writeDecision } from '../standing';
import { decided } from './apply-verdict';
import { superseded } from './check-whitelist';
import { lockLiveMatch } from './release-match';

interface SmsRef {
  readonly smsId: number;
  readonly attempt: number;
}

/** The undo time is over: the decision takes effect. Early calls change nothing and say how long is left. */
export async function commitDecision(db: Db, ref: SmsRef, fourEyes: FourEyesThresholds): Promise<Stepped<'committed'>> {
  return db.transaction(async (trx) => {
    const sms = await lockSms(trx, ref.smsId);
    if (sms?.status !== 'decision_pending' || sms.attempt !== ref.attempt) return superseded(trx, ref.smsId);
    if (sms.undoUntil !== null && sms.undoUntil > new Date()) return superseded(trx, ref.smsId);
    const ruling = await decided(trx, sms, fourEyes);
    if (ruling.ruled === 'refused') return superseded(trx, ref.smsId);
    return { ...standingOf(await moveSms(trx, sms, ruling.patch)), outcome: 'committed' };
  });
}

/** Runs a held SMS once a trusted device has seen it, or its device is trusted now. */
export async function releaseHeld(db: Db, ref: SmsRef): Promise<Stepped<'released' | 'still_held'>> {
  return db.transaction(async (trx) => {
    const sms = await lockSms(trx, ref.smsId);
    if (sms?.status !== 'held_untrusted_device' || sms.attempt !== ref.attempt) return superseded(trx, ref.smsId);
    if (!(await isTrustedSms(trx, sms.id))) return { ...standingOf(sms), outcome: 'still_held' };
    await writeDecision(trx, { ...ref, step: 'trust', outcome: 'released', detail: {} });
    const doubtful = sms.autoHold === 'possible_duplicate' && sms.step === 'whitelist' && sms.runStartedAt === null;
    const after = await moveSms(
      trx,
      sms,
      doubtful ? { status: 'awaiting_review', review_reason: 'possible_duplicate' } : { status: 'received' },
    );
    return { ...standingOf(after), outcome: 'released' };
  });
}

/**
 * An unexpected fault parks the SMS for a person. Where the wallet may have been asked, only asking again is offered
 * (`wallet_unknown`), whatever the fault was. `faultType` is a closed word, never a message.
 */
export async function parkFaulted(db: Db, ref: SmsRef, faultType: string): Promise<Standing> {
  return db.transaction(async (trx) => {
    const sms = await lockSms(trx, ref.smsId);
    if (!sms || sms.attempt !== ref.attempt || !STATUS_RULES[sms.status].runOpen) return superseded(trx, ref.smsId);
    if (sms.status === 'awaiting_review') return standingOf(sms);
    const match = await lockLiveMatch(trx, sms.id);
    const asked = match?.handoff === 'started' || match?.handoff === 'unknown';
    await writeDecision(trx, { ...ref, step: sms.step, outcome: 'internal_error', detail: { fault: faultType } });
    await writeAudit(trx, {
      actor: 'workflow',
      byPerson: false,
      action: 'sms.parked',
      smsId: sms.id,
      reason: faultType,
    });
    return standingOf(
      await moveSms(trx, sms, {
        status: 'awaiting_review',
        review_reason: asked ? 'wallet_unknown' : 'internal_error',
      }),
    );
  });
}
