/** A saved history says nothing about the machine that it was made on: names of hosts, processes, files. */
import { hostname } from 'node:os';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** An event to a line, so that changes can be read. @throws where anything of this machine is left */
export function scrubHistory(json: string): string {
  const { events } = JSON.parse(json) as { events: Json[] };
  const scrubbed = `{"events":[\n${events.map((event) => JSON.stringify(scrub(event))).join(',\n')}\n]}`;
  for (const word of [hostname(), process.cwd()].filter((known) => known.length > 3))
    if (scrubbed.includes(word)) throw new Error(`a history names this machine: ${word}`);
  return `${scrubbed}\n`;
}

function scrub(value: Json): Json {
  if (Array.isArray(value)) return value.map(scrub);
  if (typeof value !== 'object' || value === null) return value;
  if (value['kind'] === 'TASK_QUEUE_KIND_STICKY') return { ...value, name: 'sticky' };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, PLAIN[name] ?? scrub(inner)]));
}

const PLAIN: Readonly<Record<string, string>> = { identity: 'recon', stackTrace: '', workerInstanceKey: '' };
