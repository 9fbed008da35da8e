/** What becomes of a gap: its source is asked to read again, a few times; what that does not mend is put before a person. */
import type { Db, Transaction } from '../../db/query';
import { closeGap, lockDueGaps, noteBackfill, putBeforePerson, type GapRow } from '../../db/balance-gaps';

/** Makes the source of a gap's line read the period again. */
export interface Backfill {
  /**
   * Joins the caller's transaction: a request that is told of is a request that was written. `impossible`: nothing that
   * brought the SMS around the gap can be read again (Telegram, phone apps).
   */
  request(trx: Transaction, gap: GapRow): Promise<'requested' | 'impossible'>;
}

export interface BackfillPolicy {
  /** GAP_BACKFILL_TRIES and GAP_BACKFILL_PAUSE (milliseconds): how often a source is asked before a person is. */
  readonly tries: number;
  readonly pauseMs: number;
}

const BATCH = 100;

export async function backfillGaps(db: Db, backfill: Backfill, policy: BackfillPolicy): Promise<void> {
  await db.transaction(async (trx) => {
    for (const gap of await lockDueGaps(trx, BATCH)) await advance(trx, gap, backfill, policy);
  });
}

async function advance(trx: Transaction, gap: GapRow, backfill: Backfill, policy: BackfillPolicy): Promise<void> {
  if (gap.backfillTries < policy.tries && (await backfill.request(trx, gap)) === 'requested')
    await noteBackfill(trx, gap.id, policy.pauseMs);
  // A fee or a payment that nobody told of: no deposit waits for it, and nobody need look.
  else if (gap.missingMinor < 0) await closeGap(trx, gap.id, { status: 'dismissed', why: 'no_credit_missing' });
  else await putBeforePerson(trx, gap.id);
}
