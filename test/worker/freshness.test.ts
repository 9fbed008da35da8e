import assert from 'node:assert/strict';
import { createFreshness } from '../../worker/freshness';

describe('freshness of the loops', () => {
  const start = () => {
    let nowMs = 1_000;
    const freshness = createFreshness(() => nowMs);
    return { freshness, pass: (ms: number) => (nowMs += ms) };
  };

  it('gives a loop its limit to make its first progress, and calls it stale after', () => {
    const { freshness, pass } = start();
    freshness.register('sweeper', { limitMs: 100 });
    pass(100);
    assert.deepEqual(freshness.report(), [
      { loop: 'sweeper', ageMs: 100, limitMs: 100, critical: true, fresh: true, lastFault: null },
    ]);
    pass(1);
    assert.equal(freshness.report()[0]?.fresh, false);
  });

  it('counts progress, not attempts: a loop that only fails turns stale', () => {
    const { freshness, pass } = start();
    const handle = freshness.register('outbox', { limitMs: 100, critical: false });
    for (let round = 0; round < 3; round += 1) {
      pass(50);
      handle.failed('ECONNREFUSED');
    }
    assert.deepEqual(freshness.report(), [
      { loop: 'outbox', ageMs: 150, limitMs: 100, critical: false, fresh: false, lastFault: 'ECONNREFUSED' },
    ]);
    handle.progressed();
    assert.deepEqual(freshness.report()[0], { ...freshness.report()[0], ageMs: 0, fresh: true, lastFault: null });
  });

  it('holds each loop to a limit of its own', () => {
    const { freshness, pass } = start();
    freshness.register('quick', { limitMs: 10 });
    freshness.register('slow', { limitMs: 1_000 });
    pass(500);
    assert.deepEqual(
      freshness.report().map(({ loop, fresh }) => [loop, fresh]),
      [
        ['quick', false],
        ['slow', true],
      ],
    );
  });
});
