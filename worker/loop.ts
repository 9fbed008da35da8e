/** A loop of the worker: runs again and again with a pause, backs off while its parts are away, ends when told to. */
import type { LoopName } from '../domain/loops';
import type { LoopReporter } from '../intake/loop-reporter';
import type { Logger } from '../service/logger';
import { codeOf, loopFaultOf } from './loop-fault';

export interface LoopOptions {
  readonly name: LoopName;
  readonly pauseMs: number;
  readonly run: () => Promise<unknown>;
  readonly handle: LoopReporter;
  readonly logger: Logger;
}

export interface RunningLoop {
  /** Runs the next round at once instead of after the pause. */
  wake(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

const MAX_BACKOFF_MS = 15_000;

export function startLoop(options: LoopOptions): RunningLoop {
  const { name, pauseMs, handle, logger } = options;
  const stopping = new AbortController();
  let woken = false;
  let wakeUp: () => void = () => undefined;
  let failures = 0;

  async function pause(ms: number): Promise<void> {
    if (woken || stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function round(): Promise<void> {
    woken = false;
    try {
      await options.run();
      failures = 0;
      handle.progressed();
    } catch (error) {
      failures += 1;
      handle.failed(loopFaultOf(error), { error: codeOf(error), failures });
      // One line when it begins and one every so often: an outage must not fill the disk.
      if (failures === 1 || failures % 20 === 0) logger.warn({ err: error, loop: name, failures }, 'loop failed');
    }
  }

  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await round();
      await pause(failures === 0 ? pauseMs : Math.min(MAX_BACKOFF_MS, pauseMs * 2 ** Math.min(failures, 6)));
    }
  })();

  return {
    wake() {
      woken = true;
      wakeUp();
    },
    async stop() {
      stopping.abort();
      wakeUp();
      await ended;
    },
  };
}
