/** What the watch over phones looks at: the last SMS and heartbeat of each, and when SMS came. Cheap however many SMS there are. */
import type { DeviceFault } from '../domain/source-health';
import { HISTORY_MS, SLOT_MS } from '../domain/phone-rhythm';
import type { Db } from './query';
import { queryRows } from './query';

/** Times in milliseconds since the epoch, on the database's clock. */
export interface WatchedDevice {
  readonly deviceId: number;
  /** Trusted and not deleted: its silence matters. */
  readonly watched: boolean;
  readonly deleted: boolean;
  readonly fault: DeviceFault | null;
  readonly watchedSinceMs: number;
  readonly lastSmsAtMs: number | null;
  readonly heartbeatAtMs: number | null;
  readonly heartbeatGapMs: number | null;
  readonly killedSinceMs: number | null;
  readonly nowMs: number;
}

interface WatchRecord {
  id: number;
  deleted: boolean;
  trusted: boolean;
  fault: DeviceFault | null;
  watched_since: number;
  last_sms_at: number | null;
  heartbeat_at: number | null;
  heartbeat_gap_ms: number | null;
  fault_since: number | null;
  now: number;
}

const epochMs = (time: string) => `(extract(epoch FROM ${time}) * 1000)::bigint`;

/**
 * The newest SMS by the phone's clock, read from the end of the index; a clock that is ahead does not count. Silence ends
 * when it was seen: a back-fill shows that the phone lives, and a phone's clock that is behind does no harm.
 */
export const WATCHED_DEVICES = `
  SELECT d.id, d.deleted_at IS NOT NULL AS deleted, d.trusted, d.fault, ${epochMs('coalesce(d.trusted_at, d.first_seen_at)')} AS watched_since,
    ${epochMs('greatest(last.received_at, last.seen_at)')} AS last_sms_at, ${epochMs('d.heartbeat_at')} AS heartbeat_at,
    d.heartbeat_gap_ms, ${epochMs('d.fault_since')} AS fault_since, ${epochMs('clock_timestamp()')} AS now
  FROM shooter_device d
  LEFT JOIN LATERAL (SELECT g.received_at, g.seen_at FROM shooter_sms_sighting g
    WHERE g.device_id = d.id AND g.received_at <= now() ORDER BY g.received_at DESC LIMIT 1) last ON true
  WHERE (d.trusted AND d.deleted_at IS NULL) OR d.fault IS NOT NULL
  ORDER BY d.id`;

export async function readWatchedDevices(db: Db): Promise<WatchedDevice[]> {
  const found = await queryRows<WatchRecord>(db, WATCHED_DEVICES);
  return found.map((row) => ({
    deviceId: row.id,
    watched: row.trusted && !row.deleted,
    deleted: row.deleted,
    fault: row.fault,
    watchedSinceMs: row.watched_since,
    lastSmsAtMs: row.last_sms_at,
    heartbeatAtMs: row.heartbeat_at,
    heartbeatGapMs: row.heartbeat_gap_ms,
    killedSinceMs: row.fault === 'app_killed' ? row.fault_since : null,
    nowMs: row.now,
  }));
}

/** Of the time before its last SMS, so that what is usual does not fade while a phone is silent. */
export const SLOTS_OF_DEVICE = `
  SELECT DISTINCT floor(extract(epoch FROM g.received_at) * 1000 / ${SLOT_MS})::bigint AS slot
  FROM shooter_sms_sighting g
  WHERE g.device_id = :deviceId AND g.received_at <= :untilAt::timestamptz
    AND g.received_at > :untilAt::timestamptz - interval '${HISTORY_MS} milliseconds'
  ORDER BY slot`;

/** Ascending numbers of the slots in which SMS came. */
export async function readSlots(db: Db, deviceId: number, untilMs: number): Promise<number[]> {
  const found = await queryRows<{ slot: number }>(db, SLOTS_OF_DEVICE, { deviceId, untilAt: new Date(untilMs) });
  return found.map(({ slot }) => slot);
}
