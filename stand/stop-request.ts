/** Ctrl-C and what is like it: the first asks for a clean stop, a later one ends at once. */
import { StandError } from './stand-error';

export interface StopRequest {
  readonly signal: AbortSignal;
  /** Resolves when someone asks for a stop, or when the stand cannot go on. */
  readonly requested: Promise<void>;
  /** The stand cannot go on: it stops, and ends with exit code 1. */
  readonly fail: (why: string) => void;
  readonly throwIfFailed: () => void;
  readonly dispose: () => void;
}

/** npm and the terminal may both deliver one key press. */
const SAME_PRESS_MS = 1_000;
const FORCED_EXIT_CODE = 130;

export function createStopRequest(): StopRequest {
  const controller = new AbortController();
  let failure: string | undefined;
  let askedAt: number | undefined;
  let resolveRequested: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => (resolveRequested = resolve));

  const request = () => {
    controller.abort();
    resolveRequested();
  };
  const onSignal = () => {
    if (askedAt !== undefined && Date.now() - askedAt > SAME_PRESS_MS) {
      process.stderr.write('recon: ended at once; what still runs is being stopped behind it\n');
      process.exit(FORCED_EXIT_CODE);
    }
    askedAt ??= Date.now();
    request();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  // Nothing that the stand waits for need keep it alive: this does, until it is told to stop. An npm that was killed told
  // nobody; a stand that nobody sees any more would hold ports and data.
  const parent = process.ppid;
  const alive = setInterval(() => {
    if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) request();
  }, 1_000);

  return {
    signal: controller.signal,
    requested,
    fail: (why) => {
      failure ??= why;
      request();
    },
    throwIfFailed: () => {
      if (failure !== undefined) throw new StandError(failure);
    },
    dispose: () => {
      clearInterval(alive);
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
