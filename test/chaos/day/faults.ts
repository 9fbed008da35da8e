/**
 * What goes wrong in the outside world on the day: every dial of every simulator, each for a while, drawn from the seed. The
 * types see to it that a new dial finds its place here.
 */
import type { PushbulletChance, PushbulletDialChanges } from '../../../sim/pushbullet/dials';
import type { PhoneChance, PhoneDialChanges } from '../../../sim/phones/dials';
import type { TelegramChance, TelegramDialChanges } from '../../../sim/telegram/dials';

interface Draw {
  readonly probability?: number;
  /** Strikes at most as often. */
  readonly count?: number;
  readonly holdMs: number;
  /** What it does keeps a source away for longer than a short day can wait for. */
  readonly slow?: true;
}

const chance = (probability: number, holdMs: number): Draw => ({ probability, holdMs });
const times = (count: number, holdMs = 5_000): Draw => ({ count, holdMs });

const PUSHBULLET: Readonly<Record<PushbulletChance, Draw>> = {
  byMirror: chance(0.5, 8_000),
  byPush: chance(0.2, 8_000),
  missedLive: chance(0.5, 6_000),
  missedThread: chance(0.3, 6_000),
  lateThread: chance(0.4, 6_000),
  emptyNotifications: chance(0.3, 6_000),
  mirrorShortened: chance(0.5, 8_000),
  tiedModified: chance(0.5, 8_000),
  halfOpen: times(1),
  abruptClose: times(2),
  politeClose: times(1),
  refuseSockets: times(2, 6_000),
  duplicateFrames: chance(0.3, 6_000),
  disorderFrames: chance(0.3, 6_000),
  delayFrames: chance(0.2, 6_000),
  tickleStorm: times(3),
  badFrame: times(9, 8_000),
  wrongKey: times(3),
  unauthorized: { ...times(1), slow: true },
  forbidden: { ...times(1), slow: true },
  rateLimited: times(2),
  serverError: chance(0.4, 3_000),
  notJson: chance(0.3, 3_000),
  cutAnswer: chance(0.3, 3_000),
  hang: { ...times(1), slow: true },
  slow: chance(0.3, 4_000),
  invalidCursor: chance(0.5, 5_000),
};

const TELEGRAM: Readonly<Record<TelegramChance, Draw>> = {
  unauthorized: { ...times(1), slow: true },
  conflict: times(1),
  rateLimited: times(1),
  serverError: times(2),
  html: times(1),
  malformed: times(1),
  wrongShape: times(1),
  dropAnswer: times(2),
  hang: { ...times(1), slow: true },
  slow: times(2),
  duplicateDelivery: chance(0.5, 6_000),
  postedTwice: chance(0.1, 6_000),
  missedPost: chance(0.1, 4_000),
};

const PHONES: Readonly<Record<PhoneChance, Draw>> = {
  duplicate: chance(0.2, 6_000),
  disorder: chance(0.3, 6_000),
  dropAnswer: chance(0.3, 6_000),
  noNetwork: chance(0.5, 4_000),
  missed: chance(0.1, 4_000),
  secondSecret: chance(0.5, 6_000),
  wrongSignature: chance(0.2, 6_000),
  missingSignature: chance(0.2, 6_000),
  staleTimestamp: chance(0.2, 6_000),
  replayed: chance(0.3, 6_000),
  otherBody: chance(0.2, 6_000),
};

/** The values beside the chances, for the whole day: a real service's hours are seconds here. */
export const DAY_SETTINGS = {
  pushbullet: {
    nopIntervalMs: 1_000,
    delayMs: 1_500,
    disorderHoldMs: 500,
    mirrorLength: 60,
    lateThreadMs: 3_000,
    rateResetMs: 1_000,
    slowMs: 1_000,
  },
  telegram: { retryAfterSeconds: 1, slowMs: 1_000 },
  phones: { timeScale: 0.1, disorderMs: 20_000, retryTimes: 5 },
  /** textbee tries again after minutes and hours. */
  textbee: { timeScale: 0.002 },
} as const satisfies {
  pushbullet: PushbulletDialChanges;
  telegram: TelegramDialChanges;
  phones: PhoneDialChanges;
  textbee: PhoneDialChanges;
};

export const CATALOGUE = { pushbullet: PUSHBULLET, telegram: TELEGRAM, phones: PHONES } as const;
export type SimulatorName = keyof typeof CATALOGUE;

/** One dial turned up for a while. */
export interface FaultWindow {
  readonly simulator: SimulatorName;
  readonly dial: string;
  readonly atMs: number;
  readonly holdMs: number;
  readonly set: { readonly probability: number; readonly count: number | null };
}

/** From here on a day is long enough for the slow ones. */
const LONG_DAY_MS = 4 * 60_000;
/** Each dial at least once, and in a long day again and again. */
const EVERY_MS = 90_000;
/** The last part of the day is left to what the former ones have spoilt. */
const UNTIL = 0.85;
const SLOW_UNTIL = 0.6;

export function drawFaults(feedMs: number, random: () => number): { windows: FaultWindow[]; leftOut: string[] } {
  const windows: FaultWindow[] = [];
  const leftOut: string[] = [];
  for (const simulator of simulatorNames) {
    for (const [dial, draw] of Object.entries<Draw>(CATALOGUE[simulator])) {
      if (draw.slow && feedMs < LONG_DAY_MS) {
        leftOut.push(`${simulator}.${dial}`);
        continue;
      }
      const often = draw.slow ? 1 : Math.max(1, Math.round(feedMs / EVERY_MS));
      const until = draw.slow ? SLOW_UNTIL : UNTIL;
      for (let turn = 0; turn < often; turn += 1) {
        const set = { probability: draw.probability ?? 1, count: draw.count ?? null };
        const atMs = (0.03 + random() * (until - 0.03)) * feedMs;
        windows.push({ simulator, dial, atMs, holdMs: draw.holdMs, set });
      }
    }
  }
  return { windows: windows.sort((a, b) => a.atMs - b.atMs), leftOut };
}

export const simulatorNames: readonly SimulatorName[] = ['pushbullet', 'telegram', 'phones'];

/** Every chance of a simulator put back to "never". */
export function allOff(simulator: SimulatorName): Record<string, null> {
  return Object.fromEntries(Object.keys(CATALOGUE[simulator]).map((dial) => [dial, null]));
}
