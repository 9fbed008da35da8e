/**
 * What phones suffer from: one fault at a time, the surest. Each turn is a compare-and-set that leaves one event in the outbox
 * in the same transaction, however many processes see it at once.
 */
import type { DeviceFault } from '../domain/source-health';
import { outranks } from '../domain/source-health';
import type { Source } from '../domain/sms';
import { writeOutbox } from './outbox';
import type { Db } from './query';
import { queryOne, queryRow, queryRows } from './query';

interface FaultRecord {
  id: number;
  source: Source;
  deleted: boolean;
  fault: DeviceFault | null;
  fault_since: Date | null;
}

/** How long it has been so and what was allowed, where the fault is one of silence; milliseconds. */
export interface Silence {
  readonly ageMs: number;
  readonly limitMs: number;
}

const COLUMNS = `id, source, deleted_at IS NOT NULL AS deleted, fault, fault_since`;

async function readFault(db: Db, deviceId: number, lock: boolean): Promise<FaultRecord | undefined> {
  const sql = `SELECT ${COLUMNS} FROM shooter_device WHERE id = :deviceId ${lock ? 'FOR UPDATE' : ''}`;
  return queryRow<FaultRecord>(db, sql, { deviceId });
}

/** True where this call turned it. A fault that is less sure than the one it has changes nothing. */
export async function setDeviceFault(
  db: Db,
  deviceId: number,
  fault: DeviceFault,
  silence: Silence | null = null,
): Promise<boolean> {
  const turns = (row: FaultRecord | undefined): row is FaultRecord =>
    row !== undefined && !row.deleted && (row.fault === null || outranks(fault, row.fault));
  // Asked without a lock first: a source may say the same of every frame.
  if (!turns(await readFault(db, deviceId, false))) return false;
  return db.transaction(async (trx) => {
    const row = await readFault(trx, deviceId, true);
    if (!turns(row)) return false;
    const { episode, at } = await turnTo(trx, deviceId, fault);
    await writeOutbox(trx, {
      topic: 'device.stale',
      key: `device:${deviceId}:${episode}`,
      payload: {
        device_id: deviceId,
        source: row.source,
        fault,
        since: at.toISOString(),
        limit_ms: silence?.limitMs ?? null,
        age_ms: silence?.ageMs ?? null,
      },
    });
    return true;
  });
}

/** Takes away any of the given faults; whoever says that a phone is well says of which of them. True where this call turned it. */
export async function clearDeviceFault(db: Db, deviceId: number, faults: readonly DeviceFault[]): Promise<boolean> {
  const turns = (fault: DeviceFault | null): fault is DeviceFault => fault !== null && faults.includes(fault);
  if (!turns((await readFault(db, deviceId, false))?.fault ?? null)) return false;
  return db.transaction(async (trx) => {
    const row = await readFault(trx, deviceId, true);
    if (!row || !turns(row.fault)) return false;
    const { episode, at } = await turnTo(trx, deviceId, null);
    const since = row.fault_since ?? at;
    await writeOutbox(trx, {
      topic: 'device.recovered',
      key: `device:${deviceId}:${episode}`,
      payload: {
        device_id: deviceId,
        source: row.source,
        fault: row.fault,
        since: since.toISOString(),
        limit_ms: null,
        age_ms: at.getTime() - since.getTime(),
      },
    });
    return true;
  });
}

function turnTo(trx: Db, deviceId: number, fault: DeviceFault | null): Promise<{ episode: number; at: Date }> {
  return queryOne<{ episode: number; at: Date }>(
    trx,
    `UPDATE shooter_device SET fault = :fault, fault_episode = nextval('recon_episode'),
       fault_since = CASE WHEN :fault::text IS NULL THEN NULL ELSE clock_timestamp() END
     WHERE id = :deviceId RETURNING fault_episode AS episode, coalesce(fault_since, clock_timestamp()) AS at`,
    { deviceId, fault },
  );
}

export interface FaultyDevice {
  readonly deviceId: number;
  readonly source: Source;
  readonly name: string;
  readonly app: string | null;
  readonly fault: DeviceFault;
  readonly since: Date;
  readonly ageMs: number;
}

export async function readFaultyDevices(db: Db): Promise<FaultyDevice[]> {
  const found = await queryRows<{
    id: number;
    source: Source;
    name: string;
    app: string | null;
    fault: DeviceFault;
    since: Date;
    age_ms: number;
  }>(
    db,
    `SELECT id, source, name, app, fault, coalesce(fault_since, last_seen_at) AS since,
       (extract(epoch FROM clock_timestamp() - coalesce(fault_since, last_seen_at)) * 1000)::bigint AS age_ms
     FROM shooter_device WHERE fault IS NOT NULL AND deleted_at IS NULL ORDER BY id`,
  );
  return found.map(({ id, age_ms: ageMs, ...rest }) => ({ deviceId: id, ageMs: Math.max(0, ageMs), ...rest }));
}
