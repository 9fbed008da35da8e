/** Phones that deliver SMS (`shooter_device`): first contact registers one untrusted, a person trusts it. */
import type { Source } from '../domain/sms';
import type { DeviceFault } from '../domain/source-health';
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
  /** Whether the device signs with secrets of its own, and whether the former of them still counts. */
  readonly hasSecret: boolean;
  readonly hasFormerSecret: boolean;
  readonly app: string | null;
  readonly appVersion: string | null;
  readonly batteryPercent: number | null;
  readonly network: string | null;
  readonly heartbeatAt: Date | null;
  readonly fault: DeviceFault | null;
  readonly faultSince: Date | null;
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
  has_secret: boolean;
  has_former_secret: boolean;
  app: string | null;
  app_version: string | null;
  battery_percent: number | null;
  network: string | null;
  heartbeat_at: Date | null;
  fault: DeviceFault | null;
  fault_since: Date | null;
}

const COLUMNS = `id, source, source_account, external_id, name, line, trusted, trusted_by, trusted_at, first_seen_at, last_seen_at,
  secret_sealed IS NOT NULL AS has_secret, previous_secret_sealed IS NOT NULL AS has_former_secret, app, app_version,
  battery_percent, network, heartbeat_at, fault, fault_since`;

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
    hasSecret: row.has_secret,
    hasFormerSecret: row.has_former_secret,
    app: row.app,
    appVersion: row.app_version,
    batteryPercent: row.battery_percent,
    network: row.network,
    heartbeatAt: row.heartbeat_at,
    fault: row.fault,
    faultSince: row.fault_since,
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

/** What a person calls it, and the line that its SMS come to. `undefined` leaves a field; undefined where there is no such device. */
export async function updateDevice(
  db: Db,
  id: number,
  change: { readonly name?: string | undefined; readonly line?: string | null | undefined },
): Promise<{ readonly before: DeviceRow; readonly after: DeviceRow } | undefined> {
  const locked = `SELECT ${COLUMNS} FROM shooter_device WHERE id = :id AND deleted_at IS NULL FOR UPDATE`;
  const before = await queryRow<DeviceRecord>(db, locked, { id });
  if (!before) return undefined;
  const after = await queryOne<DeviceRecord>(
    db,
    `UPDATE shooter_device SET name = :name, line = :line WHERE id = :id RETURNING ${COLUMNS}`,
    { id, name: change.name ?? before.name, line: change.line === undefined ? before.line : change.line },
  );
  return { before: mapDevice(before), after: mapDevice(after) };
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
