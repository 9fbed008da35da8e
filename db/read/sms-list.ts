/** Lists of SMS for people, newest first, page by page: a page costs the same wherever in a million rows it lies. */
import { normaliseSender } from '../../domain/phone';
import type { ReviewReason, SmsStatus, Source } from '../../domain/sms';
import type { Db } from '../query';
import { queryRow, queryRows } from '../query';
import { mapSms, SMS_COLUMNS, type SmsRecord, type SmsRow } from '../sms-row';
import { NEED_CHECK_CONDITION } from './need-check';
import { rangeBindings, rangeCondition, type TimeRange } from './time-range';

export interface SmsFilter extends TimeRange {
  /** Any of these; empty: every status. */
  readonly statuses: readonly SmsStatus[];
  readonly needCheck: boolean | null;
  /** Of those that await review now. */
  readonly reason: ReviewReason | null;
  readonly source: Source | null;
  readonly brandId: string | null;
  /** An id, an order, a bank's reference or a sender as a whole; a part of a payer's name or of a text. */
  readonly search: string | null;
}

export interface SmsPage {
  readonly items: readonly SmsRow[];
  /** Where the next page begins: ids below this one. Null: this was the last page. */
  readonly nextBefore: number | null;
}

export interface PageRequest {
  /** Null for the first page. */
  readonly before: number | null;
  readonly limit: number;
}

/**
 * Rows whose texts one page looks through. A search that finds little gives short or empty pages with a next one, and
 * never a query that reads the whole table.
 */
export const SEARCH_WINDOW = 20_000;

type Bindings = Record<string, string | number | Date | readonly string[] | null>;
interface Where {
  readonly sql: string;
  readonly bindings: Bindings;
}

export async function listSms(db: Db, filter: SmsFilter, page: PageRequest): Promise<SmsPage> {
  const where = conditionsOf(filter);
  if (filter.search === null) return pageOf(await selectSms(db, where, page, page.limit + 1), page.limit);
  const sender = await knownSender(db, filter.search);
  if (sender !== null) {
    const bySender = and(where, { sql: 's.sender_normal = :sender', bindings: { sender } });
    return pageOf(await selectSms(db, bySender, page, page.limit + 1), page.limit);
  }
  return searchTexts(db, where, filter.search, page);
}

function conditionsOf(filter: SmsFilter): Where {
  const parts: (Where | false)[] = [
    filter.statuses.length > 0 && { sql: 's.status = ANY(:statuses)', bindings: { statuses: filter.statuses } },
    filter.needCheck !== null && {
      sql: filter.needCheck ? NEED_CHECK_CONDITION : `NOT (${NEED_CHECK_CONDITION})`,
      bindings: {},
    },
    filter.reason !== null && {
      sql: `s.status = 'awaiting_review' AND s.review_reason = :reason`,
      bindings: { reason: filter.reason },
    },
    filter.source !== null && { sql: 's.source = :source', bindings: { source: filter.source } },
    filter.brandId !== null && { sql: 's.brand_id = :brandId', bindings: { brandId: filter.brandId } },
    {
      sql: `${rangeCondition(filter, 'times')} AND ${rangeCondition(filter, 'ids')}`,
      bindings: rangeBindings(filter),
    },
  ];
  return parts.filter((part) => part !== false).reduce(and);
}

function and(left: Where, right: Where): Where {
  return { sql: `${left.sql} AND ${right.sql}`, bindings: { ...left.bindings, ...right.bindings } };
}

function selectSms(db: Db, where: Where, page: PageRequest, limit: number): Promise<SmsRow[]> {
  const sql = `SELECT ${SMS_COLUMNS} FROM shooter_sms s
    WHERE ${where.sql} AND s.id < :before ORDER BY s.id DESC LIMIT :limit`;
  return rowsOf(db, sql, { ...where.bindings, before: beforeOf(page), limit });
}

async function rowsOf(db: Db, sql: string, bindings: Bindings): Promise<SmsRow[]> {
  return (await queryRows<SmsRecord>(db, sql, bindings)).map(mapSms);
}

function beforeOf(page: PageRequest): number {
  return page.before ?? Number.MAX_SAFE_INTEGER;
}

/** One row more than the page was asked for: it says that there is a next page. */
function pageOf(rows: readonly SmsRow[], limit: number): SmsPage {
  const items = rows.slice(0, limit);
  return { items, nextBefore: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

async function knownSender(db: Db, search: string): Promise<string | null> {
  const result = normaliseSender(search);
  if (!result.ok) return null;
  const sender = result.sender.value;
  const sql = `SELECT 1 AS found FROM shooter_sms WHERE sender_normal = :sender LIMIT 1`;
  return (await queryRow(db, sql, { sender })) === undefined ? null : sender;
}

/** What is exactly the id, order or reference comes first, on the first page; then texts, window by window. */
async function searchTexts(db: Db, where: Where, search: string, page: PageRequest): Promise<SmsPage> {
  const exact = exactly(search);
  const hits = page.before === null ? await selectSms(db, and(where, exact), page, page.limit) : [];
  const room = page.limit - hits.length;
  const sql = `SELECT ${SMS_COLUMNS} FROM (
      SELECT * FROM shooter_sms s WHERE ${where.sql} AND s.id < :before ORDER BY s.id DESC LIMIT ${SEARCH_WINDOW}) s
    WHERE (s.body ILIKE :part OR s.payer_name ILIKE :part) AND NOT coalesce(${exact.sql}, false)
    ORDER BY s.id DESC LIMIT :limit`;
  const before = beforeOf(page);
  const bindings = { ...where.bindings, ...exact.bindings, part: `%${escapeLike(search)}%`, before, limit: room + 1 };
  const texts = pageOf(await rowsOf(db, sql, bindings), room);
  const items = [...hits, ...texts.items];
  if (texts.nextBefore !== null || room === 0) return { items, nextBefore: texts.nextBefore ?? before };
  return { items, nextBefore: await endOfWindow(db, where, before) };
}

function exactly(search: string): Where {
  const smsId = /^\d{1,15}$/.test(search) ? Number(search) : null;
  const reference = search.replace(/\s/g, '').toUpperCase();
  return {
    sql: '(s.id = :smsId OR s.order_id = :orderId OR s.reference = :reference)',
    bindings: { smsId, orderId: search, reference },
  };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** The id at which the window ends, where there are rows behind it. */
async function endOfWindow(db: Db, where: Where, before: number): Promise<number | null> {
  const sql = `SELECT s.id FROM shooter_sms s WHERE ${where.sql} AND s.id < :before
    ORDER BY s.id DESC OFFSET ${SEARCH_WINDOW - 1} LIMIT 1`;
  return (await queryRow<{ id: number }>(db, sql, { ...where.bindings, before }))?.id ?? null;
}
