import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../stand/home';
import { findFreePort } from '../../stand/ports';
import { ensureLogin } from '../../stand/postgres-logins';
import { silentProgress } from '../../stand/progress';
import { provisionPostgres, provisionRedis, provisionTemporal, type StandContext } from '../../stand/provision';
import { pong } from '../../stand/redis-server';
import { openSecrets } from '../../stand/secrets';
import { readTemporalSettings } from '../../stand/temporal-settings';
import { scratchHome, testGuardian } from '../support/parts';
import { asOwner, startTestPostgres } from '../support/postgres';
import { startTestRedis } from '../support/redis';
import { startTestTemporal } from '../support/temporal';

describe('a part whose address is given', function () {
  this.timeout(120_000);

  function context(env: Record<string, string>): StandContext {
    const home = scratchHome('external');
    return {
      env: { PATH: process.env['PATH'], ...env },
      root: projectRoot(),
      home,
      settings: readTemporalSettings(),
      secrets: openSecrets(home),
      guardian: testGuardian(),
      progress: silentProgress,
      supervision: { report: () => undefined, onGivenUp: () => undefined },
    };
  }

  it('is neither started nor stopped', async () => {
    const postgres = await startTestPostgres();
    const databaseUrl = await postgres.createDatabase();
    const redis = await startTestRedis();
    const temporal = await startTestTemporal();
    const given = context({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, TEMPORAL_ADDRESS: temporal.address });
    const parts = [await provisionPostgres(given), await provisionRedis(given), await provisionTemporal(given)];
    assert.deepEqual(readdirSync(given.home), ['secrets.json']);
    for (const part of parts) {
      assert.equal(part.owned, false);
      await part.stop();
    }
    await asOwner(databaseUrl, 'SELECT 1');
    assert.ok(await pong(redis.url));
    await postgres.stop();
  });

  it('is told by the name of its variable where it does not answer, and never by its value', async () => {
    const port = await findFreePort();
    const cases = [
      [provisionPostgres, 'DATABASE_URL', `postgres://u:hidden@127.0.0.1:${port}/x`],
      [provisionRedis, 'REDIS_URL', `redis://:hidden@127.0.0.1:${port}`],
      [provisionTemporal, 'TEMPORAL_ADDRESS', `127.0.0.1:${port}`],
    ] as const;
    for (const [provision, variable, value] of cases) {
      const given = context({ [variable]: value });
      await assert.rejects(provision(given), (error: Error) => {
        assert.match(error.message, new RegExp(`does not answer at the address that ${variable} gives`));
        assert.doesNotMatch(error.message, /hidden/);
        return true;
      });
    }
  });

  it('that is missing on PATH is told with the command that installs it', async () => {
    const without = context({});
    await assert.rejects(provisionRedis({ ...without, env: { PATH: '/nowhere' } }), /Redis is missing.*REDIS_URL/);
    assert.ok(!existsSync(path.join(without.home, 'redis')));
  });
});

describe('logins on a given server', function () {
  this.timeout(120_000);
  const variable = 'RECON_DATABASE_URL';

  it('are made, used again, and not taken from someone who has that name', async () => {
    const postgres = await startTestPostgres();
    const url = await postgres.createDatabase();
    // Another run of the tests may share the server.
    await asOwner(url, `DROP ROLE IF EXISTS recon`);
    await asOwner(url, `DO $$ BEGIN CREATE ROLE recon_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
    const login = { name: 'recon', group: 'recon_app', password: 'first-password', variable } as const;
    const made = await ensureLogin(url, login, false);
    assert.equal(new URL(made).username, 'recon');
    await asOwner(made, 'SET ROLE recon_app');
    assert.equal(await ensureLogin(url, login, false), made);
    const [row] = await asOwner(url, `SELECT rolpassword FROM pg_authid WHERE rolname = 'recon'`);
    assert.match(String(row?.['rolpassword']), /^SCRAM/);

    await asOwner(url, `CREATE ROLE clerk LOGIN`);
    const asClerk = new URL(url);
    asClerk.username = 'clerk';
    await asOwner(url, `DROP ROLE recon`);
    await assert.rejects(
      ensureLogin(asClerk.toString(), login, false),
      /may not make logins[^]*CREATE ROLE recon[^]*GRANT/,
    );
    await asOwner(url, `DROP ROLE clerk`);
    await postgres.stop();
  });
});
