import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OUTBOX_TOPICS } from '../../db/outbox';
import { projectRoot } from '../../stand/home';
import { readDoc, tableRows } from './read-doc';

const ROOMS_THAT_TELL = ['db', 'intake', 'activities', 'worker', 'api'];

describe('docs/events.md', () => {
  const named = tableRows(readDoc('docs/events.md')).flatMap(([cell]) => /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? []);

  it('names every type of event, and every alarm that the code raises, once', () => {
    const alarms = new Set(ROOMS_THAT_TELL.flatMap(sourcesOf).flatMap(alarmsIn));
    assert.ok(alarms.size > 5);
    assert.deepEqual([...named].sort(), [...OUTBOX_TOPICS, ...alarms].sort());
  });
});

function sourcesOf(room: string): string[] {
  return readdirSync(path.join(projectRoot(), room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(projectRoot(), room, file), 'utf8'));
}

function alarmsIn(source: string): string[] {
  return [...source.matchAll(/\balarm: '(\w+)'/g)].flatMap(([, alarm]) => alarm ?? []);
}
