/** How SMS came: by source and way, counted from their sightings; and what became of gaps in balances. */
import { GAP_STATUSES, type GapStatus } from '../../domain/balance-gap';
import type { Via } from '../../domain/delivery';
import { PHONE_APPS } from '../../domain/phone-apps';
import type { Source } from '../../domain/sms';
import type { Db } from '../../db/query';
import { queryRow, queryRows } from '../../db/query';

export interface CameBy {
  readonly source: Source;
  /** An app of phones, where it is one. */
  readonly app: string | null;
  readonly via: Via;
  /** Of whom this was the first sighting. */
  readonly sms: number;
  readonly sightings: number;
}

export interface SourceCounts {
  readonly cameBy: readonly CameBy[];
  readonly gaps: Readonly<Record<GapStatus, number>>;
  /** The newest that was seen three times or more, to look at. */
  readonly seenOften: number | null;
}

const CAME_BY_SQL = `SELECT source, CASE WHEN source = 'webhook' AND source_account = ANY(:apps::text[]) THEN source_account END AS app,
    via, count(*)::int AS sightings, count(*) FILTER (WHERE nth = 1)::int AS sms
  FROM (SELECT source, source_account, via, row_number() OVER (PARTITION BY sms_id ORDER BY id) AS nth
    FROM shooter_sms_sighting) g
  GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS LAST, 3`;

export async function countSources(db: Db): Promise<SourceCounts> {
  const cameBy = await queryRows<CameBy>(db, CAME_BY_SQL, { apps: [...PHONE_APPS] });
  const gaps = await queryRows<{ status: GapStatus; count: number }>(
    db,
    `SELECT status, count(*)::int AS count FROM recon_balance_gap GROUP BY status`,
  );
  const often = await queryRow<{ sms_id: number }>(
    db,
    `SELECT sms_id FROM shooter_sms_sighting GROUP BY sms_id HAVING count(*) > 2 ORDER BY sms_id DESC LIMIT 1`,
    {},
  );
  const countOf = (status: GapStatus) => gaps.find((row) => row.status === status)?.count ?? 0;
  const [backfilling, awaiting, mended, dismissed] = GAP_STATUSES;
  return {
    cameBy,
    seenOften: often?.sms_id ?? null,
    gaps: {
      [backfilling]: countOf(backfilling),
      [awaiting]: countOf(awaiting),
      [mended]: countOf(mended),
      [dismissed]: countOf(dismissed),
    },
  };
}

/** `pushbullet/live`, `webhook/smsgate`; the way is left out where a source has one only. */
export function nameOf({ source, app, via }: CameBy): string {
  return [source, ...(app === null ? [] : [app]), ...(via === 'direct' ? [] : [via])].join('/');
}
