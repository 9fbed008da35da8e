/** What a stand has to show: counted from the database and the wallet's books, never assumed. */
import { tokenToPresent } from '../../service/caller-tokens';
import { parseConfig, type Environment } from '../../service/config';
import { createKnex } from '../../service/postgres';
import { createService } from '../demo/http';
import type { RunningStand } from '../stand';
import { countSms, type SmsCounts } from './count-sms';
import { countSources, nameOf, type SourceCounts } from './count-sources';
import { readWalletBooks, type WalletBooks } from './wallet-books';

export interface StandResult {
  readonly counts: SmsCounts;
  readonly sources: SourceCounts;
  /** Undefined where no wallet runs, or one that keeps other books. */
  readonly wallet: WalletBooks | undefined;
  /** The worst of three independent counts: the wallet's audit, its credits, recon's handoffs. */
  readonly doubleCredits: number;
}

/** `acknowledged`: ids that the door has answered with. */
export async function countResult(
  stand: RunningStand,
  env: Environment,
  acknowledged: readonly number[],
): Promise<StandResult> {
  const config = parseConfig({ ...env, ...stand.environment }, 'cli');
  const token = tokenToPresent(config.callerTokens, 'ops') ?? '';
  const db = createKnex({ url: stand.databaseUrls.recon, applicationName: 'recon-result', poolSize: 1 });
  try {
    const counts = await countSms(db, acknowledged);
    const sources = await countSources(db);
    const wallet = await readWalletBooks(createService(stand.urls.wallet, 'ops', token));
    const doubleCredits = Math.max(counts.approvedTwice, wallet?.audit.double_credits ?? 0, wallet?.creditedTwice ?? 0);
    return { counts, sources, wallet, doubleCredits };
  } finally {
    await db.destroy();
  }
}

/** One line for programs; the names are a contract. */
export function resultJson({ counts, sources, wallet, doubleCredits }: StandResult): string {
  const { open, review, closed, approved } = counts.buckets;
  return JSON.stringify({
    sms: counts.sms,
    approved,
    review,
    closed,
    open,
    lost: counts.lost,
    double_credits: doubleCredits,
    wallet: wallet?.audit ?? null,
    by_status: Object.fromEntries(counts.byStatus),
    by_reason: Object.fromEntries(counts.byReason),
    passed: counts.passed,
    sources: Object.fromEntries(sources.cameBy.map((one) => [nameOf(one), { sms: one.sms, sightings: one.sightings }])),
    gaps: sources.gaps,
  });
}

/** What must never be, in words; empty where the books agree. */
export function faultsOf({ counts, wallet, doubleCredits }: StandResult): string[] {
  const faults: string[] = [];
  if (counts.lost > 0) faults.push(`${counts.lost} SMS were acknowledged and are in no bucket`);
  if (doubleCredits > 0) faults.push(`${doubleCredits} orders or SMS were credited twice`);
  for (const { rule, subject } of wallet?.audit.violations ?? [])
    faults.push(`the wallet's books: ${rule} (${subject})`);
  return faults;
}
