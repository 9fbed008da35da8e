/**
 * Freshness of the loops: being alive is not progress. Each loop reports its last progress and turns stale after a limit of
 * its own; worker `/health` is 200 only while every critical loop is fresh.
 */
export interface LoopHealth {
  readonly loop: string;
  readonly ageMs: number;
  readonly limitMs: number;
  readonly fresh: boolean;
  readonly critical: boolean;
  /** The last fault by its type or code; null while all is well. */
  readonly lastFault: string | null;
}

export interface LoopHandle {
  progressed(): void;
  failed(fault: string): void;
}

export interface Freshness {
  /** A loop is stale until its first progress has had `limitMs` to happen. */
  register(loop: string, options: { readonly limitMs: number; readonly critical?: boolean }): LoopHandle;
  report(): LoopHealth[];
}

interface LoopState {
  at: number;
  readonly limitMs: number;
  readonly critical: boolean;
  fault: string | null;
}

export function createFreshness(nowMs: () => number = () => performance.now()): Freshness {
  const loops = new Map<string, LoopState>();
  return {
    register(loop, { limitMs, critical = true }) {
      const state: LoopState = { at: nowMs(), limitMs, critical, fault: null };
      loops.set(loop, state);
      return {
        progressed() {
          state.at = nowMs();
          state.fault = null;
        },
        failed(fault) {
          state.fault = fault;
        },
      };
    },
    report: () =>
      [...loops].map(([loop, { at, limitMs, critical, fault }]) => {
        const ageMs = Math.round(nowMs() - at);
        return { loop, ageMs, limitMs, critical, fresh: ageMs <= limitMs, lastFault: fault };
      }),
  };
}
