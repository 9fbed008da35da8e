/**
 * A source's word to the cluster of how it gets on. Progress may be told as often as it happens: it is written at most every
 * few seconds, a change of fault at once. What cannot be written is not held against the source: its row then grows old,
 * which is what everybody should see.
 */
import { registerLoop, reportFault, reportProgress, type LoopDetail, type LoopIdentity } from '../db/loops';
import type { Db } from '../db/query';
import type { LoopFault } from '../domain/source-health';

export interface LoopReporter {
  progressed(detail?: LoopDetail): void;
  failed(fault: LoopFault, detail?: LoopDetail): void;
  /** Resolves when what was told last is written, or could not be. */
  settled(): Promise<void>;
}

export interface LoopReporterOptions extends LoopIdentity {
  readonly db: Db;
  /** Milliseconds between two writes of progress; by default a part of the limit, and never more than five seconds. */
  readonly everyMs?: number;
}

const MAX_EVERY_MS = 5_000;
const WRITES_WITHIN_LIMIT = 6;

/** From now on the loop is known to the cluster, and has its limit's time to make progress. */
export function createLoopReporter({ db, everyMs: given, ...loop }: LoopReporterOptions): LoopReporter {
  const everyMs = given ?? Math.min(MAX_EVERY_MS, loop.limitMs / WRITES_WITHIN_LIMIT);
  let writtenAt = -Infinity;
  let fault: LoopFault | null | undefined;
  let writing: Promise<void> = registerLoop(db, loop).catch(() => undefined);

  function write(task: () => Promise<void>): void {
    writtenAt = performance.now();
    writing = writing.then(task).catch(() => {
      writtenAt = -Infinity;
      fault = undefined;
    });
  }

  return {
    progressed(detail) {
      if (fault === null && performance.now() - writtenAt < everyMs) return;
      fault = null;
      write(() => reportProgress(db, loop, detail));
    },
    failed(given, detail) {
      if (fault === given && performance.now() - writtenAt < everyMs) return;
      fault = given;
      write(() => reportFault(db, loop, given, detail));
    },
    settled: () => writing,
  };
}
