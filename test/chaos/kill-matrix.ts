/** All kills of a run: every boundary as often as asked, on lanes side by side, gathered into the matrix. */
import type { MoneyAudit } from '../../cli/audit/audit-money';
import { BOUNDARIES, type Boundary } from './boundaries';
import { startLane, type KillResult, type Lane } from './kill-lane';
import { randomFrom } from './random';

export interface MatrixOptions {
  readonly rounds: number;
  readonly lanes: number;
  /** The same seed kills at the same passes. */
  readonly seed: number;
  readonly boundaries?: readonly Boundary[];
  readonly onKill?: (result: KillResult, done: number, of: number) => void;
}

export interface MatrixRow {
  readonly boundary: Boundary;
  readonly runs: number;
  readonly sent: number;
  readonly approved: number;
  readonly recoveredMsMedian: number;
  readonly recoveredMsMax: number;
  readonly lost: number;
  readonly doubled: number;
}

export interface Matrix {
  readonly seed: number;
  readonly rows: readonly MatrixRow[];
  readonly lost: number;
  readonly doubled: number;
  /** What the auditor found afterwards, over all lanes. */
  readonly findings: MoneyAudit['findings'];
}

export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const { rounds, lanes: laneCount, seed, boundaries = BOUNDARIES, onKill } = options;
  const queue = Array.from({ length: rounds }, () => boundaries).flat();
  const results: KillResult[] = [];
  const findings: MoneyAudit['findings'][number][] = [];
  let taken = 0;

  async function runLane(lane: Lane): Promise<void> {
    for (;;) {
      const index = taken;
      const boundary = queue[index];
      if (boundary === undefined) break;
      taken += 1;
      // Seeded by its place, so that it dies alike whatever lane it runs on.
      const result = await lane.kill(boundary, randomFrom(seed + index));
      results.push(result);
      onKill?.(result, results.length, queue.length);
    }
    findings.push(...(await lane.audit()).findings);
  }

  const lanes = await Promise.all(Array.from({ length: laneCount }, () => startLane()));
  try {
    await Promise.all(lanes.map(runLane));
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()));
  }
  const rows = boundaries.map((boundary) => rowOf(boundary, results));
  return {
    seed,
    rows,
    lost: total(rows, (row) => row.lost),
    doubled: total(rows, (row) => row.doubled),
    findings,
  };
}

function rowOf(boundary: Boundary, all: readonly KillResult[]): MatrixRow {
  const results = all.filter((result) => result.boundary === boundary);
  const times = results.map(({ recoveredMs }) => recoveredMs).sort((one, other) => one - other);
  return {
    boundary,
    runs: results.length,
    sent: total(results, ({ sent }) => sent),
    approved: total(results, ({ approved }) => approved),
    recoveredMsMedian: times[Math.floor(times.length / 2)] ?? 0,
    recoveredMsMax: times.at(-1) ?? 0,
    lost: total(results, ({ lost }) => lost),
    doubled: total(results, ({ doubled }) => doubled),
  };
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
