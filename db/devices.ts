/** Phones that deliver SMS (`shooter_device`): first contact registers one untrusted, a person trusts it. */
import type { Source } from '../domain/sms';
import type { Db } from './query';
import { queryOne, queryRow, queryRows } from './query';

export interface DeviceRow {
  readonly id: number;
  readonly source: Source;
  readonly sourceAccount: string;
  readonly externalId: string;
  readonly name: string;
  /** The receiving line (SIM or number) that pairs sightings of several sources; null: the source's account. */
  readonly line: string | null;
  readonly trusted: boolean;
  readonly trustedBy: string | null;
  readonly trustedAt: Date | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

interface DeviceRecord {
  id: number;
  source: Source;
  source_account: string;
  external_id: string;
  name: string;
  line: string | null;
  trusted: boolean;
  trusted_by: string | null;
  trusted_at: Date | null;
  first_seen_at: Date;
  last_seen_at: Date;
}

const COLUMNS = `id, source, source_account, external_id, name, line, trusted, trusted_by, trusted_at, first_seen_at, last_seen_at`;

function mapDevice(row: DeviceRecord): DeviceRow {
  return {
    id: row.id,
    source: row.source,
    sourceAccount: row.source_account,
    externalId: row.external_id,
    name: row.name,
    line: row.line,
    trusted: row.trusted,
    trustedBy: row.trusted_by,
    trustedAt: row.trusted_at,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  };
}

/** Finds the device of a delivery or registers it untrusted. `last_seen_at` moves at most once a minute: it is no hot row. */
export async function touchDevice(
  db: Db,
  identity: { readonly source: Source; readonly sourceAccount: string; readonly externalId: string },
): Promise<DeviceRow> {
  const found = await queryRow<DeviceRecord & { fresh: boolean }>(
    db,
    `SELECT ${COLUMNS}, last_seen_at > now() - interval '1 minute' AS fresh FROM shooter_device
     WHERE source = :source AND source_account = :sourceAccount AND external_id = :externalId AND deleted_at IS NULL`,
    identity,
  );
  if (found?.fresh === true) return mapDevice(found);
  const row = await queryOne<DeviceRecord>(
    db,
    `INSERT INTO shooter_device (source, source_account, external_id) VALUES (:source, :sourceAccount, :externalId)
     ON CONFLICT (source, source_account, external_id) WHERE deleted_at IS NULL DO UPDATE SET last_seen_at = now()
     RETURNING ${COLUMNS}`,
    identity,
  );
  return mapDevice(row);
}

export async function listDevices(db: Db): Promise<DeviceRow[]> {
  const found = await queryRows<DeviceRecord>(
    db,
    `SELECT ${COLUMNS} FROM shooter_device WHERE deleted_at IS NULL ORDER BY id`,
  );
  return found.map(mapDevice);
}

export async function findDevice(db: Db, id: number): Promise<DeviceRow | undefined> {
  const sql = `SELECT ${COLUMNS} FROM shooter_device WHERE id = :id AND deleted_at IS NULL`;
  const row = await queryRow<DeviceRecord>(db, sql, { id });
  return row && mapDevice(row);
}

/** Undefined where there is no such device. Its held SMS are run by the loop over rows. */
export async function trustDevice(db: Db, id: number, trusted: boolean, actor: string): Promise<DeviceRow | undefined> {
  const row = await queryRow<DeviceRecord>(
    db,
    `UPDATE shooter_device SET trusted = :trusted, trusted_by = :actor, trusted_at = now()
     WHERE id = :id AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    { id, trusted, actor },
  );
  return row && mapDevice(row);
}

/** A deleted device that delivers again is registered anew, untrusted. */
export async function deleteDevice(db: Db, id: number): Promise<boolean> {
  const sql = `UPDATE shooter_device SET deleted_at = now(), trusted = false WHERE id = :id AND deleted_at IS NULL RETURNING id`;
  return (await queryRow(db, sql, { id })) !== undefined;
}

/** An SMS may run once any sighting of it is trusted: by the channel itself, or by a device that is trusted now. */
const TRUSTED_SIGHTING = `EXISTS (SELECT FROM shooter_sms_sighting g LEFT JOIN shooter_device d ON d.id = g.device_id
  WHERE g.sms_id = s.id AND (g.trusted OR coalesce(d.trusted AND d.deleted_at IS NULL, false)))`;

export async function isTrustedSms(db: Db, smsId: number): Promise<boolean> {
  const sql = `SELECT ${TRUSTED_SIGHTING} AS trusted FROM shooter_sms s WHERE s.id = :smsId`;
  return (await queryRow<{ trusted: boolean }>(db, sql, { smsId }))?.trusted ?? false;
}

/** Held SMS that may run now: the loop's work, also after a restart that lost every signal. */
export async function findReleasableSms(db: Db, limit: number): Promise<{ smsId: number; attempt: number }[]> {
  const sql = `SELECT s.id, s.attempt FROM shooter_sms s
    WHERE s.status = 'held_untrusted_device' AND ${TRUSTED_SIGHTING} ORDER BY s.id LIMIT :limit`;
  const found = await queryRows<{ id: number; attempt: number }>(db, sql, { limit });
  return found.map(({ id, attempt }) => ({ smsId: id, attempt }));
}
