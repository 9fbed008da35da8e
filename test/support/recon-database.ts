/** Recon's database alone, for tests that need no wallet over HTTP and no Temporal. */
import { migrateUp } from '../../db/migrate';
import type { Db } from '../../db/query';
import { createKnex } from '../../service/postgres';
import { loginAs, startTestPostgres } from './postgres';
import { migratedDatabase } from './wallet';

export interface ReconDatabase {
  readonly owner: Db;
  /** As recon's own role. */
  readonly url: string;
  /** A pool of its own under recon's role, as each process has one. */
  connect(): Db;
  stop(): Promise<void>;
}

export async function startReconDatabase(): Promise<ReconDatabase> {
  const postgres = await startTestPostgres();
  const databaseUrl = await migratedDatabase(postgres);
  const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 4 });
  await migrateUp(owner);
  const url = await loginAs(databaseUrl, 'recon_app');
  const pools: Db[] = [];
  return {
    owner,
    url,
    connect() {
      const pool = createKnex({ url, applicationName: `test-recon-${pools.length}`, poolSize: 10 });
      pools.push(pool);
      return pool;
    },
    async stop() {
      for (const pool of pools) await pool.destroy();
      await owner.destroy();
      await postgres.stop();
    },
  };
}

export interface OutboxLine {
  readonly key: string;
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly sent: boolean;
}

/** What has left or is to leave, the oldest first. */
export async function outboxOf(owner: Db, topic: string): Promise<OutboxLine[]> {
  const { rows } = await owner.raw<{ rows: OutboxLine[] }>(
    `SELECT key, topic, payload, sent_at IS NOT NULL AS sent FROM recon_outbox WHERE topic LIKE ? ORDER BY id`,
    [topic],
  );
  return rows;
}
