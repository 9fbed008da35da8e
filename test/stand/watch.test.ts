import assert from 'node:assert/strict';
import { createWatch } from '../../stand/demo/watch';

describe('a watch over rows', () => {
  it('answers what is there once it fits, asking for all who wait at once', async () => {
    const asked: number[] = [];
    let turn = 0;
    const watch = createWatch((subjects: readonly string[]) => {
      asked.push(subjects.length);
      turn += 1;
      return Promise.resolve(subjects.map((subject) => (turn < 3 ? undefined : `${subject} ${turn}`)));
    });
    const found = await Promise.all(['one', 'other'].map((subject) => watch.until(subject, () => true, 5_000)));
    watch.stop();
    assert.deepEqual(found, ['one 3', 'other 3']);
    assert.deepEqual(asked, [1, 2, 2]);
  });

  it('answers what is there when the time is over, also where that does not fit or is nothing', async () => {
    const watch = createWatch((subjects: readonly string[]) =>
      Promise.resolve(subjects.map((subject) => (subject === 'there' ? 'not yet' : undefined))),
    );
    assert.equal(await watch.until('there', () => false, 10), 'not yet');
    assert.equal(await watch.until('nowhere', () => true, 10), undefined);
    watch.stop();
  });

  it('lets nobody wait on where it cannot look, or was stopped', async () => {
    const broken = createWatch(() => Promise.reject(new Error('away')));
    await assert.rejects(
      broken.until('any', () => true, 5_000),
      /away/,
    );
    broken.stop();
    const stopped = createWatch((subjects: readonly string[]) => Promise.resolve(subjects.map(() => undefined)));
    const waiting = stopped.until('any', () => true, 5_000);
    stopped.stop();
    await assert.rejects(waiting, /stopped/);
    await assert.rejects(
      stopped.until('any', () => true, 5_000),
      /stopped/,
    );
  });
});
