import assert from 'node:assert/strict';
import { parseOptions } from '../../stand/options';
import { StandError } from '../../stand/stand-error';

describe('the words after npm start', () => {
  it('bring everything up, with the demo day, where there are none', () => {
    const { demo, once, json, processes } = parseOptions([]);
    assert.deepEqual({ demo, once, json }, { demo: true, once: false, json: false });
    assert.deepEqual(processes, ['wallet', 'sim', 'worker', 'api']);
  });

  it('are taken together', () => {
    const { demo, once, json } = parseOptions(['--once', '--json', '--no-demo']);
    assert.deepEqual({ demo, once, json }, { demo: false, once: true, json: true });
  });

  it('choose processes, in the order of their start, and no demo day then', () => {
    const options = parseOptions(['--only', 'api, worker']);
    assert.deepEqual(options.processes, ['worker', 'api']);
    assert.equal(options.demo, false);
  });

  for (const words of [['--onec'], ['api'], ['--only'], ['--only', ','], ['--only', 'api,wurker'], ['--json=yes']]) {
    it(`are refused where they are not known: ${words.join(' ')}`, () => {
      assert.throws(() => parseOptions(words), StandError);
    });
  }

  it('name the process that there is not', () => {
    assert.throws(
      () => parseOptions(['--only', 'api,wurker']),
      /no process wurker: choose among wallet, sim, worker, api/,
    );
  });
});
