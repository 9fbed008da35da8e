/** The few statistics that the figures need. Nothing here knows what is measured. */

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The middle value, or the mean of the two middle ones. @throws RangeError for no values */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = Math.floor(sorted.length / 2);
  const upper = at(sorted, middle);
  return sorted.length % 2 === 1 ? upper : (at(sorted, middle - 1) + upper) / 2;
}

/** Nearest rank: the smallest value that at least `percent` of all values do not exceed. @throws RangeError for no values */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = ascending(values);
  const rank = Math.ceil((percent / 100) * sorted.length);
  return at(sorted, Math.min(Math.max(rank, 1), sorted.length) - 1);
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/** Round by round, since rounds next to each other met the same machine. @throws RangeError where the rounds do not pair up */
export function ratiosByRound(over: readonly number[], under: readonly number[]): number[] {
  if (over.length !== under.length) throw new RangeError(`${over.length} rounds cannot be set against ${under.length}`);
  return over.map((value, round) => value / at(under, round));
}

/** Three significant digits: what one run on a busy machine can say. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('there are no values');
  return [...values].sort((a, b) => a - b);
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no value ${index}`);
  return value;
}
