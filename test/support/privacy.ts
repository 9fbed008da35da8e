/** No text of an SMS, no sender and no name may be in a workflow's history or in a log. */
import assert from 'node:assert/strict';
import type { House } from './house';

interface PrivateRow {
  workflow_id: string;
  sender: string;
  body: string | null;
  payer_name: string | null;
  reference: string | null;
  remark: string | null;
}

/** Reads the histories of every SMS of the house (the newest `limit`), and the log of its worker. */
export async function assertNothingPrivateLeaked(house: House, { limit = 200 } = {}): Promise<void> {
  const { rows } = await house.owner.raw<{ rows: PrivateRow[] }>(
    `SELECT s.workflow_id, s.sender, s.body, s.payer_name, s.reference,
       (SELECT string_agg(r.remark, ' ') FROM recon_review r WHERE r.sms_id = s.id) AS remark
     FROM shooter_sms s WHERE s.run_started_at IS NOT NULL OR s.status <> 'received' ORDER BY s.id DESC LIMIT ?`,
    [limit],
  );
  const words = new Set(rows.flatMap(privateWords));
  assert.ok(words.size > 0);
  for (const row of rows) {
    const history = await house.client.workflow.getHandle(row.workflow_id).fetchHistory();
    const texts = textsOf(history);
    assert.ok(texts.length > 0);
    refuse(texts.join('\n'), words, `the history of ${row.workflow_id}`);
  }
  refuse(house.log(), words, 'the log');
}

function refuse(text: string, words: ReadonlySet<string>, where: string): void {
  const lower = text.toLowerCase();
  for (const word of words) assert.ok(!lower.includes(word), `${where} holds "${word}"`);
}

/** Pieces by which a person could recognise the text: the sender, the names, and every long word. */
function privateWords(row: PrivateRow): string[] {
  const words = [...(row.body ?? '').split(/[\s:.,]+/), ...(row.remark ?? '').split(/\s+/)].filter(
    (word) => word.length >= 8,
  );
  return [row.sender, row.payer_name, row.reference, ...words]
    .filter((word) => word !== null && word.length >= 6)
    .map((word) => word?.toLowerCase() ?? '');
}

/** Every text in it, payloads decoded. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}
