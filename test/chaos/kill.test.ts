import assert from 'node:assert/strict';
import { BOUNDARIES } from './boundaries';
import type { KillResult } from './kill-lane';
import { runMatrix, type Matrix } from './kill-matrix';

describe('a worker that is killed', () => {
  let matrix: Matrix;
  before(async function () {
    this.timeout(300_000);
    const report = ({ boundary, recoveredMs }: KillResult) => console.log('      %s %d ms', boundary, recoveredMs);
    matrix = await runMatrix({
      rounds: 1,
      lanes: 2,
      seed: 1,
      ...(process.env['CHAOS_VERBOSE'] ? { onKill: report } : {}),
    });
  });

  for (const boundary of BOUNDARIES)
    it(`at ${boundary} loses nothing and pays nothing twice`, () => {
      const row = matrix.rows.find((known) => known.boundary === boundary);
      assert.equal(row?.runs, 1);
      assert.deepEqual([row.approved, row.lost, row.doubled], [row.sent, 0, 0]);
    });

  it('leaves books in which the auditor finds nothing', () => {
    assert.deepEqual(matrix.findings, []);
  });
});
