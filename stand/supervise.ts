/** Starts a process again when it dies, more and more slowly, and gives it up when it keeps dying. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Death, ManagedProcess } from './managed-process';
import { reasonOf } from './stand-error';

export interface SupervisionHooks {
  /** A death, a new start: told to people as it happens. */
  readonly report: (text: string) => void;
  /** It died too often and stays down. */
  readonly onGivenUp: (text: string) => void;
}

export interface RestartPolicy {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** More deaths than this within the window, and it is given up. */
  readonly deaths: number;
  readonly windowMs: number;
}

export const RESTART_POLICY: RestartPolicy = {
  firstPauseMs: 500,
  longestPauseMs: 15_000,
  deaths: 5,
  windowMs: 120_000,
};

/** The same process, which now comes back by itself until it is stopped. */
export function supervise(
  inner: ManagedProcess,
  hooks: SupervisionHooks,
  policy: RestartPolicy = RESTART_POLICY,
): ManagedProcess {
  let wanted = false;
  let deaths: number[] = [];
  let pause = new AbortController();
  let revival = Promise.resolve();

  async function revive(death: Death): Promise<void> {
    let words = [`${inner.name} died (${death.how})`, ...death.lastLines.map((line) => `    ${line}`)].join('\n');
    while (wanted) {
      const now = Date.now();
      deaths = [...deaths.filter((at) => now - at < policy.windowMs), now];
      if (deaths.length > policy.deaths) {
        wanted = false;
        hooks.onGivenUp(`${words}\n${inner.name} died ${deaths.length} times in a short while and stays down`);
        return;
      }
      const pauseMs = Math.min(policy.firstPauseMs * 2 ** (deaths.length - 1), policy.longestPauseMs);
      hooks.report(`${words}\n${inner.name} starts again in ${pauseMs / 1000} s`);
      const rested = await sleep(pauseMs, true, { signal: pause.signal }).catch(() => false);
      if (!rested) return;
      try {
        await inner.start();
        hooks.report(`${inner.name} runs again`);
        return;
      } catch (error) {
        words = reasonOf(error);
      }
    }
  }

  inner.onDeath((death) => {
    if (wanted) revival = revive(death);
  });

  async function letGo(end: () => Promise<void>): Promise<void> {
    wanted = false;
    pause.abort();
    await Promise.all([end(), revival]);
    // A start that was under way may have come through in the meantime.
    if (inner.pid !== undefined) await end();
  }

  return {
    name: inner.name,
    get pid() {
      return inner.pid;
    },
    async start() {
      wanted = true;
      pause = new AbortController();
      await inner.start();
    },
    stop: () => letGo(inner.stop),
    kill: () => letGo(inner.kill),
    onDeath: inner.onDeath,
  };
}
