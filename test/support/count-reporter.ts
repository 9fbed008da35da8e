/** Mocha's own report for people, and its counts in a file for `npm test` to add up. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Titles of tests that were not run: there may be none. */
  readonly skipped: readonly string[];
}

/** Option `counts`: where they are written once the run has ended. */
class CountReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const skipped: string[] = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const { passes = 0, failures = 0 } = runner.stats ?? {};
      const counts: Counts = { passed: passes, failed: failures, skipped };
      const { counts: file } = options.reporterOptions as { counts: string };
      writeFileSync(file, JSON.stringify(counts));
    });
  }
}

module.exports = CountReporter;
