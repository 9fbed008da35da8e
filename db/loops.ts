/**
 * Freshness of the loops in the whole cluster: a listener runs in one worker of several, and each of them must know how old
 * its progress is. Ages are reckoned on the database's clock.
 */
import type { LoopFault } from '../domain/source-health';
import type { Db } from './query';
import { json, queryRow, queryRows } from './query';

export type LoopDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface LoopRow {
  readonly name: string;
  readonly limitMs: number;
  readonly critical: boolean;
  readonly ageMs: number;
  readonly fresh: boolean;
  readonly fault: LoopFault | null;
  readonly detail: LoopDetail;
  readonly owner: string | null;
  readonly staleSince: Date | null;
  readonly episode: number;
}

interface LoopRecord {
  name: string;
  limit_ms: number;
  critical: boolean;
  age_ms: number;
  fresh: boolean;
  fault: LoopFault | null;
  detail: LoopDetail;
  owner: string | null;
  stale_since: Date | null;
  episode: number;
}

const AGE_MS = `(extract(epoch FROM clock_timestamp() - progressed_at) * 1000)::bigint`;
const COLUMNS = `name, limit_ms, critical, ${AGE_MS} AS age_ms, ${AGE_MS} <= limit_ms AS fresh, fault, detail, owner,
  stale_since, episode`;

function mapLoop(row: LoopRecord): LoopRow {
  return {
    name: row.name,
    limitMs: row.limit_ms,
    critical: row.critical,
    ageMs: row.age_ms,
    fresh: row.fresh,
    fault: row.fault,
    detail: row.detail,
    owner: row.owner,
    staleSince: row.stale_since,
    episode: row.episode,
  };
}

export interface LoopIdentity {
  readonly name: string;
  readonly limitMs: number;
  readonly critical: boolean;
  /** Which process runs it. */
  readonly owner: string;
}

/** A first report gives the loop its limit's time to make progress; a repeated one never takes its age away. */
export async function registerLoop(db: Db, loop: LoopIdentity): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_loop (name, limit_ms, critical, owner) VALUES (:name, :limitMs, :critical, :owner)
     ON CONFLICT (name) DO UPDATE SET limit_ms = EXCLUDED.limit_ms, critical = EXCLUDED.critical, owner = EXCLUDED.owner`,
    { ...loop },
  );
}

/** Progress ends the fault. `detail` replaces what was there. */
export async function reportProgress(db: Db, loop: LoopIdentity, detail: LoopDetail = {}): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_loop (name, limit_ms, critical, owner, detail) VALUES (:name, :limitMs, :critical, :owner, :detail::jsonb)
     ON CONFLICT (name) DO UPDATE SET limit_ms = EXCLUDED.limit_ms, critical = EXCLUDED.critical, owner = EXCLUDED.owner,
       detail = EXCLUDED.detail, progressed_at = now(), fault = NULL`,
    { ...loop, detail: json(detail) },
  );
}

/** A fault is noted and takes no age away: the loop turns stale once its limit is over. */
export async function reportFault(
  db: Db,
  loop: LoopIdentity,
  fault: LoopFault,
  detail: LoopDetail = {},
): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_loop (name, limit_ms, critical, owner, fault, detail)
     VALUES (:name, :limitMs, :critical, :owner, :fault, :detail::jsonb)
     ON CONFLICT (name) DO UPDATE SET limit_ms = EXCLUDED.limit_ms, critical = EXCLUDED.critical, owner = EXCLUDED.owner,
       fault = EXCLUDED.fault, detail = EXCLUDED.detail`,
    { ...loop, fault, detail: json(detail) },
  );
}

export async function readLoops(db: Db): Promise<LoopRow[]> {
  const found = await queryRows<LoopRecord>(db, `SELECT ${COLUMNS} FROM recon_loop ORDER BY name`);
  return found.map(mapLoop);
}

/** What was removed on purpose (an account) is not stale. */
export async function forgetLoop(db: Db, name: string): Promise<void> {
  await queryRows(db, `DELETE FROM recon_loop WHERE name = :name`, { name });
}

/** Notes that a loop turned stale or came back; undefined where somebody else noted it first, or it is so no more. */
export async function noteTurn(db: Db, name: string, turned: 'stale' | 'fresh'): Promise<LoopRow | undefined> {
  const stale = turned === 'stale';
  const row = await queryRow<LoopRecord>(
    db,
    `UPDATE recon_loop SET stale_since = CASE WHEN :stale THEN now() END, episode = episode + 1
     WHERE name = :name AND (stale_since IS NULL) = :stale AND (${AGE_MS} > limit_ms) = :stale RETURNING ${COLUMNS}`,
    { name, stale },
  );
  return row && mapLoop(row);
}
