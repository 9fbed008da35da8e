/**
 * One day: SMS from three sources while everything that can go wrong goes wrong, then calm, and the question whether what
 * was sent is what is here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MoneyAudit } from '../../../cli/audit/audit-money';
import { driveClosed } from '../../../bench/drive';
import { isTransientPostgresError } from '../../../service/postgres';
import type { Town } from '../../support/town';
import { randomFrom } from '../random';
import { findUnfinished, lastSmsId, readProgress, readSeen, type Progress } from './books';
import { checkDay, type DayVerdict } from './check-day';
import { disturb, drawDisturbances, powerOf, SECOND_WORKER, type Recovery } from './disturbances';
import { drawFaults } from './faults';
import { startDayHouse, type DayHouse } from './house';
import { planDay, type Happening } from './plan';
import { startWorld, type World } from './world';

export interface DayOptions {
  readonly sms: number;
  readonly seed: number;
  readonly feedMs: number;
  /** After the last SMS and with every fault off: beyond it what is missing is told. */
  readonly settleLimitMs: number;
  readonly onProgress?: (words: string) => void;
  /** For whoever wants to look around before it is taken down. */
  readonly onEnd?: (town: Town) => Promise<void>;
}

export interface DayReport {
  readonly seed: number;
  readonly sms: number;
  readonly feedMs: number;
  readonly verdict: DayVerdict;
  /** Cursors, offset, loops and outbox that are not at their end. */
  readonly unfinished: readonly string[];
  readonly audit: MoneyAudit;
  readonly deaths: readonly string[];
  /** Windows by dial. */
  readonly faults: Readonly<Record<string, number>>;
  readonly leftOut: readonly string[];
  readonly recoveries: readonly Recovery[];
  readonly counters: Readonly<Record<string, number>>;
  /** From the end of the last SMS until everything was settled. */
  readonly settledMs: number;
  readonly tookMs: number;
}

export const isSound = ({ verdict, unfinished, audit, deaths }: DayReport): boolean =>
  verdict.findings.length === 0 &&
  unfinished.length === 0 &&
  audit.ok &&
  audit.conservation.lost === 0 &&
  deaths.length === 0;

const DEPOSITS_AT_ONCE = 12;
const LATE_DEPOSIT_MS = 4_000;
const PROGRESS_EVERY_MS = 3_000;
const NOISE_EVERY_MS = 900;
const CLOCK_MS = 200;

export async function runDay(options: DayOptions): Promise<DayReport> {
  const { seed, onProgress = () => undefined } = options;
  const startedAt = performance.now();
  onProgress(`a day of ${options.sms} SMS, seed ${seed}: the house and the world come up`);
  const world = await startWorld(seed);
  try {
    const house = await startDayHouse(world);
    try {
      const report = await live(house, world, options, onProgress);
      await options.onEnd?.(house.town);
      return { ...report, tookMs: Math.round(performance.now() - startedAt) };
    } finally {
      await house.stop();
    }
  } finally {
    await world.stop();
  }
}

async function live(
  house: DayHouse,
  world: World,
  options: DayOptions,
  onProgress: (words: string) => void,
): Promise<Omit<DayReport, 'tookMs'>> {
  const { sms, seed, feedMs } = options;
  const { town } = house;
  const plan = planDay({ sms, feedMs, startsAt: new Date(), random: randomFrom(seed) });
  const { windows, leftOut } = drawFaults(feedMs, randomFrom(seed + 1));
  const disturbances = drawDisturbances(feedMs, randomFrom(seed + 2));
  const before = await lastSmsId(town.owner);
  onProgress(
    `${plan.length} happenings, ${windows.length} faults, ${disturbances.length} kills and restarts; deposits first`,
  );
  const early = plan.filter(({ kind, deposit }) => deposit !== null && kind !== 'late_deposit');
  await driveClosed(early, DEPOSITS_AT_ONCE, ({ deposit }) =>
    deposit === null ? Promise.resolve() : house.makeDeposit(deposit),
  );

  const day = { startedAt: performance.now(), over: false };
  const untilOf = (atMs: number) => day.startedAt + atMs - performance.now();
  /** The day's clock may be put back meanwhile. */
  const until = async (atMs: number) => {
    for (let leftMs = untilOf(atMs); leftMs > 0; leftMs = untilOf(atMs)) await sleep(Math.min(leftMs, CLOCK_MS));
  };
  const recoveries: Recovery[] = [];
  const watch = watchProgress({ town, before, recoveries, until: () => day.over, tell: onProgress, plan, day });
  const late: Promise<void>[] = [];

  const feed = async () => {
    for (const happening of plan) {
      await until(happening.atMs);
      world.happens(happening);
      const { deposit, kind } = happening;
      if (kind === 'late_deposit' && deposit) late.push(sleep(LATE_DEPOSIT_MS).then(() => house.makeDeposit(deposit)));
    }
    await until(feedMs);
  };
  const faults = windows.map(async (window) => {
    await until(window.atMs);
    world.turn(window, true);
    await sleep(window.holdMs);
    world.turn(window, false);
  });
  const noise = async () => {
    const random = randomFrom(seed + 3);
    for (let atMs = feedMs * 0.05; atMs < feedMs * 0.85; atMs += NOISE_EVERY_MS * (0.5 + random())) {
      await until(atMs);
      world.noise(random);
    }
  };
  const harm = async () => {
    for (const [place, disturbance] of disturbances.entries()) {
      await until(disturbance.atMs);
      await disturb(town, disturbance);
      recoveries.push({ ...disturbance, recoveredMs: null, endedAtMs: Date.now() });
      // A machine that is slow to start things has a longer day: SMS go on happening while each part is away.
      const behindMs = -untilOf(disturbances[place + 1]?.atMs ?? Infinity);
      if (behindMs > 0) day.startedAt += behindMs;
    }
  };
  const secondWorker = async () => {
    await until(SECOND_WORKER.from * feedMs);
    await startPatiently(town);
    await until(SECOND_WORKER.until * feedMs);
  };
  await Promise.all([feed(), ...faults, noise(), harm(), secondWorker()]);
  await powerOf(town, 'second worker').stop();
  world.calm();
  onProgress('the day is over, every fault is off: waiting until everything has settled');
  const settling = performance.now();
  await Promise.all(late);
  const { verdict, unfinished } = await settle(town, world, before, settling + options.settleLimitMs);
  const settledMs = Math.round(performance.now() - settling);
  day.over = true;
  await watch;
  const audit = await town.audit();
  const { pushbullet, telegram, phones } = world.sim.sim;
  return {
    seed,
    sms,
    feedMs,
    verdict,
    unfinished,
    audit,
    deaths: [...town.deaths],
    faults: countBy(windows.map(({ simulator, dial }) => `${simulator}.${dial}`)),
    leftOut,
    recoveries,
    counters: {
      ...prefixed('pushbullet', pushbullet.counters()),
      ...prefixed('telegram', telegram.counters()),
      ...prefixed('phones', phones.counters()),
    },
    settledMs,
  };
}

async function startPatiently(town: Town): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await town.secondWorker.start();
    } catch (error) {
      if (tries >= 10) throw error;
      await sleep(500);
    }
  }
}

interface Settled {
  readonly verdict: DayVerdict;
  readonly unfinished: readonly string[];
}

/** Looks again until nothing is missing, or the limit is over: then what is missing is in the verdict. */
async function settle(town: Town, world: World, before: number, deadline: number): Promise<Settled> {
  for (;;) {
    const isOver = performance.now() > deadline;
    const { open } = await readProgress(town.owner, before);
    if (open === 0 || isOver) {
      const unfinished = await findUnfinished(town.owner, world);
      if (unfinished.length === 0 || isOver) {
        const verdict = checkDay(world.sent(), await readSeen(town.owner, before));
        if (verdict.findings.length === 0 || isOver) return { verdict, unfinished };
      }
    }
    await sleep(500);
  }
}

interface Watching {
  readonly town: Town;
  readonly before: number;
  readonly recoveries: readonly Recovery[];
  readonly until: () => boolean;
  readonly tell: (words: string) => void;
  readonly plan: readonly Happening[];
  readonly day: { readonly startedAt: number };
}

/** Says how far the day is, and measures how long each disturbance was felt. */
async function watchProgress({ town, before, recoveries, until, tell, plan, day }: Watching): Promise<void> {
  let toldAt = performance.now();
  while (!until()) {
    await sleep(250);
    const progress = await readProgress(town.owner, before).catch((error: unknown) => {
      if (isTransientPostgresError(error)) return undefined;
      throw error;
    });
    if (!progress) continue;
    noteRecoveries(progress, recoveries);
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) continue;
    toldAt = performance.now();
    const elapsedMs = performance.now() - day.startedAt;
    const happened = plan.filter(({ atMs }) => atMs <= elapsedMs).length;
    const { rows, approved, open } = progress;
    tell(
      `${Math.round(elapsedMs / 1000)} s: ${happened}/${plan.length} happened, ${rows} rows, ${approved} approved, ` +
        `${open} under way, ${recoveries.length} kills and restarts`,
    );
  }
}

const SOURCES = ['pushbullet', 'telegram', 'webhook'];

function noteRecoveries({ freshest }: Progress, recoveries: Watching['recoveries']): void {
  for (const recovery of recoveries) {
    const { endedAtMs } = recovery;
    if (recovery.recoveredMs !== null) continue;
    if (SOURCES.every((source) => (freshest[source] ?? 0) > endedAtMs)) recovery.recoveredMs = Date.now() - endedAtMs;
  }
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function prefixed(name: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, value]) => [`${name}: ${key}`, value]));
}
