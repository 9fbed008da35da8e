/** Counts by name, so that a test can say "no hot loop" and "not one call too many". */

export interface Counters {
  readonly add: (name: string, by?: number) => void;
  readonly read: (name: string) => number;
  readonly all: () => Record<string, number>;
  readonly clear: () => void;
}

export function createCounters(): Counters {
  const counts = new Map<string, number>();
  return {
    add: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    read: (name) => counts.get(name) ?? 0,
    all: () => Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1))),
    clear: () => counts.clear(),
  };
}
