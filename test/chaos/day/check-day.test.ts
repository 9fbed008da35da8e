import assert from 'node:assert/strict';
import { checkDay, type SeenSighting, type SeenSms, type SentEntry } from './check-day';

const AT = Date.parse('2026-03-05T14:10:00Z');

function entry(given: Partial<SentEntry> = {}): SentEntry {
  return {
    happening: 1,
    kind: 'credit',
    source: 'pushbullet',
    origin: 'pushbullet/account/till',
    body: 'a credit',
    receivedAtMs: AT,
    reachable: true,
    sure: true,
    orderId: 'order-1',
    ...given,
  };
}

function sighting(given: Partial<SeenSighting> = {}): SeenSighting {
  return {
    source: 'pushbullet',
    origin: 'pushbullet/account/till',
    via: 'live',
    receivedAtMs: AT,
    seenAtMs: AT + 200,
    ...given,
  };
}

function row(given: Partial<SeenSms> = {}): SeenSms {
  return {
    id: 7,
    body: 'a credit',
    status: 'approved',
    reviewReason: null,
    inDoubt: false,
    orderId: 'order-1',
    sightings: [sighting()],
    ...given,
  };
}

const DOUBTED = { inDoubt: true, status: 'awaiting_review', reviewReason: 'possible_duplicate', orderId: null };
const chat = { source: 'telegram', origin: 'telegram/-1001' };
const kindsOf = (sent: readonly SentEntry[], rows: readonly SeenSms[]) =>
  checkDay(sent, rows).findings.map(({ kind }) => kind);

describe('the check of the day', () => {
  it('finds nothing where each SMS has its row, its sightings and its end', () => {
    const ways = [sighting(), sighting({ via: 'thread' }), sighting({ via: 'mirror', receivedAtMs: AT + 4_000 })];
    const verdict = checkDay(
      [entry(), entry({ ...chat })],
      [row({ sightings: [...ways, sighting({ ...chat, via: 'direct', seenAtMs: AT + 15_000 })] })],
    );
    assert.deepEqual(verdict.findings, []);
    assert.deepEqual([verdict.sent, verdict.received, verdict.rows], [2, 2, 1]);
    assert.deepEqual(verdict.bySource['telegram'], {
      sent: 1,
      neverLeft: 0,
      received: 1,
      paired: 1,
      late: 1,
      gaveUp: 0,
    });
  });

  it('finds a lost SMS, also where another text came at the same time', () => {
    assert.deepEqual(kindsOf([entry()], []), ['lost']);
    assert.deepEqual(kindsOf([entry(), entry({ happening: 2, body: 'another' })], [row()]), ['lost']);
  });

  it('finds the source that did not bring what it had', () => {
    assert.deepEqual(kindsOf([entry(), entry(chat)], [row()]), ['sighting_missing']);
  });

  it('excuses what never left its phone, and an app that gave up', () => {
    assert.deepEqual(kindsOf([entry({ reachable: false })], []), []);
    const app = { source: 'webhook', origin: 'webhook/httpsms/1', sure: false };
    assert.deepEqual(kindsOf([entry(), entry(app)], [row()]), []);
    assert.equal(checkDay([entry(), entry(app)], [row()]).bySource['webhook']?.gaveUp, 1);
  });

  it('finds a row more that nobody doubts, and excuses one that is in doubt', () => {
    const second = sighting({ via: 'thread' });
    assert.deepEqual(kindsOf([entry()], [row(), row({ id: 8, sightings: [second] })]), ['doubled']);
    const late = sighting({ via: 'push', receivedAtMs: AT + 50_000 });
    assert.deepEqual(kindsOf([entry()], [row(), row({ id: 8, sightings: [late], ...DOUBTED })]), []);
  });

  it('finds a doubt for which there is no reason', () => {
    const second = row({ id: 8, sightings: [sighting({ via: 'thread' })], ...DOUBTED });
    assert.deepEqual(kindsOf([entry()], [row(), second]), ['needless_doubt']);
    // The note came first and long after the phone's own time: then nobody can tell.
    const byNote = row({ sightings: [sighting({ via: 'push', receivedAtMs: AT + 50_000 })] });
    assert.deepEqual(kindsOf([entry()], [byNote, second]), []);
    // The forwarder posted it twice.
    const again = row({ id: 8, sightings: [sighting({ ...chat, via: 'direct' })], ...DOUBTED });
    const first = row({ sightings: [sighting({ ...chat, via: 'direct' })] });
    assert.deepEqual(kindsOf([entry(chat)], [first, again]), []);
  });

  it('finds a doubt that no person is shown', () => {
    const hidden = row({ id: 8, sightings: [sighting({ via: 'push' })], inDoubt: true });
    assert.deepEqual(kindsOf([entry()], [row(), hidden]), ['doubt_unseen']);
  });

  it('finds a row that nobody sent, by its text and by its time', () => {
    assert.deepEqual(kindsOf([], [row()]), ['invented']);
    const elsewhen = row({ sightings: [sighting({ receivedAtMs: AT + 60_000 })] });
    assert.deepEqual(kindsOf([entry()], [elsewhen]), ['lost', 'invented']);
  });

  it('finds two honest payments with one text that became one', () => {
    const repeat = { kind: 'repeat' } as const;
    const sent = [entry(repeat), entry({ ...repeat, happening: 2, receivedAtMs: AT + 20_000 })];
    const both = [sighting(), sighting({ receivedAtMs: AT + 20_000 })];
    assert.deepEqual(
      kindsOf(sent, [row({ sightings: both.slice(0, 1) }), row({ id: 8, sightings: both.slice(1) })]),
      [],
    );
    assert.deepEqual(kindsOf(sent, [row({ sightings: both })]), ['merged']);
    assert.deepEqual(kindsOf(sent, [row({ sightings: both.slice(0, 1) })]), ['lost']);
  });

  it('does not take the row in doubt of one payment for another payment', () => {
    const repeat = { kind: 'repeat' } as const;
    const sent = [entry(repeat), entry({ ...repeat, happening: 2, receivedAtMs: AT + 20_000 })];
    const doubted = row({ id: 8, sightings: [sighting({ via: 'thread' })], ...DOUBTED });
    assert.deepEqual(kindsOf(sent, [row(), doubted]), ['lost']);
  });

  it('finds what is stuck, what ended otherwise, what was paid to another deposit, and what only a person could pay', () => {
    assert.deepEqual(kindsOf([entry()], [row({ status: 'matched' })]), ['unsettled']);
    assert.deepEqual(kindsOf([entry()], [row({ status: 'awaiting_review', reviewReason: 'unmatched' })]), [
      'wrong_end',
    ]);
    assert.deepEqual(kindsOf([entry()], [row({ orderId: 'order-2' })]), ['wrong_end']);
    assert.deepEqual(kindsOf([entry({ kind: 'otp', orderId: null })], [row()]), ['wrong_end']);
    assert.deepEqual(kindsOf([entry()], [row(DOUBTED)]), ['only_in_doubt']);
  });

  it('finds a sighting that two SMS of one phone would have to share', () => {
    const sent = [entry({ kind: 'repeat' }), entry({ kind: 'repeat', happening: 2 })];
    assert.deepEqual(kindsOf(sent, [row()]), ['lost']);
  });
});
