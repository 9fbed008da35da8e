/** What a new phone or template would have let through: shown when it is added, run again when a person asks for it. */
import { parseSms } from '../domain/parse';
import type { Db } from './query';
import { queryOne, queryRows } from './query';
import { loadTemplateSet } from './templates';

export interface WouldRun {
  readonly count: number;
  /** Newest first, bounded. */
  readonly smsIds: readonly number[];
}

/** How many SMS are named, and so how many one request can run again. */
export const WOULD_RUN_LIMIT = 500;

/** SMS of this sender that ended at the whitelist. */
export async function findStoppedAtWhitelist(db: Db, senderNormal: string): Promise<WouldRun> {
  const where = `FROM shooter_sms WHERE sender_normal = :senderNormal AND status = 'not_whitelisted'`;
  const { count } = await queryOne<{ count: number }>(db, `SELECT count(*) AS count ${where}`, { senderNormal });
  const sql = `SELECT id ${where} ORDER BY id DESC LIMIT ${WOULD_RUN_LIMIT}`;
  const rows = await queryRows<{ id: number }>(db, sql, { senderNormal });
  return { count, smsIds: rows.map(({ id }) => id) };
}

interface TextRecord {
  id: number;
  sender_normal: string;
  body: string;
  received_at: Date;
}

/**
 * SMS in review as `parse_failed` that the templates in force now read by this one. Looks through the newest ones only:
 * parsing is quick, but the queue may be long.
 */
export async function findNowParsed(db: Db, templateId: number): Promise<WouldRun> {
  const templates = await loadTemplateSet(db);
  const texts = await queryRows<TextRecord>(
    db,
    `SELECT id, sender_normal, body, received_at FROM shooter_sms
     WHERE status = 'awaiting_review' AND review_reason = 'parse_failed' AND body IS NOT NULL
     ORDER BY id DESC LIMIT ${WOULD_RUN_LIMIT}`,
  );
  const read = texts.filter((text) => {
    const sms = { sender: text.sender_normal, body: text.body, receivedAt: text.received_at };
    const result = parseSms(sms, templates);
    return result.outcome !== 'parse_failed' && result.templateId === templateId;
  });
  return { count: read.length, smsIds: read.map(({ id }) => id) };
}
