import assert from 'node:assert/strict';
import { CALLERS } from '../../service/caller-tokens';
import { parseConfig, VARIABLES, type Config, type ProcessName } from '../../service/config';
import { codeWords, readDoc, tableRows } from './read-doc';

const OF_CALLERS = [
  'INTERNAL_SERVICE_TOKEN',
  ...CALLERS.map((caller) => `INTERNAL_SERVICE_TOKEN_${caller.toUpperCase()}`),
];

describe('docs/configuration.md', () => {
  const text = readDoc('docs/configuration.md');
  const rows = tableRows(text)
    .filter(([name = '', ...rest]) => /^`[A-Z_]+`$/.test(name) && rest.length === 3)
    .map(([name, fallback, neededBy]) => ({
      name: name!.replaceAll('`', ''),
      fallback: fallback!,
      neededBy: neededBy!,
    }));

  it('has every variable that the processes read, and no other', () => {
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...VARIABLES, ...OF_CALLERS].sort());
  });

  it('says the defaults that hold', () => {
    const defaults = parseConfig({}, 'cli') as Config & Record<string, unknown>;
    for (const { name, fallback } of rows.filter((row) => VARIABLES.some((variable) => variable === row.name))) {
      if (fallback === 'must be set') {
        assert.throws(() => parseConfig({}, 'api'), new RegExp(`${name} is not set`));
      } else if (fallback === 'none') {
        const value = defaults[name] instanceof Map ? [...defaults[name].values()] : defaults[name];
        assert.ok(value === undefined || (Array.isArray(value) && value.length === 0), `${name} has a default`);
      } else {
        const given = parseConfig({ [name]: fallback.replaceAll('`', '') }, 'cli') as Config & Record<string, unknown>;
        assert.deepEqual(given[name], defaults[name], name);
      }
    }
  });

  it('says who cannot start without what', () => {
    const processes: readonly ProcessName[] = ['api', 'worker', 'wallet'];
    for (const process of processes) {
      const complaint = messageOf(() => parseConfig({}, process));
      const shown = rows.filter(
        ({ name, neededBy }) => neededBy.includes(process) && VARIABLES.some((variable) => variable === name),
      );
      const missing = VARIABLES.filter(
        (name) => complaintsAlone(process, name) || complaint.includes(`${name} is not set`),
      );
      assert.deepEqual(shown.map(({ name }) => name).sort(), [...missing].sort(), process);
    }
  });

  it('names the variables of tests and stand that it speaks of in backticks', () => {
    const words = codeWords(text);
    for (const name of ['TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'TEMPORAL_CLI', 'TEST_DATABASE_URL'])
      assert.ok(words.has(name), name);
  });
});

/** A fault of the schema hides the others: so each is also asked for with the mode set. */
function complaintsAlone(process: ProcessName, name: string): boolean {
  return messageOf(() => parseConfig({ MULTI_BRAND_ENFORCEMENT: 'off' }, process)).includes(`${name} is not set`);
}

function messageOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
