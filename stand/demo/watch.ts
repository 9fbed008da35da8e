/** Watches rows until they are where somebody expects them: one query at a time, whoever waits. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What is there of each subject, in the order given; undefined where there is nothing. */
export type Look<Subject, Seen> = (subjects: readonly Subject[]) => Promise<readonly (Seen | undefined)[]>;

export interface Watch<Subject, Seen> {
  /** What is there once it fits, or as it is when the time is over; undefined where there is nothing. */
  until(subject: Subject, fits: (seen: Seen) => boolean, limitMs: number): Promise<Seen | undefined>;
  readonly stop: () => void;
}

interface Waiter<Subject, Seen> {
  readonly subject: Subject;
  readonly fits: (seen: Seen) => boolean;
  readonly deadline: number;
  readonly settle: (seen: Seen | undefined) => void;
  readonly fail: (error: unknown) => void;
}

const PAUSE_MS = 100;
const STOPPED = 'the demo day was stopped';

export function createWatch<Subject, Seen>(look: Look<Subject, Seen>): Watch<Subject, Seen> {
  const waiters = new Set<Waiter<Subject, Seen>>();
  let stopped = false;
  let looking = false;

  async function lookOnce(): Promise<void> {
    const asked = [...waiters];
    const found = await look(asked.map(({ subject }) => subject));
    for (const [index, waiter] of asked.entries()) {
      const seen = found[index];
      const isThere = seen !== undefined && waiter.fits(seen);
      if (!isThere && Date.now() < waiter.deadline) continue;
      waiters.delete(waiter);
      waiter.settle(seen);
    }
  }

  async function lookWhileAnybodyWaits(): Promise<void> {
    if (looking) return;
    looking = true;
    while (waiters.size > 0 && !stopped) {
      try {
        await lookOnce();
      } catch (error) {
        for (const waiter of waiters) waiter.fail(error);
        waiters.clear();
      }
      await sleep(PAUSE_MS);
    }
    looking = false;
  }

  return {
    until: (subject, fits, limitMs) =>
      new Promise((settle, fail) => {
        if (stopped) return fail(new Error(STOPPED));
        waiters.add({ subject, fits, deadline: Date.now() + limitMs, settle, fail });
        void lookWhileAnybodyWaits();
      }),
    stop() {
      stopped = true;
      for (const waiter of waiters) waiter.fail(new Error(STOPPED));
      waiters.clear();
    },
  };
}
