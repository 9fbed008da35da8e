/** Last up, first down; each step is tried, whatever the one before it met. */
export interface TakeDown {
  readonly add: (step: () => void | Promise<void>) => void;
  /** Runs once, however often it is asked. @throws the first fault, when all steps have been tried. */
  readonly run: () => Promise<void>;
}

export function createTakeDown(): TakeDown {
  const steps: (() => void | Promise<void>)[] = [];
  const faults: unknown[] = [];
  let running: Promise<void> | undefined;
  const runAll = async () => {
    for (let step = steps.pop(); step; step = steps.pop()) {
      await Promise.resolve()
        .then(step)
        .catch((error: unknown) => void faults.push(error));
    }
    if (faults.length > 0) throw faults[0] instanceof Error ? faults[0] : new Error('a part did not stop');
  };
  return { add: (step) => void steps.push(step), run: () => (running ??= runAll()) };
}
