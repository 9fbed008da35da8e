import assert from 'node:assert/strict';
import { report } from './report';
import { isSound, runDay, type DayReport } from './run-day';

const SMS = 1_000;
const FEED_MS = 30_000;

describe('a day on which everything goes wrong', function () {
  this.timeout(300_000);
  let day: DayReport;
  before(async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
    day = await runDay({
      sms: SMS,
      seed,
      feedMs: FEED_MS,
      settleLimitMs: 120_000,
      ...(process.env['CHAOS_VERBOSE'] ? { onProgress: (words) => console.log('      %s', words) } : {}),
    });
    // A bad day can be lived again.
    if (!isSound(day) || process.env['CHAOS_VERBOSE']) console.log(report(day));
  });

  it('loses no SMS of three sources and doubles none', () => {
    assert.deepEqual(day.verdict.findings, []);
    assert.ok(day.verdict.sent >= SMS * 0.9, `${day.verdict.sent} SMS left their phones`);
    assert.deepEqual(Object.keys(day.verdict.bySource).sort(), ['pushbullet', 'telegram', 'webhook']);
  });

  it('pays every deposit once and nothing else, says the auditor', () => {
    assert.deepEqual(day.audit.findings, []);
    const { received, approved, review, closed, open, lost } = day.audit.conservation;
    assert.deepEqual([lost, day.audit.doubleCredits], [0, 0]);
    assert.equal(received, approved + review + closed + open);
    assert.equal(day.audit.creditCount, approved);
  });

  it('leaves cursors at their end, loops fresh and events sent', () => {
    assert.deepEqual(day.unfinished, []);
  });

  it('killed workers and took every part away, and no process died of it', () => {
    assert.deepEqual(day.deaths, []);
    const parts = new Set(day.recoveries.map(({ of }) => of));
    assert.deepEqual([...parts].sort(), ['api', 'postgres', 'redis', 'second worker', 'temporal', 'wallet', 'worker']);
  });
});
