/**
 * The belt before a history leaves the server: its payloads may hold ids and verdicts only. Every field of every payload
 * must be one that is known to be harmless, so that a field that somebody adds later is looked at before it is archived.
 */
import { z } from 'zod';
import { jsonOf } from '../recon-api';
import type { History } from './history-json';

const HARMLESS_FIELDS: ReadonlySet<string> = new Set([
  // What the workflow is started and answered with.
  ...['smsId', 'attempt', 'startAt', 'requestId', 'status', 'step', 'reason', 'brandId', 'source', 'waitMs', 'outcome'],
  // What a source's supervisor is started with.
  'accountId',
  // What people ask and are told: ids, people, times and fixed words.
  ...['reviewId', 'verdict', 'orderId', 'answer', 'effect', 'code', 'message', 'crossBrand', 'ageSeconds'],
  // What the SDK itself notes in markers.
  ...['seq', 'activity_id', 'activity_type', 'complete_time', 'original_schedule_time', 'data', 'payloads', 'version'],
  ...['deprecated', 'id', 'name', 'seconds', 'nanos', 'backoff', 'failure', 'encoding', 'metadata', 'patch_id'],
]);

/** No id is longer; a text of an SMS is. */
const LONGEST_VALUE = 300;

const payload = z.object({ metadata: z.record(z.string(), z.instanceof(Uint8Array)), data: z.instanceof(Uint8Array) });

/** Names of fields and places that are not known to be harmless; empty is as it should be. */
export function unknownContents(history: History): string[] {
  const found = new Set<string>();
  for (const event of history.events ?? []) inspect(event, (what) => found.add(what));
  return [...found];
}

function inspect(value: unknown, report: (what: string) => void): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const parsed = payload.safeParse(value);
  if (parsed.success) return inspectPayload(parsed.data, report);
  for (const inner of Object.values(value)) inspect(inner, report);
}

function inspectPayload({ metadata, data }: z.output<typeof payload>, report: (what: string) => void): void {
  const encoding = Buffer.from(metadata['encoding'] ?? []).toString('utf8');
  if (encoding === 'binary/null' || data.length === 0) return;
  if (encoding !== 'json/plain') return report(`a payload encoded as ${encoding || 'nothing'}`);
  inspectJson(jsonOf(Buffer.from(data).toString('utf8')), report);
}

function inspectJson(value: unknown, report: (what: string) => void): void {
  if (typeof value === 'string' && value.length > LONGEST_VALUE) report(`a text of ${value.length} characters`);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value) && !HARMLESS_FIELDS.has(name)) report(`the field "${name}"`);
    inspectJson(inner, report);
  }
}
