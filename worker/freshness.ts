/**
 * Freshness of the loops: being alive is not progress. Each loop reports its progress to the rows of the cluster, so that one
 * that runs in several processes is as fresh as the freshest of them. What this process knows of its own loops stands in
 * while the database is away.
 */
import { readFaultyDevices, type FaultyDevice } from '../db/device-faults';
import { readLoops, type LoopDetail, type LoopRow } from '../db/loops';
import type { Db } from '../db/query';
import { loopOf, type LoopName } from '../domain/loops';
import type { LoopFault } from '../domain/source-health';
import { createLoopReporter, type LoopReporter } from '../intake/loop-reporter';

export interface FreshnessReading {
  /** Not null: the rows could not be read in time, and this is what this process knows of its own loops. */
  readonly fault: 'database' | null;
  readonly loops: readonly LoopRow[];
  readonly devices: readonly FaultyDevice[];
}

export interface Freshness {
  /** A loop of this process; it is stale once its limit is over without progress. */
  register(name: LoopName): LoopReporter;
  /** Never rejects, and answers within `readLimitMs`. */
  read(): Promise<FreshnessReading>;
  /** Resolves when what was reported last is written, or could not be. */
  settled(): Promise<void>;
}

export interface FreshnessDeps {
  readonly db: Db;
  /** This process, as people find it. */
  readonly owner: string;
  /** LOOP_LIMITS. */
  readonly limitsMs: ReadonlyMap<string, number>;
  /** Milliseconds; default 2,000. */
  readonly readLimitMs?: number;
}

interface OwnLoop {
  readonly reporter: LoopReporter;
  view(): LoopRow;
}

export function createFreshness({ db, owner, limitsMs, readLimitMs = 2_000 }: FreshnessDeps): Freshness {
  const own = new Map<string, OwnLoop>();
  let reading: Promise<FreshnessReading> | undefined;

  /** One question at a time: a database that hangs is not asked again by each scrape. */
  function readRows(): Promise<FreshnessReading> {
    reading ??= Promise.all([readLoops(db), readFaultyDevices(db)])
      .then(([loops, devices]): FreshnessReading => ({ fault: null, loops, devices }))
      .finally(() => (reading = undefined));
    return reading;
  }

  const readOwn = (): FreshnessReading => ({
    fault: 'database',
    loops: [...own.values()].map((loop) => loop.view()).sort((one, other) => (one.name < other.name ? -1 : 1)),
    devices: [],
  });

  return {
    register(name) {
      const loop = createOwnLoop({ db, owner, ...loopOf(name, limitsMs) });
      own.set(name, loop);
      return loop.reporter;
    },
    async read() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<FreshnessReading>((resolve) => {
        timer = setTimeout(() => resolve(readOwn()), readLimitMs);
      });
      try {
        return await Promise.race([readRows().catch(readOwn), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    async settled() {
      await Promise.all([...own.values()].map(({ reporter }) => reporter.settled()));
    },
  };
}

/** Tells the cluster, and keeps the same in mind. */
function createOwnLoop(options: Parameters<typeof createLoopReporter>[0]): OwnLoop {
  const { name, limitMs, critical, owner } = options;
  const cluster = createLoopReporter(options);
  let progressedAtMs = performance.now();
  let fault: LoopFault | null = null;
  let detail: LoopDetail = {};
  return {
    reporter: {
      progressed(given = {}) {
        progressedAtMs = performance.now();
        fault = null;
        detail = given;
        cluster.progressed(given);
      },
      failed(why, given = {}) {
        fault = why;
        detail = given;
        cluster.failed(why, given);
      },
      settled: () => cluster.settled(),
    },
    view() {
      const ageMs = Math.round(performance.now() - progressedAtMs);
      const fresh = ageMs <= limitMs;
      const why = fault ?? (fresh ? null : 'no_progress');
      return { name, limitMs, critical, ageMs, fresh, fault: why, detail, owner, staleSince: null };
    },
  };
}
