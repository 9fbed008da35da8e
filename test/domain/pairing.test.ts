import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  DOUBT_MS,
  PAIRING_TOLERANCE_MS,
  pairDelivery,
  type Delivery,
  type Kin,
  type Sighting,
} from '../../domain/pairing';

const START = Date.parse('2026-03-05T10:00:00Z');
const LINE = 'line-1';

interface Row {
  readonly smsId: number;
  receivedAt: Date;
  held: boolean;
  readonly sightings: Sighting[];
  readonly inDoubt: boolean;
}

/** The rows that deliveries of one text leave, as intake writes them. */
function createRows() {
  const rows: Row[] = [];
  return {
    rows,
    deliver: (delivery: Delivery): Row => {
      const kin: Kin[] = rows.filter(
        (row) => Math.abs(row.receivedAt.getTime() - delivery.receivedAt.getTime()) <= DOUBT_MS,
      );
      const pairing = pairDelivery(delivery, kin);
      if (pairing.pairing === 'same') {
        const row = rows[pairing.smsId];
        assert.ok(row);
        row.sightings.push(delivery);
        if (pairing.reanchor) Object.assign(row, { held: false, receivedAt: delivery.receivedAt });
        return row;
      }
      const row: Row = {
        smsId: rows.length,
        receivedAt: delivery.receivedAt,
        held: !delivery.trusted,
        sightings: [delivery],
        inDoubt: pairing.pairing === 'in_doubt',
      };
      rows.push(row);
      return row;
    },
  };
}

const phone = (atMs: number, given: Partial<Delivery> = {}): Delivery => ({
  source: 'webhook',
  sourceAccount: LINE,
  deviceId: 1,
  via: 'direct',
  trusted: true,
  receivedAt: new Date(START + atMs),
  ...given,
});
const other = (atMs: number, given: Partial<Delivery> = {}) =>
  phone(atMs, { source: 'pushbullet', deviceId: 2, ...given });

describe('pairing the deliveries of one text', () => {
  it('takes another source within its tolerance for the same SMS, on the phone’s clock alone', () => {
    const { deliver, rows } = createRows();
    deliver(phone(0));
    deliver(other(PAIRING_TOLERANCE_MS.pushbullet));
    assert.equal(rows.length, 1);
  });

  it('pairs the k-th with the k-th, also where one source is back-filled hours later', () => {
    const { deliver } = createRows();
    const live = [0, 2_000, 4_000].map((atMs) => deliver(phone(atMs)).smsId);
    const backFilled = [100, 2_100, 4_100].map((atMs) => deliver(other(atMs)).smsId);
    assert.deepEqual(backFilled, live);
  });

  it('never merges two honest equal payments of one source, however close', () => {
    const { deliver, rows } = createRows();
    deliver(phone(0));
    deliver(phone(1));
    deliver(phone(0, { deviceId: 1 }));
    assert.equal(rows.length, 3);
  });

  it('leaves a sighting beyond the tolerance to a person, and one far away alone', () => {
    const { deliver } = createRows();
    deliver(phone(0));
    assert.equal(deliver(other(PAIRING_TOLERANCE_MS.pushbullet + 1)).inDoubt, true);
    assert.equal(deliver(other(2 * DOUBT_MS)).inDoubt, false);
  });

  it('takes what a source may have repeated under another id neither for the same SMS nor for another', () => {
    const { deliver, rows } = createRows();
    const first = deliver(phone(0, { repeatsWithinMs: 0 }));
    assert.equal(first.inDoubt, false);
    assert.equal(deliver(phone(1_000, { repeatsWithinMs: 0 })).inDoubt, false, 'another second: another payment');
    const repeated = deliver(phone(0, { repeatsWithinMs: 0 }));
    assert.deepEqual([repeated.inDoubt, rows.length], [true, 3]);
    // What the other source saw once is paired with what came first.
    assert.equal(deliver(other(0)).smsId, first.smsId);
  });

  it('lets no stranger anchor an SMS, cast doubt on a trusted one, or draw its sightings away', () => {
    const { deliver, rows } = createRows();
    const stranger = { deviceId: 9, trusted: false };
    const copy = deliver(phone(0, stranger));
    assert.equal(copy.held, true);
    const trusted = deliver(phone(60_000));
    assert.deepEqual([trusted.smsId, trusted.inDoubt], [1, false]);
    const nearby = deliver(phone(59_000, { ...stranger, sourceAccount: 'line-2' }));
    assert.equal(nearby.smsId, trusted.smsId);
    const early = deliver(phone(58_500, { ...stranger }));
    assert.equal(early.smsId, trusted.smsId);
    const second = deliver(phone(58_600, stranger));
    assert.equal(second.held, true);
    assert.equal(deliver(other(60_000)).smsId, trusted.smsId, 'not the copy that came before it');
    assert.equal(rows.filter((row) => !row.held).length, 1);
  });

  it('is released by a trusted sighting where a stranger came first', () => {
    const { deliver, rows } = createRows();
    deliver(phone(0, { deviceId: 9, trusted: false }));
    const seen = deliver(phone(1_000));
    assert.deepEqual([rows.length, seen.held, seen.receivedAt.getTime()], [1, false, START + 1_000]);
  });

  it('counts every payment once where every source saw all of them, in whatever order the sources came', () => {
    const tolerance = PAIRING_TOLERANCE_MS.webhook;
    const payments = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 8 });
    const jitters = fc.array(fc.integer({ min: 0, max: tolerance }), { minLength: 24, maxLength: 24 });
    const order = fc.infiniteStream(fc.nat(2));
    fc.assert(
      fc.property(payments, jitters, order, (atMs, jitter, picks) => {
        const sources = [0, 1, 2].map((source) =>
          atMs
            .map((at, k) => phone(at + (jitter[source * 8 + k] ?? 0), { deviceId: source }))
            .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()),
        );
        // The first source has brought all of it when the others come, interleaved as it may be.
        const { deliver, rows } = createRows();
        for (const delivery of sources[0] ?? []) deliver(delivery);
        const later = sources.slice(1).map((queue) => [...queue]);
        for (const pick of picks) {
          if (later.every((queue) => queue.length === 0)) break;
          const next = later[pick % 2]?.shift();
          if (next) deliver(next);
        }
        assert.equal(rows.length, atMs.length);
        assert.ok(rows.every((row) => row.sightings.length === 3));
      }),
      { numRuns: 500 },
    );
  });

  it('never lets one origin see one SMS twice, whatever comes', () => {
    const delivery = fc.record({
      atMs: fc.integer({ min: 0, max: 20 * 60_000 }),
      source: fc.constantFrom('webhook', 'pushbullet', 'telegram', 'manual'),
      deviceId: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 25 }), (deliveries) => {
        const { deliver, rows } = createRows();
        for (const { atMs, source, deviceId } of deliveries)
          deliver(phone(atMs, { source, deviceId, trusted: deviceId !== 3 }));
        for (const row of rows) {
          const origins = row.sightings.map(({ source, deviceId }) => `${source}/${deviceId}`);
          assert.equal(new Set(origins).size, origins.length);
          if (row.held) assert.ok(row.sightings.every((sighting) => sighting.deviceId === 3));
        }
        const busiest = new Map<string, number>();
        for (const { source, deviceId } of deliveries)
          busiest.set(`${source}/${deviceId}`, (busiest.get(`${source}/${deviceId}`) ?? 0) + 1);
        assert.ok(rows.length >= Math.max(0, ...busiest.values()), 'two payments of one origin became one');
      }),
      { numRuns: 500 },
    );
  });
});
