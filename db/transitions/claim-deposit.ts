/** A person's approval claims the deposit that it names, under the same unique indexes that the machine's matches obey. */
import type { CandidateDeposit } from '../../domain/match';
import type { Refusal } from '../../domain/review';
import { uniqueViolation } from '../../service/postgres';
import { findDeposit } from '../deposits';
import type { SmsPatch } from '../move-sms';
import type { Transaction } from '../query';
import { queryRow } from '../query';
import type { SmsRow } from '../sms-row';
import { hasMoneyOfDeposit, lockLiveMatch, releaseMatch, releaseRefusal, type LiveMatch } from './release-match';

export interface RefusedClaim {
  readonly code: Refusal;
  readonly message: string;
}

export type Claim =
  | {
      readonly claimed: true;
      readonly kind: 'manual' | 'forced';
      readonly deposit: CandidateDeposit;
      readonly patch: SmsPatch;
    }
  | ({ readonly claimed: false } & RefusedClaim);

/** Is the deposit one that this SMS may be approved for? Asked by the API before anything is written, and again under the lock. */
export function depositRefusal(
  sms: Pick<SmsRow, 'id' | 'amountMinor' | 'currency' | 'matchKind' | 'templateId'>,
  orderId: string | null,
  deposit: CandidateDeposit | undefined,
): RefusedClaim | null {
  if (orderId === null)
    return { code: 'order_required', message: 'an approval names the deposit it is for: give order_id' };
  if (!deposit) return { code: 'unknown_order', message: `there is no deposit ${orderId}` };
  const parsed = sms.amountMinor !== null && !hasMoneyOfDeposit(sms);
  if (parsed && (deposit.amountMinor !== sms.amountMinor || deposit.currency !== sms.currency)) {
    const [asked, read] = [`${deposit.amountMinor} ${deposit.currency}`, `${sms.amountMinor} ${sms.currency}`];
    return {
      code: 'order_mismatch',
      message: `deposit ${orderId} is about ${asked}, the SMS about ${read} (minor units)`,
    };
  }
  if (deposit.claimedBySmsId !== null && deposit.claimedBySmsId !== sms.id)
    return { code: 'order_claimed', message: `deposit ${orderId} is held by SMS ${deposit.claimedBySmsId}` };
  if (deposit.status !== 'pending')
    return { code: 'order_not_pending', message: `deposit ${orderId} is ${deposit.status}, not pending` };
  return null;
}

/** Reasons whose approval goes against what the machine found: forced, so that a second person looks. */
const AGAINST_THE_MACHINE = new Set(['cross_brand', 'duplicate_reference']);

/** The caller holds the row's lock; a lost race for the order is an answer, not an error. */
export async function claimDeposit(
  trx: Transaction,
  sms: SmsRow,
  orderId: string | null,
  reviewer: string,
): Promise<Claim> {
  const deposit = orderId === null ? undefined : await findDeposit(trx, orderId);
  const refusal = depositRefusal(sms, orderId, deposit);
  if (refusal !== null || deposit === undefined)
    return { claimed: false, ...(refusal ?? { code: 'unknown_order', message: '' }) };
  const held = await lockLiveMatch(trx, sms.id);
  const stuck = releaseRefusal(held);
  if (stuck !== null)
    return { claimed: false, code: stuck, message: `the wallet was asked about deposit ${held?.orderId}` };

  const unparsed = sms.amountMinor === null || hasMoneyOfDeposit(sms);
  // Once forced, always forced: the wallet's refusal of the first deposit makes the second no less a person's word.
  const forced = unparsed || sms.matchKind === 'forced' || AGAINST_THE_MACHINE.has(sms.reviewReason ?? '');
  const kind = forced ? 'forced' : 'manual';
  const forget = await swapMatch(trx, sms, held, deposit, kind, reviewer);
  if ('code' in forget) return { claimed: false, ...forget };
  const stamp: SmsPatch = sms.brandOrigin === 'backfill' ? {} : { brand_id: deposit.brandId, brand_origin: 'match' };
  const money: SmsPatch = unparsed ? { amount_minor: deposit.amountMinor, currency: deposit.currency } : {};
  return {
    claimed: true,
    kind,
    deposit,
    patch: { ...forget, ...stamp, ...money, order_id: deposit.orderId, match_kind: kind },
  };
}

/**
 * Releases what is held and claims the deposit, both or neither. A forced match gives up its claim to the bank's reference:
 * the SMS that holds it keeps it.
 */
async function swapMatch(
  trx: Transaction,
  sms: SmsRow,
  held: LiveMatch | undefined,
  deposit: CandidateDeposit,
  kind: 'manual' | 'forced',
  reviewer: string,
): Promise<SmsPatch | RefusedClaim> {
  try {
    return await trx.transaction(async (savepoint) => {
      const forget = await releaseMatch(savepoint, sms, held, `approved for ${deposit.orderId} by ${reviewer}`);
      await queryRow(savepoint, CLAIM_SQL, {
        smsId: sms.id,
        orderId: deposit.orderId,
        attempt: sms.attempt,
        kind,
        amountMinor: deposit.amountMinor,
        currency: deposit.currency,
        brandId: deposit.brandId,
        templateId: sms.templateId,
        bank: sms.bank,
        reference: kind === 'forced' ? null : sms.reference,
        reviewer,
      });
      return forget;
    });
  } catch (error) {
    const constraint = uniqueViolation(error);
    if (constraint === 'recon_match_order')
      return { code: 'order_claimed', message: `deposit ${deposit.orderId} was claimed by another SMS` };
    if (constraint === 'recon_match_reference')
      return { code: 'order_claimed', message: 'another SMS with the same bank reference holds a match' };
    throw error;
  }
}

const CLAIM_SQL = `INSERT INTO recon_match
    (sms_id, order_id, attempt, kind, amount_minor, currency, brand_id, template_id, bank, reference, created_by)
  VALUES (:smsId, :orderId, :attempt, :kind, :amountMinor, :currency, :brandId, :templateId, :bank, :reference, :reviewer)
  RETURNING id`;
