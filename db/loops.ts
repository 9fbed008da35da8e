/**
 * Freshness of the loops in the whole cluster: a listener runs in one worker of several, and each of them must know how old
 * its progress is. Ages are reckoned on the database's clock.
 */
import type { LoopKind } from '../domain/loops';
import type { LoopFault } from '../domain/source-health';
import { writeOutbox, type OutboxEntry } from './outbox';
import type { Db } from './query';
import { json, queryOne, queryRow, queryRows } from './query';

export type LoopDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface LoopRow {
  readonly name: string;
  readonly limitMs: number;
  readonly critical: boolean;
  readonly ageMs: number;
  readonly fresh: boolean;
  /** Why; a stale loop that named nothing says `no_progress`. */
  readonly fault: LoopFault | null;
  readonly detail: LoopDetail;
  readonly owner: string | null;
  /** Since when the house has been told that it is stale. */
  readonly staleSince: Date | null;
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
}

const AGE_MS = `(extract(epoch FROM clock_timestamp() - progressed_at) * 1000)::bigint`;
const COLUMNS = `name, limit_ms, critical, ${AGE_MS} AS age_ms, ${AGE_MS} <= limit_ms AS fresh, fault, detail, owner,
  stale_since`;

function mapLoop(row: LoopRecord): LoopRow {
  return {
    name: row.name,
    limitMs: row.limit_ms,
    critical: row.critical,
    ageMs: row.age_ms,
    fresh: row.fresh,
    fault: row.fault ?? (row.fresh ? null : 'no_progress'),
    detail: row.detail,
    owner: row.owner,
    staleSince: row.stale_since,
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

export interface Turn {
  readonly name: string;
  readonly turned: 'stale' | 'fresh';
}

/** Loops of which the house has not been told yet that they went stale or came back. */
export async function findTurns(db: Db): Promise<Turn[]> {
  return queryRows<Turn>(
    db,
    `SELECT name, CASE WHEN stale_since IS NULL THEN 'stale' ELSE 'fresh' END AS turned FROM recon_loop
     WHERE (stale_since IS NULL) = (${AGE_MS} > limit_ms) ORDER BY name`,
  );
}

/**
 * Notes that a loop turned stale or came back, with one event for it in the same transaction; undefined where somebody else
 * noted it first, or it is so no more.
 */
export async function noteTurn(db: Db, { name, turned }: Turn): Promise<LoopRow | undefined> {
  const stale = turned === 'stale';
  return db.transaction(async (trx) => {
    const before = await queryRow<LoopRecord>(
      trx,
      `SELECT ${COLUMNS} FROM recon_loop
       WHERE name = :name AND (stale_since IS NULL) = :stale AND (${AGE_MS} > limit_ms) = :stale FOR UPDATE`,
      { name, stale },
    );
    if (!before) return undefined;
    const { episode, at, ...after } = await queryOne<LoopRecord & { episode: number; at: Date }>(
      trx,
      `UPDATE recon_loop SET stale_since = CASE WHEN :stale THEN clock_timestamp() END, episode = nextval('recon_episode')
       WHERE name = :name RETURNING ${COLUMNS}, episode, clock_timestamp() AS at`,
      { name, stale },
    );
    const loop = mapLoop(after);
    await writeOutbox(trx, {
      topic: stale ? 'source.stale' : 'source.recovered',
      key: `loop:${name}:${episode}`,
      payload: eventOf(loop, loop.staleSince ?? before.stale_since ?? at),
    });
    return loop;
  });
}

/** What was removed on purpose (an account) is not stale, and whoever was told that it is hears of it. */
export async function forgetLoop(db: Db, name: string): Promise<void> {
  await db.transaction(async (trx) => {
    const row = await queryRow<LoopRecord & { episode: number }>(
      trx,
      `DELETE FROM recon_loop WHERE name = :name RETURNING ${COLUMNS}, nextval('recon_episode') AS episode`,
      { name },
    );
    if (!row || row.stale_since === null) return;
    await writeOutbox(trx, {
      topic: 'source.recovered',
      key: `loop:${name}:${row.episode}`,
      payload: { ...eventOf(mapLoop(row), row.stale_since), fault: null, forgotten: true },
    });
  });
}

/** Counts and codes only. `since`: when it was found stale, in both events. */
function eventOf({ name, limitMs, ageMs, fault }: LoopRow, since: Date): OutboxEntry['payload'] {
  return { loop: name, since: since.toISOString(), limit_ms: limitMs, age_ms: ageMs, fault };
}

/** A loop that nobody has run for this long, and that this build does not know, was retired. */
const RETIRED_AFTER = `interval '1 day'`;

/**
 * What is not configured is no loop: listeners of accounts that were removed, sources without their token or key, loops of an
 * older release. `known` are the kinds of this build.
 */
export async function findUnwantedLoops(
  db: Db,
  given: { readonly known: readonly LoopKind[]; readonly unconfigured: readonly LoopKind[] },
): Promise<string[]> {
  const found = await queryRows<{ name: string }>(
    db,
    `SELECT l.name FROM recon_loop l
     WHERE (split_part(l.name, ':', 1) = 'pushbullet_listener' AND NOT EXISTS (SELECT FROM shooter_pushbullet p
         WHERE p.id::text = split_part(l.name, ':', 2) AND p.deleted_at IS NULL))
       OR split_part(l.name, ':', 1) = ANY (:unconfigured::text[])
       OR (split_part(l.name, ':', 1) <> ALL (:known::text[]) AND l.progressed_at < now() - ${RETIRED_AFTER})`,
    given,
  );
  return found.map(({ name }) => name);
}
