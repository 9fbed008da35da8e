import assert from 'node:assert/strict';
import { COUNT_NAMES, COUNT_RULES, RATIO_NAMES, RATIO_RULES } from '../../bench/figures';
import { readDoc, tableRows } from './read-doc';

describe('docs/benchmarks.md', () => {
  it('names every figure with the bound that the benchmark holds it to', () => {
    const shown = new Map(
      tableRows(readDoc('docs/benchmarks.md'))
        .filter(([name = '']) => name.startsWith('`'))
        .map(([name, , bound]): [string, string] => [name!.replaceAll('`', ''), bound!]),
    );
    const ratios = RATIO_NAMES.map((name): [string, string] => {
      const rule: { bound: { atLeast?: number; atMost?: number }; aim?: number } = RATIO_RULES[name];
      const { atLeast, atMost } = rule.bound;
      const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
      return [name, rule.aim === undefined ? bound : `${bound}, aim ${rule.aim}`];
    });
    const counts = COUNT_NAMES.map((name): [string, string] => {
      const rule: { says: string; atMost?: number } = COUNT_RULES[name];
      return [name, rule.atMost === undefined ? '-' : `at most ${rule.atMost}`];
    });
    assert.deepEqual(Object.fromEntries(shown), Object.fromEntries([...ratios, ...counts]));
  });
});
