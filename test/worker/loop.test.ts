import assert from 'node:assert/strict';
import { createLogger } from '../../service/logger';
import type { LoopReporter } from '../../intake/loop-reporter';
import { startLoop } from '../../worker/loop';
import { until } from '../support/until';

describe('a loop of the worker', () => {
  const run = (work: () => Promise<unknown>, pauseMs = 5) => {
    const lines: string[] = [];
    let report: { fault: string | null; detail: object } = { fault: null, detail: {} };
    const handle: LoopReporter = {
      progressed: (detail = {}) => void (report = { fault: null, detail }),
      failed: (fault, detail = {}) => void (report = { fault, detail }),
      settled: () => Promise.resolve(),
    };
    const logger = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
    const loop = startLoop({ name: 'trust', pauseMs, run: work, handle, logger });
    return { loop, lines, report: () => report };
  };

  it('runs again and again, and ends after the round under way when it is told to', async () => {
    let rounds = 0;
    let inRound = false;
    const { loop } = run(async () => {
      inRound = true;
      await new Promise((resolve) => setTimeout(resolve, 20));
      rounds += 1;
      inRound = false;
    });
    await until(() => rounds >= 2 && inRound);
    await loop.stop();
    assert.equal(inRound, false);
    const ended = rounds;
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(rounds, ended);
  });

  it('runs at once when it is woken, also where it is woken during a round', async () => {
    let rounds = 0;
    const { loop } = run(async () => {
      rounds += 1;
      if (rounds === 2) loop.wake();
      await Promise.resolve();
    }, 3_600_000);
    await until(() => rounds === 1);
    await new Promise((resolve) => setImmediate(resolve));
    loop.wake();
    await until(() => rounds === 3);
    await loop.stop();
  });

  it('backs off while its part is away, says so once, and tells no message', async () => {
    let away = true;
    let tries = 0;
    const { loop, lines, report } = run(async () => {
      tries += 1;
      await Promise.resolve();
      if (away) throw Object.assign(new Error('Key (sender)=(RHEINBANK) of a private row'), { code: 'ECONNREFUSED' });
    });
    await until(() => tries >= 4);
    assert.equal(report().fault, 'database');
    assert.match(JSON.stringify(report().detail), /^{"error":"ECONNREFUSED","failures":[3-9]}$/);
    assert.equal(lines.length, 1);
    assert.ok(!lines.join('').includes('RHEINBANK'));
    away = false;
    await until(() => report().fault === null);
    await loop.stop();
  });

  it('stops while it is pausing', async () => {
    let rounds = 0;
    const { loop } = run(() => Promise.resolve((rounds += 1)), 3_600_000);
    await until(() => rounds === 1);
    await loop.stop();
  });
});
