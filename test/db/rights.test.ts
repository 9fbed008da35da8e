import assert from 'node:assert/strict';
import { migrateUp } from '../../db/migrate';
import type { Db } from '../../db/query';
import { findWalletWriteRights } from '../../db/wallet-rights';
import { createKnex } from '../../service/postgres';
import { loginAs, startTestPostgres, type TestPostgres } from '../support/postgres';
import { migratedDatabase } from '../support/wallet';

const REFUSED = { code: '42501' };

describe('what recon’s role may not do', () => {
  let postgres: TestPostgres;
  let owner: Db;
  let app: Db;
  before(async function () {
    this.timeout(60_000);
    postgres = await startTestPostgres();
    const url = await migratedDatabase(postgres);
    owner = createKnex({ url, applicationName: 'owner', poolSize: 2 });
    await migrateUp(owner);
    app = createKnex({ url: await loginAs(url, 'recon_app'), applicationName: 'app', poolSize: 2 });
    await owner.raw(`INSERT INTO recon_audit (actor, by_person, action) VALUES ('rita', true, 'sms.note')`);
  });
  after(async () => {
    await app.destroy();
    await owner.destroy();
    await postgres.stop();
  });

  it('writes nothing in the wallet’s schema: the database itself refuses', async () => {
    const { rows } = await owner.raw<{ rows: { name: string }[] }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'wallet'::regnamespace AND relkind IN ('r', 'v', 'p') ORDER BY 1`,
    );
    const tables = rows.map(({ name }) => name);
    assert.ok(tables.includes('player_deposit') && tables.includes('ledger_entry') && tables.includes('approval'));
    for (const table of tables) {
      await assert.rejects(app.raw(`INSERT INTO wallet.${table} DEFAULT VALUES`), REFUSED, table);
      await assert.rejects(app.raw(`DELETE FROM wallet.${table}`), REFUSED, table);
      await assert.rejects(app.raw(`TRUNCATE wallet.${table}`), REFUSED, table);
      const { rows: columns } = await owner.raw<{ rows: { name: string }[] }>(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'wallet' AND table_name = ?`,
        [table],
      );
      for (const { name } of columns)
        await assert.rejects(app.raw(`UPDATE wallet.${table} SET ${name} = DEFAULT`), REFUSED, `${table}.${name}`);
    }
    assert.deepEqual(await findWalletWriteRights(app), []);
    assert.ok((await findWalletWriteRights(owner)).length > 0);
  });

  it('sees pending deposits and no other money', async () => {
    assert.deepEqual((await app.raw<{ rows: unknown[] }>(`SELECT * FROM wallet.player_deposit`)).rows, []);
    for (const table of ['ledger_entry', 'ledger_account', 'approval'])
      await assert.rejects(app.raw(`SELECT * FROM wallet.${table}`), REFUSED);
    await assert.rejects(app.raw(`SELECT wallet.approve_deposit('o', 's', 'k', 1, 'EUR', 'b', NULL)`), REFUSED);
    await assert.rejects(app.raw(`CREATE TABLE wallet.mine (id int)`), REFUSED);
  });

  it('appends to what was decided and never changes it', async () => {
    for (const table of [
      'recon_audit',
      'recon_decision',
      'recon_audit_seal',
      'shooter_sms_sighting',
      'shooter_template_recharge_version',
    ]) {
      await assert.rejects(app.raw(`DELETE FROM ${table}`), REFUSED, table);
      await assert.rejects(app.raw(`TRUNCATE ${table}`), REFUSED, table);
      const { rows } = await owner.raw<{ rows: { name: string }[] }>(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ? LIMIT 2`,
        [table],
      );
      for (const { name } of rows)
        await assert.rejects(app.raw(`UPDATE ${table} SET ${name} = DEFAULT`), REFUSED, `${table}.${name}`);
    }
    for (const table of ['shooter_sms', 'recon_match', 'recon_handoff', 'recon_review'])
      await assert.rejects(app.raw(`DELETE FROM ${table}`), REFUSED, table);
  });
});
