/**
 * How long a phone may be quiet before that is unlike it. Its SMS come by day more than by night, and on some days more than
 * on others; so silence is measured not in hours but in SMS that were to be expected meanwhile, and is too long when it
 * exceeds a multiple of what is usual for this phone.
 */

/** SMS of one slot count once: a burst says no more of the phone than one SMS, and several sightings are one. */
export const SLOT_MS = 5 * 60_000;
/** How much of its past a phone is judged by. */
export const HISTORY_MS = 14 * 86_400_000;

const HOUR_MS = 3_600_000;
const SLOTS_PER_HOUR = HOUR_MS / SLOT_MS;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** With less than this nothing is usual yet. */
const MIN_SLOTS = 40;
const MIN_SPAN_HOURS = 3 * DAY_HOURS;
/** Each day of the week must have been seen before it counts as other than the rest. */
const MIN_SPAN_OF_WEEK_HOURS = 9 * DAY_HOURS;
/** Of twenty pauses all but one are usual: an outage in the past does not make the next one usual. */
const USUAL_SHARE = 0.95;
/** For a phone whose SMS come at random this is one false word in a hundred thousand pauses. */
const TIMES_USUAL = 4;
/** Whatever the past says: a phone that is quiet for a week is silent. */
const MAX_SILENCE_MS = 7 * 86_400_000;

export interface Rhythm {
  /** Slots with an SMS to be expected in each hour of the week, the first being the hour of the epoch. */
  readonly expectedByHour: readonly number[];
  /** The longest usual pause, in slots that were to be expected during it. */
  readonly usualPause: number;
}

/** `slots`: numbers of the slots (epoch divided by SLOT_MS) in which SMS came, ascending, each once. Null: too little history. */
export function rhythmOf(slots: readonly number[]): Rhythm | null {
  const hours = slots.map((slot) => slot / SLOTS_PER_HOUR);
  const first = hours.at(0) ?? 0;
  const last = hours.at(-1) ?? 0;
  if (slots.length < MIN_SLOTS || last - first < MIN_SPAN_HOURS) return null;
  const expectedByHour = expectedIn(hours, Math.floor(first), Math.floor(last));
  const clock = createClock(expectedByHour);
  const pauses = hours
    .slice(1)
    .map((hour, index) => clock(hour) - clock(hours[index] ?? hour))
    .sort((one, other) => one - other);
  return { expectedByHour, usualPause: pauses[Math.floor((pauses.length - 1) * USUAL_SHARE)] ?? 0 };
}

function expectedIn(hours: readonly number[], first: number, last: number): number[] {
  const observed = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const byDayHour = smooth(rates(hours, observed, DAY_HOURS, (hour) => hour % DAY_HOURS));
  const dayOf = (hour: number) => Math.floor((hour % WEEK_HOURS) / DAY_HOURS);
  const weight =
    observed.length < MIN_SPAN_OF_WEEK_HOURS
      ? Array.from({ length: 7 }, () => 1)
      : weights(rates(hours, observed, 7, dayOf));
  return Array.from(
    { length: WEEK_HOURS },
    (_, hour) => (byDayHour[hour % DAY_HOURS] ?? 0) * (weight[dayOf(hour)] ?? 1),
  );
}

/** Per observed hour of each bin. */
function rates(
  hours: readonly number[],
  observed: readonly number[],
  bins: number,
  binOf: (hour: number) => number,
): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  const exposure = Array.from({ length: bins }, () => 0);
  for (const hour of hours) add(counts, binOf(Math.floor(hour)));
  for (const hour of observed) add(exposure, binOf(hour));
  return counts.map((count, bin) => count / Math.max(1, exposure[bin] ?? 0));
}

function add(bins: number[], bin: number): void {
  bins[bin] = (bins[bin] ?? 0) + 1;
}

/** The day does not change its face on the hour, and zones lie half an hour off. */
function smooth(rate: readonly number[]): number[] {
  const at = (index: number) => rate[(index + rate.length) % rate.length] ?? 0;
  return rate.map((own, index) => own / 2 + at(index - 1) / 4 + at(index + 1) / 4);
}

function weights(rate: readonly number[]): number[] {
  const mean = rate.reduce((total, one) => total + one, 0) / rate.length;
  return rate.map((one) => one / mean);
}

/** Slots to be expected from the epoch until an hour; differences of it are pauses. */
function createClock(expectedByHour: readonly number[]): (hour: number) => number {
  const before = [0];
  for (const expected of expectedByHour) before.push((before.at(-1) ?? 0) + expected);
  const week = before.at(-1) ?? 0;
  return (hour) => {
    const whole = Math.floor(hour);
    const inWeek = whole % WEEK_HOURS;
    const part = (hour - whole) * (expectedByHour[inWeek] ?? 0);
    return Math.floor(whole / WEEK_HOURS) * week + (before[inWeek] ?? 0) + part;
  };
}

export interface SilencePolicy {
  /** Milliseconds: no phone is silent before. */
  readonly floorMs: number;
  /** Milliseconds: for a phone with too little history. */
  readonly fallbackMs: number;
}

/** Milliseconds after its last SMS from which on a phone counts as silent. */
export function silenceLimitMs(
  rhythm: Rhythm | null,
  lastAtMs: number,
  { floorMs, fallbackMs }: SilencePolicy,
): number {
  if (rhythm === null) return Math.max(floorMs, fallbackMs);
  // Half of the pauses of a steady phone are a little longer than their expectation: one slot is always usual.
  const allowed = TIMES_USUAL * Math.max(1, rhythm.usualPause);
  const beganAtHour = lastAtMs / HOUR_MS;
  let hour = beganAtHour;
  let expected = 0;
  while (expected < allowed && (hour - beganAtHour) * HOUR_MS < MAX_SILENCE_MS) {
    const end = Math.floor(hour) + 1;
    const rate = rhythm.expectedByHour[Math.floor(hour) % WEEK_HOURS] ?? 0;
    const within = rate * (end - hour);
    if (expected + within >= allowed) {
      hour += (allowed - expected) / rate;
      break;
    }
    expected += within;
    hour = end;
  }
  const limitMs = Math.round((hour - beganAtHour) * HOUR_MS);
  return Math.max(floorMs, Math.min(MAX_SILENCE_MS, limitMs));
}
