/** Keeps a fixed number of items under way until all are done: a closed loop, as a burst of SMS meets the house. */

/** Milliseconds from the first start to the last end. The first fault ends the loop and is thrown. */
export async function driveClosed<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<number> {
  const queue = items.values();
  const startedMs = performance.now();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return performance.now() - startedMs;
}

/** Starts one item after the other at an even pace, however long each takes: an open loop, as SMS really come. */
export async function drivePaced<Item>(
  items: readonly Item[],
  perSecond: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const startedMs = performance.now();
  const under: Promise<void>[] = [];
  for (const [index, item] of items.entries()) {
    const dueMs = startedMs + (index * 1_000) / perSecond;
    const pauseMs = dueMs - performance.now();
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    under.push(work(item));
  }
  await Promise.all(under);
}
