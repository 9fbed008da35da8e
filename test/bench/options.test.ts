import assert from 'node:assert/strict';
import { COUNT_NAMES, PART_NAMES, RATIO_NAMES } from '../../bench/figures';
import { parseOptions } from '../../bench/options';

describe("the benchmark's options", () => {
  it('run every part unless some are named, by part or by figure', () => {
    assert.deepEqual(parseOptions([]).parts, PART_NAMES);
    assert.deepEqual(parseOptions(['--only', 'match_1m_vs_1k,history']).parts, ['history', 'match']);
    assert.deepEqual(parseOptions(['--only', 'pipeline_vs_empty', '--only', 'drain_per_s']).parts, [
      'throughput',
      'outage',
    ]);
  });

  it('refuse what they do not know and say what there is', () => {
    assert.throws(() => parseOptions(['--only', 'speed']), /knows no part or figure speed: choose among throughput/);
    assert.throws(() => parseOptions(['--only', '']), /names no part/);
    assert.throws(() => parseOptions(['--items', 'many']), /--items takes a whole number/);
    assert.throws(() => parseOptions(['--fast']), /--help lists what there is/);
  });

  it('bear the figures by their contractual names', () => {
    assert.deepEqual(RATIO_NAMES, [
      'pipeline_vs_bare',
      'pipeline_vs_empty',
      'pipeline_vs_four_remote',
      'hook_pipeline_vs_bare',
      'latency_p50_vs_bare',
      'match_1m_vs_1k',
    ]);
    assert.deepEqual(COUNT_NAMES, [
      'events',
      'transitions',
      'hook_ack_p99_ms',
      'drain_per_s',
      'live_frame_p95_ms',
      'half_open_recovery_s',
      'items',
      'lost',
      'doubled',
    ]);
  });
});
