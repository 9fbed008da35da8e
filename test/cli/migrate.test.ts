import assert from 'node:assert/strict';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { randomUUID } from 'node:crypto';
import { CliError } from '../../cli/cli-error';
import { afterOthers } from '../../cli/migrate/with-lock';
import { MIGRATIONS } from '../../db/migrate';
import { SEARCH_ATTRIBUTES } from '../../worker/search-attributes';
import { asOwner, loginAs, startTestPostgres, type TestPostgres } from '../support/postgres';
import { startTestTemporal } from '../support/temporal';
import { until } from '../support/until';
import { createShell, documentOf, expectExit } from './shell';

describe('recon migrate', function () {
  this.timeout(120_000);
  let postgres: TestPostgres;
  before(async () => (postgres = await startTestPostgres()));
  after(() => postgres.stop());

  it('brings an empty database up to date, and says so the second time', async () => {
    const url = await postgres.createDatabase();
    const recon = createShell({ DATABASE_OWNER_URL: url, DATABASE_URL: 'postgres://127.0.0.1:1/never-asked' });
    const migrate = (...words: string[]) => recon('migrate', '--no-temporal', ...words);

    const empty = documentOf(await expectExit(1, migrate('--check', '--json')));
    assert.equal(empty['up_to_date'], false);
    assert.equal((empty['migrations'] as { missing: string[] }).missing.length, MIGRATIONS.length);
    assert.equal(empty['player_deposit'], 'missing');

    const { out } = await expectExit(0, migrate('--wallet'));
    assert.match(out, /ran +wallet 0001-ledger[^]*ran +0001-roles[^]*Everything is up to date/);
    const again = documentOf(await expectExit(0, migrate('--wallet', '--json')));
    assert.deepEqual(again['migrations'], { run: [], missing: [] });
    await expectExit(0, migrate('--check'));
  });

  it('says what a wallet of the user owes it, and touches no schema that is not its own', async () => {
    const url = await postgres.createDatabase();
    const recon = createShell({ DATABASE_URL: url });
    const missing = await expectExit(1, recon('migrate', '--no-temporal'));
    assert.match(missing.out, /wallet\.player_deposit is missing: run "recon migrate --wallet"/);
    assert.deepEqual(await asOwner(url, `SELECT FROM pg_namespace WHERE nspname = 'wallet'`), []);
    await asOwner(url, 'CREATE SCHEMA wallet; CREATE TABLE wallet.player_deposit (order_id text)');
    const notGranted = await expectExit(1, recon('migrate', '--no-temporal', '--check'));
    assert.match(notGranted.out, /GRANT SELECT ON wallet\.player_deposit TO recon_app/);
    await asOwner(url, 'GRANT USAGE ON SCHEMA wallet TO recon_app; GRANT SELECT ON wallet.player_deposit TO recon_app');
    await expectExit(0, recon('migrate', '--no-temporal', '--check'));
  });

  it('two at once are no fault', async () => {
    const recon = createShell({ DATABASE_URL: await postgres.createDatabase() });
    await Promise.all([1, 2, 3].map(() => expectExit(0, recon('migrate', '--no-temporal', '--wallet'))));
    await expectExit(0, recon('migrate', '--no-temporal', '--wallet', '--check'));
  });

  it('gives back the lock of a migration that was killed', async () => {
    const url = await postgres.createDatabase();
    const recon = createShell({ DATABASE_URL: url });
    await expectExit(0, recon('migrate', '--no-temporal', '--wallet'));
    await asOwner(
      url,
      `UPDATE recon_migration_lock SET is_locked = 1; UPDATE wallet.wallet_migration_lock SET is_locked = 1`,
    );
    const stuck = () => Promise.reject(Object.assign(new Error('locked'), { name: 'MigrationLocked' }));
    await assert.rejects(
      afterOthers(stuck, 0),
      (error) => error instanceof CliError && /--unlock/.test(error.hint ?? ''),
    );
    await expectExit(0, recon('migrate', '--no-temporal', '--wallet', '--unlock'));
    const locks = await asOwner(
      url,
      `SELECT is_locked FROM recon_migration_lock UNION SELECT is_locked FROM wallet.wallet_migration_lock`,
    );
    assert.deepEqual(locks, [{ is_locked: 0 }]);
  });

  it('says that a login may not change the schema, and that PostgreSQL is away', async () => {
    const url = await postgres.createDatabase();
    await expectExit(0, createShell({ DATABASE_URL: url })('migrate', '--no-temporal', '--wallet'));
    const fresh = await postgres.createDatabase();
    const weak = createShell({ DATABASE_URL: await loginAs(fresh, 'recon_app') });
    assert.match((await expectExit(2, weak('migrate', '--no-temporal'))).err, /may not change[^]*DATABASE_OWNER_URL/);
    const away = createShell({ DATABASE_URL: 'postgres://127.0.0.1:1/recon' });
    assert.match((await expectExit(3, away('migrate', '--no-temporal'))).err, /PostgreSQL is away \(ECONNREFUSED\)/);
  });

  it('makes the search attributes of a namespace, and says that Temporal is away', async () => {
    const { address } = await startTestTemporal();
    const namespace = `migrate-${randomUUID().slice(0, 8)}`;
    const connection = await Connection.connect({ address });
    try {
      const retention = { workflowExecutionRetentionPeriod: msToTs(86_400_000) };
      await connection.workflowService.registerNamespace({ namespace, ...retention });
      // The server's own services learn of a namespace one after the other.
      const known = () =>
        connection.operatorService.listSearchAttributes({ namespace }).then(
          () => true,
          () => false,
        );
      await until(known, 60_000);
    } finally {
      await connection.close();
    }
    const env = {
      DATABASE_URL: await postgres.createDatabase(),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
    };
    const recon = createShell(env);
    const attributes = (json: Record<string, unknown>) =>
      json['search_attributes'] as { added: string[]; missing: string[] };
    const before = documentOf(await expectExit(1, recon('migrate', '--wallet', '--check', '--json')));
    assert.deepEqual(attributes(before).missing, [...SEARCH_ATTRIBUTES]);
    const { added } = attributes(documentOf(await expectExit(0, recon('migrate', '--wallet', '--json'))));
    assert.deepEqual(added, [...SEARCH_ATTRIBUTES]);
    await until(async () => (await recon('migrate', '--wallet', '--check')).exitCode === 0, 60_000);
    const away = createShell({ ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.match((await expectExit(3, away('migrate'))).err, /Temporal does not answer/);
  });
});
