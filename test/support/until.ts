/** Waits for a condition rather than for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

/** @throws where it does not come true within the limit. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not true after ${limitMs / 1000} s: ${condition.toString()}`);
    await sleep(15);
  }
}
