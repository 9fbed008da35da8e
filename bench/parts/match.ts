/** One match in a large house and in a small one, by turns: the same statements, the same locks, a thousand times the rows. */
import { explainMatch } from '../match-plan';
import { createMatchHouse, type MatchHouse } from '../match-house';
import type { Ground } from '../ground';
import type { Sizes } from '../options';
import type { PartResult } from '../results';
import { median } from '../statistics';

const SMALL = { sms: 1_000, deposits: 1_000 };
const LARGE = { sms: 1_000_000, deposits: 10_000 };
const WARM_UP = 10;

export async function measureMatch(ground: Ground, sizes: Sizes): Promise<PartResult> {
  const toMatch = WARM_UP + sizes.matchRounds * sizes.matchesPerRound;
  const small = await createMatchHouse(ground.stand.databaseUrls, 'bench_match_small', { ...SMALL, toMatch });
  try {
    const large = await createMatchHouse(ground.stand.databaseUrls, 'bench_match_large', { ...LARGE, toMatch });
    try {
      const plan = await explainMatch(large.db, large.nextSmsId());
      const times = await matchByTurns(small, large, sizes);
      return {
        ratios: { match_1m_vs_1k: times.large.map((large, round) => large / (times.small[round] ?? large)) },
        background: [
          { says: 'one match among 1,000,000 SMS', values: times.large, unit: 'ms' },
          { says: 'one match among 1,000 SMS', values: times.small, unit: 'ms' },
          { says: `scans of the plan, all by index (${plan.join(', ')})`, values: [plan.length], unit: '' },
        ],
      };
    } finally {
      await large.close();
    }
  } finally {
    await small.close();
  }
}

async function matchByTurns(small: MatchHouse, large: MatchHouse, sizes: Sizes) {
  for (let done = 0; done < WARM_UP; done += 1) {
    await small.matchNext();
    await large.matchNext();
  }
  const times = { small: new Array<number>(), large: new Array<number>() };
  for (let round = 0; round < sizes.matchRounds; round += 1) {
    const inRound = { small: new Array<number>(), large: new Array<number>() };
    for (let turn = 0; turn < sizes.matchesPerRound; turn += 1) {
      inRound.small.push(await small.matchNext());
      inRound.large.push(await large.matchNext());
    }
    times.small.push(median(inRound.small));
    times.large.push(median(inRound.large));
  }
  return times;
}
