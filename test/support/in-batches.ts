/** Many runs of one race, `size` of them at once: enough to meet, few enough for two cores. */
export async function inBatches<T>(total: number, size: number, run: (k: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let from = 0; from < total; from += size)
    results.push(...(await Promise.all(Array.from({ length: size }, (_, k) => run(from + k)))));
  return results;
}
