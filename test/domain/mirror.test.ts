import assert from 'node:assert/strict';
import { weighMirror, type MirrorKin } from '../../domain/mirror';

const AT = new Date('2026-03-05T12:00:00Z');
const TEXT = 'Rheinbank: 12,00 EUR Eingang auf Konto 4711';
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

function kin(given: Partial<MirrorKin> = {}): MirrorKin {
  return { smsId: 1, body: TEXT, receivedAt: AT, ingestedAt: AT, mirrored: false, ...given };
}
const weigh = (body: string, ...others: MirrorKin[]) => weighMirror({ body, at: AT }, others);

describe('a mirrored notification', () => {
  it('of a text that nothing has is a new SMS', () => {
    assert.deepEqual(weigh(TEXT), { verdict: 'new' });
    assert.deepEqual(weigh(TEXT, kin({ body: 'another text' })), { verdict: 'new' });
  });

  it('of a text that is here is its sighting, however the spaces are written', () => {
    const other = kin();
    assert.deepEqual(weigh(TEXT.replace(' ', '\u00a0 '), other), { verdict: 'sighting', kin: other, cut: false });
  });

  it('of an SMS that the network delayed is known by when it was taken in', () => {
    const delayed = kin({ receivedAt: later(-10_800), ingestedAt: later(2) });
    assert.deepEqual(weigh(TEXT, delayed), { verdict: 'sighting', kin: delayed, cut: false });
  });

  it('shown again is nothing new', () => {
    assert.deepEqual(weigh(TEXT, kin({ mirrored: true })), { verdict: 'repeated' });
  });

  it('of a text that was here minutes before is for a person: it may be a second payment', () => {
    const before = kin({ receivedAt: later(-240), ingestedAt: later(-240) });
    assert.deepEqual(weigh(TEXT, before), { verdict: 'doubtful' });
    assert.deepEqual(weigh(TEXT, { ...before, mirrored: true }), { verdict: 'doubtful' });
  });

  it('that is cut is a sighting of the latest SMS that begins so', () => {
    const older = kin({ smsId: 1, body: `${TEXT}, Ref 1`, ingestedAt: later(-60), receivedAt: later(-60) });
    const newer = kin({ smsId: 2, body: `${TEXT}, Ref 2` });
    for (const end of ['…', '...', ' …'])
      assert.deepEqual(weigh(TEXT + end, older, newer), { verdict: 'sighting', kin: newer, cut: true });
    assert.deepEqual(weigh(`${TEXT}…`, older, { ...newer, mirrored: true }), {
      verdict: 'sighting',
      kin: older,
      cut: true,
    });
    assert.deepEqual(weigh(`${TEXT}…`, { ...newer, mirrored: true }), { verdict: 'repeated' });
  });

  it('that is cut and begins nothing near is for a person', () => {
    assert.deepEqual(weigh(`${TEXT}…`), { verdict: 'doubtful' });
    const old = kin({ body: `${TEXT}, Ref 1`, receivedAt: later(-200), ingestedAt: later(-200) });
    assert.deepEqual(weigh(`${TEXT}…`, old), { verdict: 'doubtful' });
    // A beginning of a few letters fits everything.
    assert.deepEqual(weigh('Rhein…', kin()), { verdict: 'doubtful' });
  });
});
