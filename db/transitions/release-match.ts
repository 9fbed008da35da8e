/** Letting go of a deposit: only before the wallet was asked, or after it has definitely refused. */
import type { SmsPatch } from '../move-sms';
import type { Transaction } from '../query';
import { queryRow, queryRows } from '../query';
import type { SmsRow } from '../sms-row';
import type { HandoffState } from './handoff';

export interface LiveMatch {
  readonly matchId: number;
  readonly orderId: string;
  /** Null while the wallet was never asked about this match. */
  readonly handoff: HandoffState | null;
}

/** The live match of an SMS with its handoff locked. The caller holds the SMS's row. */
export async function lockLiveMatch(trx: Transaction, smsId: number): Promise<LiveMatch | undefined> {
  const match = await queryRow<{ id: number; order_id: string }>(
    trx,
    `SELECT id, order_id FROM recon_match WHERE sms_id = :smsId AND released_at IS NULL FOR UPDATE`,
    { smsId },
  );
  if (!match) return undefined;
  const handoff = await queryRow<{ state: HandoffState }>(
    trx,
    `SELECT state FROM recon_handoff WHERE match_id = :matchId FOR UPDATE`,
    { matchId: match.id },
  );
  return { matchId: match.id, orderId: match.order_id, handoff: handoff?.state ?? null };
}

export type ReleaseRefusal = 'already_approved' | 'approval_in_flight';

/** Why the match may not be let go; null where it may. A question that was asked and not answered may yet be paid. */
export function releaseRefusal(match: LiveMatch | undefined): ReleaseRefusal | null {
  if (match?.handoff === 'approved') return 'already_approved';
  return match?.handoff === 'started' || match?.handoff === 'unknown' ? 'approval_in_flight' : null;
}

/** A person approved a text that no template reads: its money is the deposit's, and is known only as long as the match is held. */
export function hasMoneyOfDeposit(sms: Pick<SmsRow, 'matchKind' | 'templateId'>): boolean {
  return sms.matchKind === 'forced' && sms.templateId === null;
}

/**
 * Releases the match and says what the row must forget with it: a brand that the match stamped is cleared, a backfilled one
 * stays; so is money that was never read from the text, or the machine would go on with a person's guess. The caller has asked `releaseRefusal` under the same lock and applies the patch.
 */
export async function releaseMatch(
  trx: Transaction,
  sms: SmsRow,
  match: LiveMatch | undefined,
  reason: string,
): Promise<SmsPatch> {
  if (match) {
    if (releaseRefusal(match) !== null)
      throw new Error(`match ${match.matchId} was to be released while its handoff is open`);
    await queryRows(trx, `UPDATE recon_match SET released_at = now(), release_reason = :reason WHERE id = :matchId`, {
      matchId: match.matchId,
      reason,
    });
  }
  const forgetBrand: SmsPatch = sms.brandOrigin === 'match' ? { brand_id: null, brand_origin: null } : {};
  const forgetMoney: SmsPatch = hasMoneyOfDeposit(sms) ? { amount_minor: null, currency: null } : {};
  return { order_id: null, match_kind: null, ...forgetBrand, ...forgetMoney };
}
