/** What the house has at the end of the day, read from its rows. */
import type { Db } from '../../../db/query';
import { queryRows } from '../../../db/query';
import { readLoops } from '../../../db/loops';
import { readPushCursor, readThreadCursors } from '../../../db/pushbullet-cursors';
import type { Via } from '../../../domain/delivery';
import type { SeenSms } from './check-day';
import { ACCOUNTS, BOT_ID, type World } from './world';

interface SmsRecord {
  id: number;
  body: string | null;
  status: string;
  review_reason: string | null;
  in_doubt: boolean;
  order_id: string | null;
  sightings: {
    source: string;
    account: string;
    device: string | null;
    via: Via;
    received_ms: number;
    seen_ms: number;
  }[];
}

const MS = (column: string) => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const SEEN_SQL = `SELECT s.id, s.body, s.status, s.review_reason, s.order_id,
    s.duplicate_of IS NOT NULL OR s.auto_hold IS NOT DISTINCT FROM 'possible_duplicate' AS in_doubt,
    g.sightings
  FROM shooter_sms s CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object('source', g.source, 'account', g.source_account, 'device', d.external_id,
      'via', g.via, 'received_ms', ${MS('g.received_at')}, 'seen_ms', ${MS('g.seen_at')}) ORDER BY g.id), '[]') AS sightings
    FROM shooter_sms_sighting g LEFT JOIN shooter_device d ON d.id = g.device_id WHERE g.sms_id = s.id) g
  WHERE s.id > :after ORDER BY s.id`;

/** Those taken in after the row `after`. */
export async function readSeen(db: Db, after: number): Promise<SeenSms[]> {
  const rows = await queryRows<SmsRecord>(db, SEEN_SQL, { after });
  return rows.map((row) => ({
    id: row.id,
    body: row.body ?? '',
    status: row.status,
    reviewReason: row.review_reason,
    inDoubt: row.in_doubt,
    orderId: row.order_id,
    sightings: row.sightings.map(({ source, account, device, via, received_ms, seen_ms }) => ({
      source,
      origin: [source, account, ...(source === 'telegram' || device === null ? [] : [device])].join('/'),
      via,
      receivedAtMs: received_ms,
      seenAtMs: seen_ms,
    })),
  }));
}

export async function lastSmsId(db: Db): Promise<number> {
  const [row] = await queryRows<{ id: number }>(db, `SELECT coalesce(max(id), 0) AS id FROM shooter_sms`);
  return row?.id ?? 0;
}

export interface Progress {
  readonly rows: number;
  readonly approved: number;
  readonly open: number;
  /** The latest receipt by a source of something that came after a moment: by source, in milliseconds since 1970. */
  readonly freshest: Readonly<Record<string, number>>;
}

export async function readProgress(db: Db, after: number): Promise<Progress> {
  const [counts] = await queryRows<{ rows: number; approved: number; open: number }>(
    db,
    `SELECT count(*) AS rows, count(*) FILTER (WHERE status = 'approved') AS approved,
       count(*) FILTER (WHERE status IN ('received', 'matched', 'approving')) AS open FROM shooter_sms WHERE id > :after`,
    { after },
  );
  const freshest = await queryRows<{ source: string; received_ms: number }>(
    db,
    `SELECT source, ${MS('max(received_at)')} AS received_ms FROM shooter_sms_sighting WHERE sms_id > :after GROUP BY source`,
    { after },
  );
  return {
    rows: counts?.rows ?? 0,
    approved: counts?.approved ?? 0,
    open: counts?.open ?? 0,
    freshest: Object.fromEntries(freshest.map(({ source, received_ms }) => [source, received_ms])),
  };
}

/** What stands somewhere else than at its end: cursors, the offset, the outbox, loops; empty where all is well. */
export async function findUnfinished(db: Db, world: World): Promise<string[]> {
  const found: string[] = [];
  const { telegram, pushbullet } = world.sim.sim;
  const waiting = telegram.bot(BOT_ID)?.queue.pending() ?? 0;
  if (waiting > 0) found.push(`Telegram holds ${waiting} updates that nobody has confirmed`);
  const accounts = await queryRows<{ id: number; account_iden: string }>(
    db,
    `SELECT id, account_iden FROM shooter_pushbullet WHERE deleted_at IS NULL`,
  );
  for (const { iden } of Object.values(ACCOUNTS)) {
    const account = pushbullet.account(iden);
    const row = accounts.find(({ account_iden }) => account_iden === iden);
    if (!account || !row) {
      found.push(`the account ${iden} is not known`);
      continue;
    }
    const last = Math.max(0, ...account.pushes.map(({ modified }) => modified));
    const cursor = Number((await readPushCursor(db, row.id)) ?? 0);
    if (Math.abs(cursor - last) > 1e-6) found.push(`the cursor of the pushes of ${iden} is at ${cursor}, not ${last}`);
    for (const { iden: device, phone } of account.devices) {
      const cursors = await readThreadCursors(db, row.id, device);
      for (const { id, messages } of phone?.threads ?? []) {
        const latest = Math.max(0, ...messages.map(({ timestamp }) => timestamp));
        const at = cursors[id]?.timestamp ?? 0;
        if (at !== latest) found.push(`the cursor of thread ${id} of ${device} is at ${at}, not ${latest}`);
      }
    }
  }
  for (const loop of await readLoops(db)) {
    const isOff = !loop.fresh || (loop.critical && loop.fault !== null) || loop.staleSince !== null;
    if (isOff) found.push(`${loop.name} is ${loop.fresh ? 'fresh' : 'stale'}, its fault ${loop.fault ?? 'none'}`);
  }
  const [unsent] = await queryRows<{ count: number }>(
    db,
    `SELECT count(*) AS count FROM recon_outbox WHERE sent_at IS NULL`,
  );
  if ((unsent?.count ?? 0) > 0) found.push(`${unsent?.count ?? 0} events are not sent`);
  return found;
}
