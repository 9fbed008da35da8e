import assert from 'node:assert/strict';
import { migrateDown, migrateUp, MIGRATIONS, missingMigrations } from '../../db/migrate';
import type { Db } from '../../db/query';
import { createKnex } from '../../service/postgres';
import { loginAs, withPostgres } from '../support/postgres';
import { migratedDatabase } from '../support/wallet';

const NAMES = MIGRATIONS.map(({ name }) => name);

/** A row in every table, as the product would have left them. */
const ROWS = `
  INSERT INTO shooter_phone (sender, sender_normal, created_by) VALUES ('BANK', 'BANK', 'test');
  INSERT INTO shooter_template_recharge (name, created_by) VALUES ('one', 'test');
  INSERT INTO shooter_template_recharge_version (template_id, version, definition, created_by)
    SELECT id, 1, '{}', 'test' FROM shooter_template_recharge;
  INSERT INTO shooter_device (source, source_account, external_id) VALUES ('webhook', 'line', 'phone');
  INSERT INTO shooter_sms (source, source_account, device_id, sender, sender_normal, body, received_at, line, fingerprint, status,
      order_id, brand_id, brand_origin, match_kind, reference)
    SELECT 'webhook', 'line', id, 'BANK', 'BANK', 'text', now(), 'line', 'f', 'approved', 'o', 'b', 'match', 'auto', 'r' FROM shooter_device;
  INSERT INTO shooter_sms_sighting (sms_id, source, source_account, received_at, trusted, body_hash, delivery_key)
    SELECT id, 'webhook', 'line', now(), true, 'h', 'k' FROM shooter_sms;
  INSERT INTO recon_match (sms_id, order_id, attempt, kind, amount_minor, currency, brand_id, created_by)
    SELECT id, 'o', 1, 'auto', 100, 'EUR', 'b', 'machine' FROM shooter_sms;
  INSERT INTO recon_handoff (match_id, sms_id, order_id, idempotency_key, state, ledger_entry_id)
    SELECT id, sms_id, order_id, 'key', 'approved', '1' FROM recon_match;
  INSERT INTO recon_decision (sms_id, attempt, step, outcome) SELECT id, 1, 'match', 'matched' FROM shooter_sms;
  INSERT INTO recon_review (review_id, sms_id, attempt, command, reviewer) SELECT 'id', id, 1, 'note', 'rita' FROM shooter_sms;
  INSERT INTO recon_audit (actor, by_person, action) VALUES ('rita', true, 'sms.note');
  INSERT INTO recon_audit_seal (seq, audit_id, previous_hash, hash) SELECT 1, id, '0', '1' FROM recon_audit;
  INSERT INTO recon_cursor (name, value) VALUES ('templates', '{"revision":1}');
  INSERT INTO recon_outbox (key, topic, payload) VALUES ('k', 'alarm', '{}');
  INSERT INTO recon_hook_message (channel, webhook_id, body_hash, sms_id) SELECT 'generic', 'w', 'h', id FROM shooter_sms;
  INSERT INTO shooter_pushbullet (account_iden, token_sealed, added_by) VALUES ('u', 'sealed', 'rita');
  INSERT INTO recon_loop (name, limit_ms) VALUES ('sweeper', 1000);
  INSERT INTO recon_balance_entry (sms_id, bank, account_tail, currency, line, received_at)
    SELECT id, 'bank', '1', 'EUR', 'line', now() FROM shooter_sms;
  INSERT INTO recon_balance_account (bank, account_tail, currency, line) VALUES ('bank', '1', 'EUR', 'line');
  INSERT INTO recon_balance_gap (before_sms_id, after_sms_id, bank, account_tail, line, currency, missing_minor)
    SELECT id, id, 'bank', '1', 'line', 'EUR', 1 FROM shooter_sms`;

describe('the migrations of recon', () => {
  it('go up, down with rows in place, and up again to the same schema', async function () {
    this.timeout(60_000);
    await withDatabase(async (owner) => {
      assert.deepEqual(await missingMigrations(owner), NAMES);
      assert.deepEqual(await migrateUp(owner), NAMES);
      assert.deepEqual(await migrateUp(owner), []);
      assert.deepEqual(await missingMigrations(owner), []);
      const schema = await describeSchema(owner);
      await owner.raw(ROWS);
      for (const name of [...NAMES].reverse()) assert.deepEqual(await migrateDown(owner), [name]);
      assert.deepEqual(await tablesOf(owner), []);
      assert.deepEqual(await migrateUp(owner), NAMES);
      assert.deepEqual(await describeSchema(owner), schema);
      await owner.raw(ROWS);
    });
  });

  it('can be taken back one by one with rows in place, and brought up again', async function () {
    this.timeout(60_000);
    await withDatabase(async (owner) => {
      await migrateUp(owner);
      await owner.raw(ROWS);
      // No row is lost on the way down and up but those of the tables that the newest one made.
      const all = await countsOf(owner, await tablesOf(owner));
      assert.ok(
        Object.values(all).every((count) => count > 0),
        JSON.stringify(all),
      );
      assert.deepEqual(await migrateDown(owner), [NAMES.at(-1)]);
      assert.deepEqual(await missingMigrations(owner), [NAMES.at(-1)]);
      const kept = await tablesOf(owner);
      const counts = await countsOf(owner, kept);
      assert.deepEqual(counts, Object.fromEntries(kept.map((table) => [table, all[table]])));
      await migrateUp(owner);
      assert.deepEqual(await countsOf(owner, kept), counts);
    });
  });

  it('wait for each other where two processes bring the same database up', async function () {
    this.timeout(60_000);
    await withDatabase(async (owner, url) => {
      const second = createKnex({ url, applicationName: 'second', poolSize: 2 });
      const results = await Promise.allSettled([migrateUp(owner), migrateUp(second)]);
      assert.ok(results.some(({ status }) => status === 'fulfilled'));
      assert.deepEqual(await missingMigrations(owner), []);
      await second.destroy();
    });
  });

  it('are known to recon’s own role, which may look but not change them', async function () {
    this.timeout(60_000);
    await withPostgres(async (_url, postgres) => {
      const url = await migratedDatabase(postgres);
      const owner = createKnex({ url, applicationName: 'owner', poolSize: 2 });
      await migrateUp(owner);
      const app = createKnex({ url: await loginAs(url, 'recon_app'), applicationName: 'app', poolSize: 2 });
      assert.deepEqual(await missingMigrations(app), []);
      await assert.rejects(app.raw(`DELETE FROM recon_migration`), { code: '42501' });
      await app.destroy();
      await owner.destroy();
    });
  });
});

async function withDatabase(use: (owner: Db, url: string) => Promise<void>): Promise<void> {
  await withPostgres(async (_url, postgres) => {
    const url = await migratedDatabase(postgres);
    const owner = createKnex({ url, applicationName: 'owner', poolSize: 4 });
    try {
      await use(owner, url);
    } finally {
      await owner.destroy();
    }
  });
}

async function describeSchema(owner: Db): Promise<unknown> {
  const { rows } = await owner.raw<{ rows: { line: string }[] }>(`
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT table_name || ' ' || grantee || ' ' || privilege_type FROM information_schema.role_table_grants
      WHERE table_schema = 'public' AND grantee = 'recon_app'
    ORDER BY line`);
  return rows.map(({ line }) => line);
}

async function tablesOf(owner: Db): Promise<string[]> {
  const { rows } = await owner.raw<{ rows: { name: string }[] }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'recon_migration%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function countsOf(owner: Db, tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await owner.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM ${table}`);
    counts[table] = rows[0]?.n ?? 0;
  }
  return counts;
}
