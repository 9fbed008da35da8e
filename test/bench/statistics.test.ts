import assert from 'node:assert/strict';
import { median, percentile, ratiosByRound, rounded, spreadOf } from '../../bench/statistics';

describe("the benchmark's statistics", () => {
  it('find the middle value, or the mean of the two middle ones, in any order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
  });

  it('find a percentile by nearest rank: a value that was measured, never one between two', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(percentile(hundred, 50), 50);
    assert.equal(percentile(hundred, 99), 99);
    assert.equal(percentile(hundred, 100), 100);
    assert.equal(percentile([3, 1, 2], 99), 3);
    assert.equal(percentile([3, 1, 2], 0), 1);
  });

  it('leave the values as they were given', () => {
    const values = [3, 1, 2];
    median(values);
    percentile(values, 50);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it('set rounds against each other one by one, and refuse rounds that do not pair up', () => {
    assert.deepEqual(ratiosByRound([10, 30], [5, 10]), [2, 3]);
    assert.throws(() => ratiosByRound([1, 2], [1]), RangeError);
  });

  it('refuse to say anything about no values', () => {
    for (const statistic of [median, spreadOf, (values: number[]) => percentile(values, 50)])
      assert.throws(() => statistic([]), RangeError);
  });

  it('give the median with its range, in three digits', () => {
    assert.deepEqual(spreadOf([2, 9, 4]), { median: 4, lowest: 2, highest: 9 });
    assert.equal(rounded(1.23456), 1.23);
    assert.equal(rounded(123.456), 123);
  });
});
