/** What the demo watches in recon's tables: SMS on their way, sightings that arrive, gaps that are found and mended. */
import type { GapStatus } from '../../domain/balance-gap';
import type { Via } from '../../domain/delivery';
import type { ReviewReason, SmsStatus, Source } from '../../domain/sms';
import type { Db } from '../../db/query';
import { queryRows } from '../../db/query';
import { createWatch, type Watch } from './watch';

export interface SeenRow {
  readonly id: number;
  readonly status: SmsStatus;
  readonly reason: ReviewReason | null;
  readonly matchKind: 'auto' | 'manual' | 'forced' | null;
}
export type RowWatch = Watch<number, SeenRow>;

/** Where an SMS will be seen, and what it says. */
export interface Arrival {
  readonly source: Source;
  readonly sourceAccount: string;
  /** Null: the source names no device. */
  readonly device: string | null;
  readonly sender: string;
  readonly body: string;
  /** Sightings of an earlier day, or of an SMS that says the same, are none of this one. */
  readonly afterSightingId: number;
}
export interface Arrived {
  readonly smsId: number;
  readonly vias: ReadonlySet<Via>;
}
export type ArrivalWatch = Watch<Arrival, Arrived>;

export interface GapPlace {
  readonly beforeSmsId: number;
  readonly afterSmsId: number;
}
export type GapWatch = Watch<GapPlace, GapStatus>;

export interface Watches {
  readonly rows: RowWatch;
  readonly arrivals: ArrivalWatch;
  readonly gaps: GapWatch;
  readonly stop: () => void;
}

export function createWatches(db: Db): Watches {
  const rows = createWatch((ids: readonly number[]) => lookAtRows(db, ids));
  const arrivals = createWatch((asked: readonly Arrival[]) => lookForArrivals(db, asked));
  const gaps = createWatch((places: readonly GapPlace[]) => lookAtGaps(db, places));
  return { rows, arrivals, gaps, stop: () => [rows, arrivals, gaps].forEach((watch) => watch.stop()) };
}

/** What is seen later has a greater one. */
export async function lastSightingId(db: Db): Promise<number> {
  const [row] = await queryRows<{ last: number | null }>(db, 'SELECT max(id) AS last FROM shooter_sms_sighting');
  return row?.last ?? 0;
}

interface RowRecord {
  id: number;
  status: SmsStatus;
  review_reason: ReviewReason | null;
  match_kind: SeenRow['matchKind'];
}

async function lookAtRows(db: Db, ids: readonly number[]): Promise<(SeenRow | undefined)[]> {
  const sql = `SELECT id, status, review_reason, match_kind FROM shooter_sms WHERE id = ANY(:ids::bigint[])`;
  const rows = await queryRows<RowRecord>(db, sql, { ids });
  const seen = new Map(
    rows.map(({ id, status, review_reason: reason, match_kind: matchKind }) => [id, { id, status, reason, matchKind }]),
  );
  return ids.map((id) => seen.get(id));
}

interface SightingRecord {
  id: number;
  sms_id: number;
  source: Source;
  source_account: string;
  device: string | null;
  via: Via;
  sender: string;
  body: string;
}

async function lookForArrivals(db: Db, asked: readonly Arrival[]): Promise<(Arrived | undefined)[]> {
  const after = Math.min(...asked.map(({ afterSightingId }) => afterSightingId));
  const rows = await queryRows<SightingRecord>(
    db,
    `SELECT g.id, g.sms_id, g.source, g.source_account, d.external_id AS device, g.via, s.sender, s.body
     FROM shooter_sms_sighting g JOIN shooter_sms s ON s.id = g.sms_id LEFT JOIN shooter_device d ON d.id = g.device_id
     WHERE g.id > :after AND s.body = ANY(:bodies::text[]) ORDER BY g.id`,
    { after, bodies: asked.map(({ body }) => body) },
  );
  return asked.map((arrival) => arrivedOf(arrival, rows));
}

function arrivedOf(arrival: Arrival, rows: readonly SightingRecord[]): Arrived | undefined {
  const own = rows.filter(
    (row) =>
      row.id > arrival.afterSightingId &&
      row.body === arrival.body &&
      row.sender === arrival.sender &&
      row.source === arrival.source &&
      row.source_account === arrival.sourceAccount &&
      row.device === arrival.device,
  );
  const [first] = own;
  if (!first) return undefined;
  const ofFirst = own.filter(({ sms_id: smsId }) => smsId === first.sms_id);
  return { smsId: first.sms_id, vias: new Set(ofFirst.map(({ via }) => via)) };
}

async function lookAtGaps(db: Db, places: readonly GapPlace[]): Promise<(GapStatus | undefined)[]> {
  const rows = await queryRows<{ before_sms_id: number; after_sms_id: number; status: GapStatus }>(
    db,
    `SELECT before_sms_id, after_sms_id, status FROM recon_balance_gap WHERE before_sms_id = ANY(:ids::bigint[])`,
    { ids: places.map(({ beforeSmsId }) => beforeSmsId) },
  );
  return places.map(
    ({ beforeSmsId, afterSmsId }) =>
      rows.find((row) => row.before_sms_id === beforeSmsId && row.after_sms_id === afterSmsId)?.status,
  );
}
