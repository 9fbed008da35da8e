import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createKnex } from '../../service/postgres';
import { migrateWallet, rollbackWallet } from '../../wallet/migrate';
import { asOwner, startTestPostgres, type TestPostgres } from '../support/postgres';
import { startTestWallet } from '../support/wallet';

const TABLES = `SELECT relname FROM pg_class WHERE relnamespace = 'wallet'::regnamespace AND relkind = 'r'
  AND relname NOT LIKE 'wallet_migration%' ORDER BY relname`;

describe("the wallet's migrations", function () {
  this.timeout(60_000);
  let postgres: TestPostgres;
  let databaseUrl: string;
  let owner: Knex;
  beforeEach(async () => {
    postgres = await startTestPostgres();
    databaseUrl = await postgres.createDatabase();
    owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 2 });
  });
  afterEach(async () => {
    await owner.destroy();
    await postgres.stop();
  });

  it('make every table, and change nothing when they run again', async () => {
    await migrateWallet(owner);
    const names = (await asOwner(databaseUrl, TABLES)).map(({ relname }) => relname);
    assert.deepEqual(names, ['approval', 'ledger_account', 'ledger_entry', 'player', 'player_deposit']);
    await migrateWallet(owner);
    assert.equal((await asOwner(databaseUrl, 'SELECT * FROM wallet.wallet_migration')).length, 2);
  });

  it('keep the rows that are there when they run again', async () => {
    await migrateWallet(owner);
    const wallet = await startTestWallet({ databaseUrl });
    await wallet.approve(await wallet.deposit());
    await migrateWallet(owner);
    const { json } = await wallet.request('GET', '/internal/wallet/audit');
    assert.equal((json['ledger_credits'] as { count: number }).count, 1);
    await wallet.stop();
  });

  it('go down with rows in place, and up again', async () => {
    await migrateWallet(owner);
    const first = await startTestWallet({ databaseUrl });
    await first.approve(await first.deposit());
    await first.stop();
    await rollbackWallet(owner);
    assert.deepEqual(await asOwner(databaseUrl, TABLES), []);
    await migrateWallet(owner);
    const second = await startTestWallet({ databaseUrl });
    assert.equal((await second.approve(await second.deposit())).status, 200);
    await second.stop();
  });

  it('run under an owner that is no superuser', async () => {
    await migrateWallet(owner);
    await asOwner(
      databaseUrl,
      `DO $$ BEGIN CREATE ROLE owner_test LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
    const plain = await postgres.createDatabase();
    await asOwner(
      plain,
      `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO owner_test', current_database()); END $$`,
    );
    const url = new URL(plain);
    url.username = 'owner_test';
    const plainOwner = createKnex({ url: url.toString(), applicationName: 'test-owner', poolSize: 2 });
    await migrateWallet(plainOwner).finally(() => plainOwner.destroy());
    const wallet = await startTestWallet({ databaseUrl: plain });
    assert.equal((await wallet.approve(await wallet.deposit())).status, 200);
    await wallet.stop();
  });
});
