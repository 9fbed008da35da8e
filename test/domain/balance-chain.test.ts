import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HOLD_LINKS, isUnreliable, readChain, TOGETHER_MS, type ChainEntry } from '../../domain/balance-chain';

const START_MS = Date.parse('2026-03-05T10:00:00Z');
const EUR = 100;

interface Booked {
  readonly changeMinor: number;
  readonly afterMs: number;
}

const change = fc.integer({ min: -2_000_000, max: 2_000_000 }).filter((value) => value !== 0);
/** SMS that are not of one moment, so that the clock alone orders them. */
const apart = fc.record({
  changeMinor: change,
  afterMs: fc.integer({ min: TOGETHER_MS + 1, max: 86_400_000 }),
});
const opening = fc.integer({ min: -5_000_000, max: 1_000_000_000 });

function chainOf(openingMinor: number, booked: readonly Booked[]): ChainEntry[] {
  let balanceMinor = openingMinor;
  let atMs = START_MS;
  return booked.map(({ changeMinor, afterMs }, index) => {
    balanceMinor += changeMinor;
    atMs += afterMs;
    return entry(index + 1, atMs, changeMinor, balanceMinor);
  });
}

function entry(smsId: number, atMs: number, changeMinor: number | null, balanceMinor: number | null): ChainEntry {
  return { smsId, receivedAt: new Date(atMs), fingerprint: `text-${smsId}`, changeMinor, balanceMinor };
}

function next(keys: Iterator<number>): number {
  const drawn = keys.next();
  return drawn.done === true ? 0 : drawn.value;
}

/** `[minutes, change, balance]`; the SMS are numbered from 1. */
type Line = readonly [minutes: number, changeMinor: number | null, balanceMinor: number | null];
const told = (...lines: readonly Line[]) =>
  lines.map(([minutes, changeMinor, balanceMinor], index) =>
    entry(index + 1, START_MS + minutes * 60_000, changeMinor, balanceMinor),
  );

describe('the chain of balances', () => {
  it('holds wherever every SMS is there, in whatever order they came', () => {
    fc.assert(
      fc.property(opening, fc.array(apart, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (first, booked, keys) => {
        const chain = chainOf(first, booked);
        const shuffled = chain
          .map((one) => ({ one, key: next(keys) }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        assert.deepEqual(readChain(shuffled, EUR).breaks, []);
      }),
    );
  });

  it('says of any one missing SMS between which two it was, and its exact amount; adding it later mends it', () => {
    fc.assert(
      fc.property(opening, fc.array(apart, { minLength: 3, maxLength: 40 }), fc.nat(), (first, booked, pick) => {
        const chain = chainOf(first, booked);
        const index = 1 + (pick % (chain.length - 2));
        const missing = chain[index]!;
        const rest = chain.filter((one) => one !== missing);
        assert.deepEqual(readChain(rest, EUR).breaks, [
          {
            beforeSmsId: chain[index - 1]!.smsId,
            afterSmsId: chain[index + 1]!.smsId,
            missingMinor: missing.changeMinor,
          },
        ]);
        assert.deepEqual(readChain([...rest, { ...missing, smsId: 1_000 }], EUR).breaks, []);
      }),
      { numRuns: 500 },
    );
  });

  it('holds in any order of what came in one second', () => {
    fc.assert(
      fc.property(
        opening,
        fc.array(fc.array(change, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (first, moments, keys) => {
          let balanceMinor = first;
          const chain = moments.flatMap((changes, moment) => {
            const atMs = START_MS + moment * 60_000;
            const booked = changes.map((changeMinor) => ({ changeMinor, balanceMinor: (balanceMinor += changeMinor) }));
            return booked
              .map((one) => ({ ...one, key: next(keys) }))
              .sort((a, b) => a.key - b.key)
              .map((one, place) => entry(moment * 100 + place, atMs, one.changeMinor, one.balanceMinor));
          });
          assert.deepEqual(readChain(chain, EUR).breaks, []);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds the amount of one missing among those of one second', () => {
    fc.assert(
      fc.property(
        opening,
        fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.infiniteStream(fc.nat()),
        (first, credits, pick, keys) => {
          let balanceMinor = first;
          const moment = credits.map((changeMinor, index) =>
            entry(index + 2, START_MS + 60_000, changeMinor, (balanceMinor += changeMinor)),
          );
          const missing = moment[pick % moment.length]!;
          const rest = moment
            .filter((one) => one !== missing)
            .map((one) => ({ one, key: next(keys) }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }, place) => ({ ...one, smsId: place + 2 }));
          const before = entry(1, START_MS, 1, first);
          const after = entry(100, START_MS + 120_000, 7, balanceMinor + 7);
          const { breaks } = readChain([before, ...rest, after], EUR);
          assert.deepEqual(
            breaks.map(({ missingMinor }) => missingMinor),
            [missing.changeMinor],
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('splits a gap when only a part of what is missing comes', () => {
    const chain = told([0, 100, 1_000], [1, 200, 1_200], [2, 300, 1_500], [3, 400, 1_900]);
    const [first, second, , last] = chain;
    assert.deepEqual(readChain([first!, last!], EUR).breaks, [{ beforeSmsId: 1, afterSmsId: 4, missingMinor: 500 }]);
    assert.deepEqual(readChain([first!, second!, last!], EUR).breaks, [
      { beforeSmsId: 2, afterSmsId: 4, missingMinor: 300 },
    ]);
  });

  const noise: readonly (readonly [what: string, entries: readonly ChainEntry[]])[] = [
    ['an empty account', []],
    ['a single SMS', told([0, 100, 1_000])],
    [
      'the same text twice',
      [
        ...told([0, 100, 1_000], [1, 200, 1_200], [30, 300, 1_500]),
        { ...told([9, 200, 1_200])[0]!, fingerprint: 'text-2' },
      ],
    ],
    ['a credit without a balance, told by its successor', told([0, 100, 1_000], [1, 200, null], [2, 300, 1_500])],
    ['a debit with amount and without balance', told([0, 100, 1_000], [1, -200, null], [2, 300, 1_100])],
    ['a debit whose amount was not read', told([0, 100, 1_000], [1, null, null], [2, 300, 9_000])],
    ['a debit of which only the balance was read', told([0, 100, 1_000], [1, null, 700], [2, 300, 1_000])],
    ['a balance that the next SMS takes back', told([0, 100, 1_000], [1, 200, 77_777], [2, 300, 1_500])],
    ['an SMS of another account', told([0, 100, 1_000], [1, 200, 50_200], [2, 300, 1_300])],
    ['a hold that is released', told([0, 100, 1_000], [1, 200, 950], [2, 300, 1_250], [3, 400, 1_900])],
    [
      'balances without decimals under amounts with them',
      told([0, 1_050, 100_000], [1, 1_050, 101_000], [2, 1_075, 102_100], [3, 1_050, 103_200], [4, 1_099, 104_300]),
    ],
    ['an account of zero balances that goes down', told([0, -500, 0], [1, -500, -500], [2, 1_000, 500])],
    ['figures too large to compare', told([0, 1, Number.MAX_SAFE_INTEGER], [1, 1, -Number.MAX_SAFE_INTEGER])],
    [
      'a credit of the same moment that tells no balance, booked after its neighbour',
      [
        ...told([0, 100, 1_000]),
        entry(2, START_MS + 60_000, 200, null),
        entry(3, START_MS + 61_000, 300, 1_300),
        entry(4, START_MS + 120_000, 400, 1_900),
      ],
    ],
  ];
  for (const [what, entries] of noise) {
    it(`reports nothing of ${what}`, () => {
      assert.deepEqual(readChain(entries, EUR).breaks, []);
    });
  }

  it('tells of a missing debit or a fee that no SMS tells of, as a negative amount', () => {
    assert.deepEqual(readChain(told([0, 100, 1_000], [1, 200, 1_195], [2, 300, 1_495]), EUR).breaks, [
      { beforeSmsId: 1, afterSmsId: 2, missingMinor: -5 },
    ]);
  });

  it('takes an amount below one unit for money where balances have decimals, and where it is alone', () => {
    const decimals = told([0, 1_050, 100_010], [1, 1_050, 101_110], [2, 1_000, 102_160]);
    assert.equal(readChain(decimals, EUR).breaks.length, 2);
    assert.equal(readChain(told([0, 100, 1_000], [1, 50, 1_100]), EUR).breaks.length, 1);
  });

  it('forgets a hold that is not released within its time', () => {
    const lines: Line[] = [[0, 100, 100_000]];
    let balance = 99_800;
    for (let minute = 1; minute <= HOLD_LINKS + 2; minute += 1) lines.push([minute, 100, (balance += 100)]);
    lines.push([HOLD_LINKS + 3, 100, balance + 300]);
    assert.deepEqual(
      readChain(told(...lines), EUR).breaks.map(({ missingMinor }) => missingMinor),
      [-200, 200],
    );
  });

  it('knows an account whose balances chain to nothing, and trusts one that breaks now and then', () => {
    const random = told(...Array.from({ length: 12 }, (_, n): Line => [n, 100 + n, 1_000 + ((n * 7_919) % 997) * 13]));
    assert.equal(isUnreliable(readChain(random, EUR)), true);
    const lines: Line[] = [];
    let balance = 0;
    for (let n = 0; n < 20; n += 1) lines.push([n, 100, (balance += n % 5 === 4 ? 250 : 100)]);
    const reading = readChain(told(...lines), EUR);
    assert.equal(isUnreliable(reading), false);
    assert.equal(reading.breaks.length, 4);
    assert.equal(isUnreliable(readChain(random.slice(0, 5), EUR)), false);
  });
});
