/**
 * The two schedules that read over REST what the stream did not bring. Missing-SMS sync reads every phone's threads (and the
 * pushes) of an account; SMS-ID sync reads just the threads of what came live and has no message id of the phone yet. Each
 * account's turn is claimed by its row, so that one worker of many takes it.
 */
import type { LoopDetail } from '../../db/loops';
import {
  claimDueAccount,
  noteSync,
  readSyncStandings,
  type PushbulletAccount,
  type Schedule,
} from '../../db/pushbullet';
import { finishReread, readRereads } from '../../db/pushbullet-reread';
import { findLiveWithoutMessageId } from '../../db/pushbullet-sms';
import type { Db } from '../../db/query';
import type { LoopFault } from '../../domain/source-health';
import type { Logger } from '../../service/logger';
import type { LoopReporter } from '../loop-reporter';
import { linkAccount, type AccountLink, type LinkDeps } from './account-link';
import { loopFaultOf, pauseAfter } from './fault';
import type { PhoneReader, Which } from './phone-reader';
import { createPhones, type Phones } from './phones';
import type { PushReader } from './push-reader';
import { LISTENER_TIMING } from './timing';

export interface SyncDeps extends LinkDeps {
  readonly db: Db;
  readonly phoneReader: PhoneReader;
  readonly pushReader: PushReader;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Progress is an account that was read, or that there is none to read. */
  readonly reporter: LoopReporter;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

export interface Sync {
  /** Takes the turns that are due. Rejects only where PostgreSQL is away. */
  round(): Promise<void>;
}

/** Threads whose latest message did not move are read again this many intervals apart: a phone may be late with an older one. */
const RECENT_EVERY = 5;
/** What came live and is in no thread by then was deleted on the phone. */
const ID_WITHIN_MS = 48 * 3_600_000;
const MAX_ID_PAUSE_MS = 30 * 60_000;
/** Accounts at once. */
const HANDS = 3;

export function createMissingSmsSync(deps: SyncDeps): Sync {
  const recentAt = new Map<number, number>();
  return createSync(deps, 'missing_sync', async (link) => {
    const isRecentDue = Date.now() - (recentAt.get(link.id) ?? 0) >= deps.intervalMs * RECENT_EVERY;
    const phones = createPhones(link, { db: deps.db, reader: deps.phoneReader, recentGapMs: 0 });
    await phones.refresh();
    for (const iden of phones.known()) await phones.read(iden, isRecentDue ? 'recent' : 'moved');
    await readAgain(deps, link.id, phones);
    await deps.pushReader.read(link);
    if (isRecentDue) recentAt.set(link.id, Date.now());
  });
}

/** Threads in which an SMS seems to be missing, whatever their cursors say. A phone that is gone cannot be asked any more. */
async function readAgain({ db }: SyncDeps, accountId: number, phones: Phones): Promise<void> {
  const known = new Set(phones.known());
  for (const request of await readRereads(db, accountId)) {
    const { deviceIden, threadIds } = request;
    if (known.has(deviceIden)) await phones.read(deviceIden, threadIds.length === 0 ? 'recent' : new Set(threadIds));
    await finishReread(db, accountId, request);
  }
}

export function createSmsIdSync(deps: SyncDeps): Sync {
  /** A thread that has not shown its message yet is asked less and less often. */
  const asked = new Map<string, { times: number; nextAt: number }>();
  return createSync(deps, 'id_sync', async (link) => {
    const now = Date.now();
    const gaps = await findLiveWithoutMessageId(deps.db, link.iden, ID_WITHIN_MS);
    const keyOf = (gap: (typeof gaps)[number]) => `${link.id} ${gap.deviceIden} ${gap.threadId ?? ''}`;
    const open = new Set(gaps.map(keyOf));
    for (const key of asked.keys()) if (key.startsWith(`${link.id} `) && !open.has(key)) asked.delete(key);
    const due = gaps.filter((gap) => (asked.get(keyOf(gap))?.nextAt ?? 0) <= now);
    for (const deviceIden of new Set(due.map((gap) => gap.deviceIden))) {
      const threads = due.filter((gap) => gap.deviceIden === deviceIden).map(({ threadId }) => threadId);
      const named = threads.filter((threadId) => threadId !== null);
      const which: Which = named.length === threads.length ? new Set(named) : 'recent';
      await deps.phoneReader.read(link, deviceIden, which);
    }
    for (const gap of due) {
      const times = (asked.get(keyOf(gap))?.times ?? 0) + 1;
      asked.set(keyOf(gap), {
        times,
        nextAt: now + Math.min(MAX_ID_PAUSE_MS, (deps.intervalMs * 2 ** Math.min(times, 16)) / 2),
      });
    }
  });
}

type Read = (link: AccountLink) => Promise<void>;

function createSync(deps: SyncDeps, schedule: Schedule, read: Read): Sync {
  const { db, logger, reporter, signal } = deps;
  const failures = new Map<number, number>();

  /** Gives why it failed; null where it was read. */
  async function take(account: PushbulletAccount): Promise<LoopFault | null> {
    const accountId = account.id;
    try {
      await read(await linkAccount(deps, account, signal));
      failures.delete(accountId);
      await noteSync(db, schedule, { accountId, fault: null });
      return null;
    } catch (error) {
      signal.throwIfAborted();
      const times = (failures.get(accountId) ?? 0) + 1;
      failures.set(accountId, times);
      const fault = loopFaultOf(error);
      if (times === 1 || times % 20 === 0) logger.warn({ err: error, accountId, schedule, times }, 'a sync failed');
      const nextMs = Math.ceil(pauseAfter(error, times, LISTENER_TIMING));
      await noteSync(db, schedule, { accountId, fault, nextMs });
      return fault;
    }
  }

  async function takeAll(results: (LoopFault | null)[]): Promise<void> {
    while (!signal.aborted) {
      const account = await claimDueAccount(db, schedule, deps.intervalMs);
      if (!account) return;
      results.push(await take(account));
    }
  }

  return {
    async round() {
      const results: (LoopFault | null)[] = [];
      await Promise.all(Array.from({ length: HANDS }, () => takeAll(results)));
      const standings = await readSyncStandings(db, schedule);
      const detail: LoopDetail = {
        accounts: standings.length,
        ...Object.fromEntries(standings.map(({ accountId, fault }) => [`account_${accountId}`, fault ?? 'ok'])),
      };
      const [fault] = results;
      if (standings.length === 0 || results.includes(null)) reporter.progressed(detail);
      else if (fault != null) reporter.failed(fault, detail);
    },
  };
}
