/**
 * Step 3: find the deposit that an SMS pays. One transaction under the advisory lock on (currency, amount), which the
 * reference wallet's deposit creation takes too: SMS and deposit that arrive together see each other in one order or the
 * other. The unique indexes of `recon_match` carry what the lock does not.
 */
import { InvariantBroken } from '../../domain/failures';
import { weighMatch, type MatchPolicy, type MatchVerdict } from '../../domain/match';
import type { MatchOutcome, Stepped } from '../../domain/outcomes';
import type { SmsStatus } from '../../domain/sms';
import { uniqueViolation } from '../../service/postgres';
import { moveSms, type SmsPatch } from '../move-sms';
import type { Db, Transaction } from '../query';
import { lockSms, standingOf, type SmsRow } from '../sms-row';
import { writeDecision } from '../standing';
import { superseded } from './check-whitelist';
import { confirmSmsMatch } from './confirm-match';
import { gatherEvidence, type Evidence } from './match-evidence';
import { nextLook } from './wait-for-deposit';

export interface MatchSettings extends MatchPolicy {
  /** AUTO_APPROVAL: off makes every match a proposal. */
  readonly autoApproval: boolean;
  /** When a waiting SMS looks for its deposit again by itself: milliseconds since it began to wait. */
  readonly lookAgainMs: readonly number[];
}

/** `crossBrand`: the row's backfilled brand is not the deposit's, whatever enforcement made of it. */
export type MatchStepped = Stepped<MatchOutcome> & { readonly crossBrand: boolean };

interface SmsRef {
  readonly smsId: number;
  readonly attempt: number;
}

/** How often a lost race for a unique index is tried again within one call: the winner is then visible. */
const RACE_TRIES = 3;

/** @throws InvariantBroken where a match would leave the row without a brand, or an unparsed row came to this step. */
export async function matchDepositRow(db: Db, ref: SmsRef, settings: MatchSettings): Promise<MatchStepped> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await matchOnce(db, ref, settings);
    } catch (error) {
      if (uniqueViolation(error)?.startsWith('recon_match_') !== true || tried >= RACE_TRIES) throw error;
    }
  }
}

async function matchOnce(db: Db, ref: SmsRef, settings: MatchSettings): Promise<MatchStepped> {
  return db.transaction(async (trx) => {
    const found = await gatherEvidence(trx, ref, settings);
    if (!found) return { ...(await superseded(trx, ref.smsId)), crossBrand: false };
    const { evidence } = found;
    const sms = parsed(found.sms);
    const backfilledBrandId = sms.brandOrigin === 'backfill' ? sms.brandId : null;
    const { verdict, candidates, rivalSmsIds } = weighMatch({ ...sms, backfilledBrandId }, evidence, settings);
    const detail = {
      verdict,
      candidates,
      rival_sms_ids: rivalSmsIds,
      same_reference_sms_id: evidence.sameReferenceSmsId,
    };
    const after =
      verdict.outcome === 'matched'
        ? await settleMatched(trx, ref, verdict.orderId, proposalReason(sms, evidence, settings), detail)
        : await settleUnmatched(trx, ref, verdict, settings, detail);
    const crossBrand = verdict.outcome === 'cross_brand' || (verdict.outcome === 'matched' && verdict.crossBrand);
    return { ...(after ?? (await superseded(trx, ref.smsId))), crossBrand };
  });
}

type ParsedSms = SmsRow & { readonly amountMinor: number; readonly currency: string };

function parsed(row: SmsRow): ParsedSms {
  const { amountMinor, currency } = row;
  if (amountMinor === null || currency === null)
    throw new InvariantBroken(`SMS ${row.id} is at the match step unparsed`);
  return { ...row, amountMinor, currency };
}

function isAtMatch(row: SmsRow, attempt: number): boolean {
  const atMatch = (row.status === 'received' && row.step === 'match') || row.status === 'waiting_for_deposit';
  return atMatch && row.attempt === attempt;
}

type ProposalReason = 'auto_approval_off' | 'possible_duplicate' | 'person_decided' | 'over_daily_limit';

/** Why the machine may not approve this match by itself; null where it may. */
function proposalReason(sms: ParsedSms, evidence: Evidence, settings: MatchSettings): ProposalReason | null {
  if (!settings.autoApproval) return 'auto_approval_off';
  if (sms.autoHold !== null) return sms.autoHold;
  const { dailyLimitMinor, approvedTodayMinor } = evidence;
  return dailyLimitMinor !== null && approvedTodayMinor + sms.amountMinor > dailyLimitMinor ? 'over_daily_limit' : null;
}

async function settleMatched(
  trx: Transaction,
  ref: SmsRef,
  orderId: string,
  proposal: ProposalReason | null,
  detail: object,
): Promise<Stepped<MatchOutcome> | undefined> {
  const outcome = proposal === null ? 'matched' : 'proposed';
  const confirmed = await confirmSmsMatch(trx, ref, orderId, { outcome, detail: { ...detail, proposal } });
  if (!confirmed) return undefined;
  const after =
    proposal === null
      ? confirmed
      : await moveSms(trx, confirmed, { status: 'awaiting_review', review_reason: 'proposed' });
  return { ...standingOf(after), outcome };
}

async function settleUnmatched(
  trx: Transaction,
  ref: SmsRef,
  verdict: Exclude<MatchVerdict, { outcome: 'matched' }>,
  settings: MatchSettings,
  detail: object,
): Promise<Stepped<MatchOutcome> | undefined> {
  const row = await lockSms(trx, ref.smsId);
  if (!row || !isAtMatch(row, ref.attempt)) return undefined;
  const look = verdict.outcome === 'no_candidate' ? nextLook(row, settings) : null;
  const patch: SmsPatch & { status: SmsStatus } = look
    ? { status: 'waiting_for_deposit', step: 'match', waiting_since: look.since, wait_until: look.until }
    : {
        status: 'awaiting_review',
        review_reason: verdict.outcome === 'no_candidate' ? 'unmatched' : verdict.outcome,
        waiting_since: null,
        wait_until: null,
      };
  // A waiting SMS looks many times; only a look that changes something is a decision.
  if (patch.status !== row.status)
    await writeDecision(trx, { ...ref, step: 'match', outcome: verdict.outcome, detail });
  const after = await moveSms(trx, row, patch);
  return { ...standingOf(after), waitMs: look?.waitMs ?? null, outcome: verdict.outcome };
}
