/** What a phone says of itself (`shooter_device`): its app, and the figures of its last heartbeat. */
import type { PhoneApp, Vitals } from '../domain/phone-apps';
import type { Db } from './query';
import { queryRows } from './query';

/** How much one gap moves what is usual: a night without power does not make silence usual. */
const WEIGHT = 0.2;

export async function noteApp(db: Db, deviceId: number, app: PhoneApp): Promise<void> {
  const sql = `UPDATE shooter_device SET app = :app WHERE id = :deviceId AND app IS DISTINCT FROM :app`;
  await queryRows(db, sql, { deviceId, app });
}

export interface Heartbeat {
  readonly deviceId: number;
  readonly app: PhoneApp;
  readonly vitals: Vitals;
  /** Sent by schedule: it moves what is usual between two. */
  readonly regular: boolean;
}

/** What a heartbeat leaves unsaid stays as it was. */
export async function noteHeartbeat(db: Db, heartbeat: Heartbeat): Promise<void> {
  const { vitals, ...rest } = heartbeat;
  await queryRows(
    db,
    `UPDATE shooter_device SET app = :app,
       app_version = coalesce(:appVersion, app_version),
       battery_percent = coalesce(:batteryPercent::int, battery_percent),
       network = coalesce(:network, network),
       heartbeat_gap_ms = CASE WHEN heartbeat_at IS NULL OR NOT :regular THEN heartbeat_gap_ms ELSE round(
         coalesce(heartbeat_gap_ms, gap.ms) * (1 - :weight::float8) + gap.ms * :weight::float8) END,
       heartbeat_at = clock_timestamp(), last_seen_at = now()
     FROM (SELECT id, greatest(0, extract(epoch FROM clock_timestamp() - heartbeat_at) * 1000)::float8 AS ms
       FROM shooter_device WHERE id = :deviceId) gap
     WHERE shooter_device.id = gap.id`,
    { ...rest, ...vitals, weight: WEIGHT },
  );
}
