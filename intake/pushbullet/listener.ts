/** The listener of Pushbullet accounts: holds one account for a turn, follows its row, and leaves when it is gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetLoop, type LoopIdentity } from '../../db/loops';
import { findAccount, type PushbulletAccount } from '../../db/pushbullet';
import type { Db } from '../../db/query';
import { createLoopReporter, type LoopReporter } from '../loop-reporter';
import { linkAccount, type LinkDeps } from './account-link';
import { loopFaultOf, pauseAfter } from './fault';
import { runSession, type SessionDeps } from './session';
import { jitter } from './timing';

export interface PushbulletListener {
  /** See `SourceListener` (activities/ports.ts), whose contract this is. */
  listen(given: { readonly accountId: number; readonly signal: AbortSignal }): Promise<'removed' | 'renew'>;
}

export interface PushbulletListenerDeps extends SessionDeps, LinkDeps {
  readonly db: Db;
  readonly loopOf: (accountId: number) => LoopIdentity;
}

export function createPushbulletListener(deps: PushbulletListenerDeps): PushbulletListener {
  const { db, timing } = deps;

  /** Waits out a database that is away: the listener has nothing to do without its account. */
  async function accountOf(accountId: number, signal: AbortSignal): Promise<PushbulletAccount | undefined> {
    for (let failures = 1; ; failures += 1) {
      signal.throwIfAborted();
      try {
        return await findAccount(db, accountId);
      } catch (error) {
        if (loopFaultOf(error) !== 'database') throw error;
        await sleep(pauseAfter(error, failures, timing), undefined, { signal });
      }
    }
  }

  /** Resolves when the row is no longer what the session began with. */
  async function untilChanged(began: PushbulletAccount, signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(timing.accountPollMs, undefined, { signal });
      const account = await findAccount(db, began.id).catch(() => began);
      if (!account || !isSameCredentials(account, began)) return;
    }
  }

  async function listenOnce(account: PushbulletAccount, reporter: LoopReporter, outer: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const { signal } = ending;
    const end = () => ending.abort();
    outer.addEventListener('abort', end);
    if (outer.aborted) end();
    const changed = untilChanged(account, signal).catch(() => undefined);
    try {
      const link = await linkAccount(deps, account, signal);
      const session = runSession(deps, { link, reporter, signal });
      await Promise.race([session, changed]);
      ending.abort();
      await session;
    } catch (error) {
      // Only its credentials can be at fault here; another token is another row, and ends the wait.
      reporter.failed(loopFaultOf(error));
      await Promise.race([changed, sleep(pauseAfter(error, 1, timing), undefined, { signal }).catch(() => undefined)]);
    } finally {
      outer.removeEventListener('abort', end);
      end();
    }
  }

  return {
    async listen({ accountId, signal }) {
      const turn = new AbortController();
      const over = () => turn.abort();
      const timer = setTimeout(over, jitter(timing.turnMs));
      signal.addEventListener('abort', over);
      try {
        return await listenFor(accountId, signal, turn.signal);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
      }
    },
  };

  async function listenFor(accountId: number, signal: AbortSignal, turn: AbortSignal): Promise<'removed' | 'renew'> {
    let reporter: LoopReporter | undefined;
    for (;;) {
      const account = await accountOf(accountId, signal);
      const loop = deps.loopOf(accountId);
      if (!account) {
        await reporter?.settled();
        await forgetLoop(db, loop.name);
        return 'removed';
      }
      reporter ??= createLoopReporter({ db, ...loop });
      await listenOnce(account, reporter, turn);
      signal.throwIfAborted();
      if (turn.aborted) return 'renew';
    }
  }
}

function isSameCredentials(a: PushbulletAccount, b: PushbulletAccount): boolean {
  return a.tokenSealed === b.tokenSealed && a.passwordSealed === b.passwordSealed;
}
