/** The pipeline against the three comparators: rounds interleaved, and begun by another variant each time. */
import type { Ground } from '../ground';
import type { Sizes } from '../options';
import type { PartResult } from '../results';
import { ratiosByRound } from '../statistics';
import type { BenchWorker, RoundResult } from '../worker-handle';
import { VARIANTS, type Variant } from '../worker-messages';

/** Four remote activities take three times as long as anything else here: a half of the items says as much. */
const SHARE: Readonly<Record<Variant, number>> = { pipeline: 1, bare: 1, empty: 1, four_remote: 0.5 };

export async function measureThroughput(ground: Ground, sizes: Sizes): Promise<PartResult> {
  const worker = await ground.worker();
  for (const variant of VARIANTS) await runRound(ground, worker, variant, sizes.warmUpItems);
  const rounds: Record<Variant, RoundResult[]> = { pipeline: [], bare: [], empty: [], four_remote: [] };
  for (let round = 0; round < sizes.rounds; round += 1) {
    for (const variant of rotated(VARIANTS, round))
      rounds[variant].push(await runRound(ground, worker, variant, sizes.itemsPerRound));
  }
  const rates = (variant: Variant) => rounds[variant].map(({ perSecond }) => perSecond);
  return {
    ratios: {
      pipeline_vs_bare: ratiosByRound(rates('pipeline'), rates('bare')),
      pipeline_vs_empty: ratiosByRound(rates('pipeline'), rates('empty')),
      pipeline_vs_four_remote: ratiosByRound(rates('pipeline'), rates('four_remote')),
    },
    background: VARIANTS.flatMap((variant) => [
      { says: variant, values: rates(variant), unit: '/s' },
      {
        says: `${variant}, CPU of the worker process`,
        values: rounds[variant].map(({ cpuMsPerItem }) => cpuMsPerItem),
        unit: 'ms an item',
      },
    ]),
  };
}

async function runRound(ground: Ground, worker: BenchWorker, variant: Variant, items: number): Promise<RoundResult> {
  const count = Math.ceil(items * SHARE[variant]);
  switch (variant) {
    case 'bare':
    case 'empty':
      return worker.runPlain(variant, count);
    case 'pipeline':
    case 'four_remote':
      return worker.runSms(variant, await ground.items.take(count));
  }
}

/** The same list, begun further on: no variant always runs after the same other. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
