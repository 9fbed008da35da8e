/** What the parts of a run hand over: ratios by round, counts, and the figures behind them for people. */
import type { CountName, RatioName } from './figures';

/** A figure that is no ratio: SMS a second, milliseconds. It says how things were on this machine, at this time. */
export interface Background {
  readonly says: string;
  readonly values: readonly number[];
  readonly unit: string;
}

export interface PartResult {
  readonly ratios?: Partial<Record<RatioName, readonly number[]>>;
  readonly counts?: Partial<Record<CountName, number>>;
  readonly background?: readonly Background[];
}

export function mergeResults(results: readonly PartResult[]): Required<PartResult> {
  const nothing: Required<PartResult> = { ratios: {}, counts: {}, background: [] };
  return results.reduce<Required<PartResult>>(
    (all, { ratios = {}, counts = {}, background = [] }) => ({
      ratios: { ...all.ratios, ...ratios },
      counts: { ...all.counts, ...counts },
      background: [...all.background, ...background],
    }),
    nothing,
  );
}
