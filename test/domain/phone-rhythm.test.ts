import assert from 'node:assert/strict';
import fc from 'fast-check';
import { troubleOf, type PhoneFacts } from '../../domain/phone-health';
import { HISTORY_MS, rhythmOf, silenceLimitMs, SLOT_MS } from '../../domain/phone-rhythm';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5);
const POLICY = { floorMs: 10 * MINUTE, fallbackMs: DAY };

const rhythm = (atMs: readonly number[]) => {
  const slots = new Set(atMs.map((at) => Math.floor(at / SLOT_MS)));
  return rhythmOf([...slots].sort((one, other) => one - other));
};
/** Every `periodMs` within the hours given, on the days given (0 is Monday), for two weeks. */
function arrivals(periodMs: number, hours = [0, 24], days = [0, 1, 2, 3, 4, 5, 6]): number[] {
  const [opens = 0, closes = 24] = hours;
  const all = Array.from({ length: Math.floor(HISTORY_MS / periodMs) }, (_, n) => MONDAY + n * periodMs);
  return all.filter((at) => {
    const hour = (at % DAY) / HOUR;
    return hour >= opens && hour < closes && days.includes(Math.floor(((at - MONDAY) % WEEK) / DAY));
  });
}
const limitAfter = (atMs: readonly number[]) => silenceLimitMs(rhythm(atMs), atMs.at(-1) ?? 0, POLICY);

describe('what is usual for a phone', () => {
  it('is unknown from little history, in number or in time; then the configured limit holds', () => {
    for (const few of [[], [MONDAY], arrivals(8 * HOUR).slice(0, 39), arrivals(5 * MINUTE).slice(0, 800)]) {
      assert.equal(rhythm(few), null);
      assert.equal(limitAfter(few), DAY);
    }
    assert.equal(silenceLimitMs(null, 0, { floorMs: 2 * DAY, fallbackMs: DAY }), 2 * DAY);
  });

  it('lets a steady phone pause for some of its usual pauses, and no longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 7 * 60 }), (minutes) => {
        const period = minutes * MINUTE;
        const limit = limitAfter(arrivals(period));
        assert.ok(limit >= Math.max(POLICY.floorMs, 2 * period), `${limit / MINUTE} after pauses of ${minutes}`);
        assert.ok(limit <= 8 * Math.max(period, SLOT_MS), `${limit / MINUTE} after pauses of ${minutes}`);
      }),
    );
  });

  it('is never silence before the floor, nor well after a week', () => {
    const anyTimes = fc.array(fc.integer({ min: 0, max: HISTORY_MS }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(anyTimes, fc.integer({ min: 0, max: DAY }), (offsets, floorMs) => {
        const times = offsets.map((offset) => MONDAY + offset).sort((one, other) => one - other);
        const limit = silenceLimitMs(rhythm(times), times.at(-1) ?? 0, { floorMs, fallbackMs: DAY });
        assert.ok(limit >= floorMs && limit <= Math.max(floorMs, WEEK));
      }),
    );
  });

  it('is the same a whole number of weeks later', () => {
    const anyTimes = fc.array(fc.integer({ min: 0, max: HISTORY_MS }), { minLength: 60, maxLength: 300 });
    fc.assert(
      fc.property(anyTimes, fc.integer({ min: -50, max: 50 }), (offsets, weeks) => {
        const times = offsets.map((offset) => MONDAY + offset).sort((one, other) => one - other);
        const later = times.map((at) => at + weeks * WEEK);
        assert.ok(Math.abs(limitAfter(times) - limitAfter(later)) <= 1);
      }),
    );
  });

  it('says nothing of a burst but one SMS', () => {
    const calm = arrivals(30 * MINUTE);
    const bursts = calm.flatMap((at) => Array.from({ length: 20 }, (_, n) => at + n * 1_000));
    assert.deepEqual(rhythm(bursts), rhythm(calm));
  });

  it('is quiet at night: no alarm in the morning, an alarm by noon', () => {
    for (let opens = 0; opens <= 14; opens += 1) {
      const times = arrivals(10 * MINUTE, [opens, opens + 10]);
      const limit = limitAfter(times);
      const nextMorning = DAY - 10 * HOUR + 10 * MINUTE;
      assert.ok(limit > nextMorning, `from ${opens} on: ${limit / HOUR} hours`);
      assert.ok(limit < nextMorning + 3 * HOUR, `from ${opens} on: ${limit / HOUR} hours`);
      // At noon of its day the same phone may not be quiet for so long.
      const noon = times.filter((at) => at <= MONDAY + 12 * DAY + (opens + 5) * HOUR);
      assert.ok(limitAfter(noon) < 90 * MINUTE, `${limitAfter(noon) / MINUTE} minutes`);
    }
  });

  it('is quiet on the days on which the bank is: no alarm on the weekend, one on a working day', () => {
    const working = arrivals(20 * MINUTE, [8, 18], [0, 1, 2, 3, 4]);
    const friday = limitAfter(working);
    assert.ok(friday > 62 * HOUR, `${friday / HOUR} hours from Friday evening`);
    assert.ok(friday < 70 * HOUR, `${friday / HOUR} hours from Friday evening`);
    const wednesdayNoon = working.filter((at) => at <= MONDAY + 9 * DAY + 12 * HOUR);
    assert.ok(limitAfter(wednesdayNoon) < 3 * HOUR);
  });

  it('is hardly moved by an outage in the past', () => {
    const whole = arrivals(15 * MINUTE);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 36 }), (day, hours) => {
        const begins = MONDAY + day * DAY;
        const broken = whole.filter((at) => at < begins || at > begins + hours * HOUR);
        assert.ok(limitAfter(broken) <= 2 * limitAfter(whole), `${limitAfter(broken) / MINUTE} minutes`);
      }),
    );
  });

  it('rarely cries wolf over a phone whose SMS come at random', () => {
    let pauses = 0;
    let alarms = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = mulberry(seed);
      const times: number[] = [];
      for (let at = MONDAY; at < MONDAY + HISTORY_MS; at += -Math.log(1 - random()) * 25 * MINUTE) times.push(at);
      const usual = rhythm(times);
      for (const [index, at] of times.entries()) {
        const next = times[index + 1];
        if (next === undefined) continue;
        pauses += 1;
        if (next - at > silenceLimitMs(usual, at, POLICY)) alarms += 1;
      }
    }
    assert.ok(pauses > 40_000);
    assert.ok(alarms / pauses < 1 / 5_000, `${alarms} of ${pauses}`);
  });
});

describe('what a phone suffers from', () => {
  const policy = { ...POLICY, heartbeatLimitMs: 30 * MINUTE };
  const nowMs = MONDAY + 100 * DAY;
  const facts = (given: Partial<PhoneFacts>): PhoneFacts => ({
    watchedSinceMs: nowMs - 50 * DAY,
    lastSmsAtMs: nowMs - MINUTE,
    rhythm: null,
    heartbeatAtMs: null,
    heartbeatGapMs: null,
    killedSinceMs: null,
    watched: true,
    ...given,
  });
  const faultOf = (given: Partial<PhoneFacts>) => troubleOf(facts(given), nowMs, policy)?.fault ?? null;

  it('is nothing while it delivers', () => {
    assert.equal(faultOf({}), null);
    assert.equal(
      faultOf({ heartbeatAtMs: nowMs - 5 * HOUR, heartbeatGapMs: MINUTE }),
      null,
      'an SMS is a sign of life',
    );
  });

  it('is silence after its limit, counted from the moment it was trusted where it never delivered', () => {
    assert.equal(faultOf({ lastSmsAtMs: nowMs - DAY }), null);
    assert.equal(faultOf({ lastSmsAtMs: nowMs - DAY - 1 }), 'phone_silent');
    assert.equal(faultOf({ lastSmsAtMs: null, watchedSinceMs: nowMs - HOUR }), null);
    assert.equal(faultOf({ lastSmsAtMs: null }), 'phone_silent');
    assert.equal(faultOf({ lastSmsAtMs: null, watched: false }), null);
  });

  it('is a killed app where heartbeats came regularly and stopped, rather than the silence that follows', () => {
    const stopped = { lastSmsAtMs: nowMs - 3 * DAY, heartbeatAtMs: nowMs - 31 * MINUTE };
    assert.equal(faultOf({ ...stopped, heartbeatGapMs: MINUTE }), 'app_killed');
    assert.equal(faultOf({ ...stopped, heartbeatGapMs: 15 * MINUTE }), 'phone_silent', 'four of its gaps are not over');
    assert.equal(faultOf({ ...stopped, heartbeatGapMs: null }), 'phone_silent', 'one heartbeat is no habit');
  });

  it('stays a killed app until there is a sign of life', () => {
    const killed = { killedSinceMs: nowMs - HOUR, lastSmsAtMs: nowMs - 2 * HOUR, heartbeatAtMs: nowMs - 61 * MINUTE };
    assert.equal(faultOf(killed), 'app_killed');
    assert.equal(faultOf({ ...killed, watched: false }), 'app_killed');
    assert.equal(faultOf({ ...killed, heartbeatAtMs: nowMs - MINUTE }), null);
    assert.equal(faultOf({ ...killed, lastSmsAtMs: nowMs - MINUTE }), null);
  });
});

/** mulberry32: the same numbers in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
