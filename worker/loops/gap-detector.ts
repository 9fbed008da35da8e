/**
 * Looks at the chains of accounts that got new balances. What waits for a look is marked on its row in the transaction of
 * the parse, so that a late commit is seen whenever it comes; one copy of the loop works at a time.
 */
import { isUnreliable, readChain, TOGETHER_MS, type BalanceBreak, type ChainReading } from '../../domain/balance-chain';
import { minorDigits } from '../../domain/money';
import {
  findDueEntries,
  findUnreadTexts,
  namesAccountsElsewhere,
  readChainWindow,
  settleEntries,
  type Account,
  type ChainWindow,
  type DueEntry,
} from '../../db/balance-entries';
import { closeGap, findOpenGaps, isSetAside, reportGap, turnAccount } from '../../db/balance-gaps';
import type { Db, Transaction } from '../../db/query';
import { queryRow } from '../../db/query';
import { backfillGaps, type Backfill, type BackfillPolicy } from './backfill-gaps';

export interface GapDetectorDeps {
  readonly db: Db;
  readonly backfill: Backfill;
  readonly policy: BackfillPolicy & {
    /** GAP_SETTLE, in milliseconds: SMS of one moment come in any order. */
    readonly settleMs: number;
  };
}

const BATCH = 500;

/** Gives how many SMS were looked at. */
export async function detectGaps({ db, backfill, policy }: GapDetectorDeps): Promise<number> {
  const looked = await db.transaction(async (trx) => {
    if (!(await takeTurn(trx))) return 0;
    const due = await findDueEntries(trx, policy.settleMs, BATCH);
    for (const entries of byAccount(due)) await lookAt(trx, entries);
    const smsIds = due.map(({ smsId }) => smsId);
    await settleEntries(trx, smsIds, policy.settleMs);
    return due.length;
  });
  await backfillGaps(db, backfill, policy);
  return looked;
}

async function takeTurn(trx: Transaction): Promise<boolean> {
  const lock = await queryRow<{ taken: boolean }>(
    trx,
    `SELECT pg_try_advisory_xact_lock(hashtextextended('recon:gap-detector', 0)) AS taken`,
  );
  return lock?.taken === true;
}

type Due = readonly [DueEntry, ...DueEntry[]];

function byAccount(due: readonly DueEntry[]): Due[] {
  const accounts = new Map<string, [DueEntry, ...DueEntry[]]>();
  for (const entry of due) {
    const key = JSON.stringify([entry.bank, entry.line, entry.currency, entry.accountTail]);
    const known = accounts.get(key);
    if (known) known.push(entry);
    else accounts.set(key, [entry]);
  }
  return [...accounts.values()];
}

async function lookAt(trx: Transaction, due: Due): Promise<void> {
  const [{ bank, line, currency, accountTail }] = due;
  const account: Account = { bank, line, currency, accountTail };
  const times = due.map(({ receivedAt }) => receivedAt.getTime());
  const from = new Date(Math.min(...times));
  const window = await readChainWindow(trx, account, { from, to: new Date(Math.max(...times)) });
  const reading = await readWindow(trx, account, window);
  if (window.toTheEnd) {
    const turned = await turnAccount(trx, account, isUnreliable(reading));
    if (turned && isUnreliable(reading)) await closeAll(trx, account);
  }
  if (await isSetAside(trx, account)) return;
  await compare(trx, account, window, reading, from);
}

/** Texts that nobody read are asked for only where the chain breaks: one of them may be the SMS that seems to be missing. */
async function readWindow(trx: Transaction, account: Account, window: ChainWindow): Promise<ChainReading> {
  const unitMinor = 10 ** (minorDigits(account.currency) ?? 0);
  const reading = readChain(window.entries, unitMinor);
  if (reading.broken === 0 && reading.breaks.length === 0) return reading;
  if (account.accountTail === '' && (await namesAccountsElsewhere(trx, account)))
    return { breaks: [], judged: 0, broken: 0 };
  const times = window.entries.map(({ receivedAt }) => receivedAt.getTime());
  const unread = await findUnreadTexts(trx, {
    line: account.line,
    senders: window.senders,
    from: new Date(Math.min(...times) - TOGETHER_MS),
    to: new Date(Math.max(...times) + TOGETHER_MS),
  });
  return unread.length === 0 ? reading : readChain([...window.entries, ...unread], unitMinor);
}

/** Breaks that end before anything new came were looked at before. */
async function compare(
  trx: Transaction,
  account: Account,
  window: ChainWindow,
  { breaks }: ChainReading,
  since: Date,
): Promise<void> {
  const places = new Map(window.entries.map(({ smsId, receivedAt }) => [smsId, receivedAt]));
  const placeOf = (smsId: number) => places.get(smsId)?.getTime() ?? Number.NEGATIVE_INFINITY;
  for (const gap of await findOpenGaps(trx, account)) {
    const isSame = (one: BalanceBreak) => one.beforeSmsId === gap.beforeSmsId && one.afterSmsId === gap.afterSmsId;
    const outside = gap.inChain && !(places.has(gap.beforeSmsId) && places.has(gap.afterSmsId));
    if (outside || breaks.some(isSame)) continue;
    const isWithin = (one: BalanceBreak) =>
      placeOf(one.beforeSmsId) >= placeOf(gap.beforeSmsId) && placeOf(one.afterSmsId) <= placeOf(gap.afterSmsId);
    await closeGap(trx, gap.id, { status: 'mended', why: breaks.some(isWithin) ? 'split' : 'chain_holds' });
  }
  for (const found of breaks)
    if (placeOf(found.afterSmsId) >= since.getTime() - TOGETHER_MS) await reportGap(trx, account, found);
}

async function closeAll(trx: Transaction, account: Account): Promise<void> {
  for (const gap of await findOpenGaps(trx, account))
    await closeGap(trx, gap.id, { status: 'dismissed', why: 'account_unreliable' });
}
