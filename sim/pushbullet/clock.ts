/** The service's times: floating-point unix seconds with microseconds, as in `1440484608.915254`. */

export interface ServiceClock {
  /** Never twice the same: two things written one after the other keep their order. */
  readonly float: () => number;
}

const MICROSECOND = 1e-6;

export function createServiceClock(nowMs: () => number): ServiceClock {
  let last = 0;
  return {
    float() {
      const now = Math.round(nowMs() * 1000) / 1e6;
      last = now > last ? now : Number((last + MICROSECOND).toFixed(6));
      return last;
    },
  };
}
