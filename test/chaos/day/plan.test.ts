import assert from 'node:assert/strict';
import { parseSms } from '../../../domain/parse';
import { librarySet } from '../../domain/library-set';
import { startTestSim, type TestSim } from '../../support/sim';
import { randomFrom } from '../random';
import { DAY_BANKS } from './bank-texts';
import { CATALOGUE, drawFaults, simulatorNames } from './faults';
import { drawDisturbances, DISTURBED } from './disturbances';
import { planDay, type Happening } from './plan';

const startsAt = new Date('2026-03-05T14:10:00Z');
const MINUTE = 60_000;
const plan = (seed: number) => planDay({ sms: 1_000, feedMs: MINUTE, startsAt, random: randomFrom(seed) });

describe('the plan of the day', () => {
  it('is the same for the same seed, save for the ids of its deposits', () => {
    const shapes = (happenings: readonly Happening[]) =>
      happenings.map(({ id, kind, atMs, body, line }) => ({ id, kind, atMs, body, line }));
    assert.deepEqual(shapes(plan(3)), shapes(plan(3)));
    assert.notDeepEqual(shapes(plan(3)), shapes(plan(4)));
  });

  it('tells the sources as many SMS as are asked for, of every kind', () => {
    const happenings = plan(5);
    const told = happenings.reduce((sum, { line }) => sum + line.reporters.length, 0);
    assert.ok(told >= 1_000 && told < 1_010, String(told));
    const kinds = new Set(happenings.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ['credit', 'debit', 'late_deposit', 'no_deposit', 'otp', 'repeat']);
  });

  it('gives each text to one happening, and to two where a payment repeats another', () => {
    const ids = new Map<string, string[]>();
    for (const { body, kind } of plan(6)) ids.set(body, [...(ids.get(body) ?? []), kind]);
    for (const kinds of ids.values()) assert.deepEqual(kinds, kinds.length === 1 ? kinds : ['repeat', 'repeat']);
  });

  it('writes what the shipped templates read: each credit with its amount, nothing else as a credit', () => {
    const templates = librarySet();
    for (const { kind, sender, body, deposit } of plan(7)) {
      const result = parseSms({ sender, body, receivedAt: startsAt }, templates);
      if (kind === 'debit' || kind === 'otp') assert.equal(result.outcome, 'not_a_credit', body);
      else if (result.outcome !== 'parsed') assert.fail(`not read: ${body}`);
      else if (deposit)
        assert.deepEqual(
          [result.payment.amountMinor, result.payment.currency],
          [deposit.amountMinor, deposit.currency],
        );
    }
    assert.equal(new Set(plan(7).map(({ sender }) => sender)).size, DAY_BANKS.length);
  });
});

describe('the faults of the day', () => {
  let world: TestSim;
  before(async () => {
    world = await startTestSim();
  });
  after(() => world.stop());

  for (const simulator of simulatorNames)
    it(`know every dial of ${simulator}`, async () => {
      const reply = await fetch(`${world.url}/control/${simulator}/dials`);
      const { everyone } = (await reply.json()) as { everyone: Record<string, unknown> };
      const isChance = (value: unknown) => typeof value === 'object' && value !== null && 'probability' in value;
      const chances = Object.keys(everyone).filter((name) => isChance(everyone[name]));
      const known = Object.keys(CATALOGUE[simulator]).map((name) =>
        name.replace(/[A-Z]/g, (l) => `_${l.toLowerCase()}`),
      );
      assert.deepEqual(known.sort(), chances.sort());
    });

  it('turn every dial on a long day, and on a short one all but those that name themselves', () => {
    const all = simulatorNames.flatMap((simulator) =>
      Object.keys(CATALOGUE[simulator]).map((dial) => `${simulator}.${dial}`),
    );
    const drawn = (minutes: number) => {
      const { windows, leftOut } = drawFaults(minutes * MINUTE, randomFrom(1));
      return { leftOut, dials: new Set(windows.map(({ simulator, dial }) => `${simulator}.${dial}`)) };
    };
    assert.deepEqual([...drawn(10).dials].sort(), [...all].sort());
    const short = drawn(0.6);
    assert.deepEqual([...short.dials, ...short.leftOut].sort(), [...all].sort());
    assert.ok(short.leftOut.length <= 5);
  });

  it('take every part of the house away, on the shortest day too', () => {
    for (const minutes of [0.5, 10]) {
      const parts = new Set(drawDisturbances(minutes * MINUTE, randomFrom(2)).map(({ of }) => of));
      assert.deepEqual([...parts].sort(), [...DISTURBED].sort());
    }
  });
});
