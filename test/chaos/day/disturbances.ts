/** What is done to the house itself on the day: workers killed, every part gone for a while and back, one after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Town, TownPower } from '../../support/town';

export const DISTURBED = ['worker', 'second worker', 'redis', 'postgres', 'temporal', 'api', 'wallet'] as const;
export type Disturbed = (typeof DISTURBED)[number];

export interface Disturbance {
  readonly of: Disturbed;
  /** `kill`: SIGKILL; `stop`: asked to end. */
  readonly how: 'kill' | 'stop';
  readonly atMs: number;
  /** Until it is started again. */
  readonly awayMs: number;
}

export interface Recovery extends Disturbance {
  /** When it answered again, in milliseconds since 1970. */
  readonly endedAtMs: number;
  /** From its end until each source had brought an SMS that came afterwards; null where the day was over before. */
  recoveredMs: number | null;
}

/** Both ways of every part within each turn of a long day; the worker is what dies most. */
const TURN: readonly (readonly [of: Disturbed, how: Disturbance['how']])[] = [
  ['worker', 'kill'],
  ['redis', 'kill'],
  ['worker', 'kill'],
  ['temporal', 'stop'],
  ['second worker', 'kill'],
  ['postgres', 'stop'],
  ['worker', 'kill'],
  ['api', 'kill'],
];
const OTHER_TURN: typeof TURN = [
  ['worker', 'kill'],
  ['temporal', 'kill'],
  ['wallet', 'kill'],
  ['second worker', 'stop'],
  ['postgres', 'kill'],
  ['worker', 'kill'],
  ['redis', 'stop'],
  ['worker', 'stop'],
];
/** A day in CI: each once, the worker twice. */
const SHORT: typeof TURN = [
  ['worker', 'kill'],
  ['redis', 'kill'],
  ['temporal', 'stop'],
  ['second worker', 'kill'],
  ['postgres', 'kill'],
  ['worker', 'kill'],
  ['api', 'kill'],
  ['wallet', 'kill'],
];
/** The second worker runs for the middle of the day. */
export const SECOND_WORKER = { from: 0.3, until: 0.7 } as const;

const TURN_MS = 75_000;
const BEGINS = 0.08;
const ENDS = 0.82;
const AWAY_MS = { least: 200, most: 1_500 };

export function drawDisturbances(feedMs: number, random: () => number): Disturbance[] {
  const turns = Math.max(1, Math.round(feedMs / TURN_MS));
  const drawn = Array.from({ length: turns }, (_, turn) => (turn % 2 === 0 ? TURN : OTHER_TURN)).flat();
  const all = turns === 1 ? SHORT : drawn;
  const stepMs = ((ENDS - BEGINS) * feedMs) / all.length;
  const { least, most } = AWAY_MS;
  return all.map(([of, how], place) => {
    const atMs = BEGINS * feedMs + (place + random() * 0.6) * stepMs;
    const isThere = atMs >= SECOND_WORKER.from * feedMs && atMs < SECOND_WORKER.until * feedMs;
    const awayMs = Math.round(least + random() * (most - least));
    return { of: of === 'second worker' && !isThere ? 'worker' : of, how, atMs, awayMs };
  });
}

export function powerOf(town: Town, of: Disturbed): TownPower {
  return of === 'second worker' ? town.secondWorker : town.parts[of];
}

const START_TRIES = 5;

/** Resolves when it answers again. */
export async function disturb(town: Town, { of, how, awayMs }: Disturbance): Promise<void> {
  const part = powerOf(town, of);
  await (how === 'kill' ? part.kill() : part.stop());
  await sleep(awayMs);
  for (let tries = 1; ; tries += 1) {
    try {
      return await part.start();
    } catch (error) {
      // A worker does not start without its database, and the children of a killed PostgreSQL take a moment to see it.
      if (tries >= START_TRIES) throw error;
      await sleep(500);
    }
  }
}
