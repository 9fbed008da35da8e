import assert from 'node:assert/strict';
import { snakeOf } from '../../sim/key-case';
import { startTestSim } from '../support/sim';
import { readDoc, tableRows } from './read-doc';

const SECTIONS = { pushbullet: 'Pushbullet', telegram: 'Telegram', phones: 'Phones' } as const;

/** The rows of a section's second table: `| dial | kind | does |`. */
function dialsTold(section: string): Map<string, string> {
  const [, text = ''] =
    new RegExp(`^## ${section}\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(readDoc('docs/simulators.md')) ?? [];
  const [, dials = ''] = text.split('| dial | kind | does |');
  return new Map(
    tableRows(dials).flatMap(([name = '', kind = '']) => {
      const [, word] = /^`([a-z_]+)`$/.exec(name) ?? [];
      return word === undefined ? [] : [[word, kind.replaceAll('`', '')] as const];
    }),
  );
}

describe('docs/simulators.md', () => {
  for (const [name, section] of Object.entries(SECTIONS)) {
    it(`tells every dial of ${name}, and where it starts`, async () => {
      const test = await startTestSim();
      try {
        const answer = await fetch(`${test.url}/control/${name}/dials`);
        assert.equal(answer.status, 200);
        const { everyone } = (await answer.json()) as { everyone: Record<string, unknown> };
        const told = dialsTold(section);
        assert.deepEqual([...told.keys()].sort(), Object.keys(everyone).sort());
        for (const [dial, start] of Object.entries(everyone)) {
          const shown = Array.isArray(start) ? 'all' : isChance(start) ? 'chance' : String(start);
          assert.equal(told.get(dial), shown, dial);
          assert.equal(snakeOf(dial), dial);
        }
      } finally {
        await test.stop();
      }
    });
  }
});

function isChance(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'probability' in value;
}
