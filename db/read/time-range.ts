/** A span of the time at which SMS came in, as conditions that an index can follow. */

/** `from` counts, `to` does not; null: without end. */
export interface TimeRange {
  readonly from: Date | null;
  readonly to: Date | null;
}

/**
 * Ids grow with time, save that transactions which run at once may finish in another order; this many rows are more than
 * ever run at once.
 */
const AT_ONCE = 1_000;

const LOWEST_ID = `(SELECT min(id) FROM (SELECT id FROM shooter_sms WHERE ingested_at >= :from
  ORDER BY ingested_at LIMIT ${AT_ONCE}) nearest)`;
const HIGHEST_ID = `(SELECT max(id) FROM (SELECT id FROM shooter_sms WHERE ingested_at < :to
  ORDER BY ingested_at DESC LIMIT ${AT_ONCE}) nearest)`;

/**
 * Over `s.ingested_at` (`times`), or as bounds of `s.id` (`ids`): a list in the order of ids would otherwise read every row
 * between now and a span of long ago.
 */
export function rangeCondition({ from, to }: TimeRange, by: 'times' | 'ids'): string {
  const conditions = [
    from !== null && (by === 'times' ? 's.ingested_at >= :from' : `s.id >= ${LOWEST_ID}`),
    to !== null && (by === 'times' ? 's.ingested_at < :to' : `s.id <= ${HIGHEST_ID}`),
  ];
  return conditions.filter((condition) => condition !== false).join(' AND ') || 'TRUE';
}

export function rangeBindings({ from, to }: TimeRange): Record<string, Date> {
  return { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
}
