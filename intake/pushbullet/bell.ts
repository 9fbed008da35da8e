/** Waiting that can be ended: by a ring where one waits for work, by the signal always. */
export interface Bell {
  ring(): void;
  /** Until the next ring, the signal, or the milliseconds are over; at once where it rang since the last wait. */
  wait(ms: number): Promise<void>;
  /** The milliseconds in full, unless the signal ends it. */
  pause(ms: number): Promise<void>;
}

export function createBell(signal: AbortSignal): Bell {
  let rung = false;
  let wake: () => void = () => undefined;

  function sleep(ms: number, hear: (done: () => void) => void): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      hear(done);
    });
  }

  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(ms) {
      if (!rung) await sleep(ms, (done) => (wake = done));
      rung = false;
      wake = () => undefined;
    },
    pause: (ms) => sleep(ms, () => undefined),
  };
}
