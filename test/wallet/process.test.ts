import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createKnex } from '../../service/postgres';
import { loginAs, startTestPostgres, type TestPostgres } from '../support/postgres';
import { migratedDatabase, startTestWallet } from '../support/wallet';

const MAIN = path.resolve(__dirname, '../../wallet/main.js');
const SETTINGS = {
  PATH: process.env['PATH'],
  MULTI_BRAND_ENFORCEMENT: 'enforce',
  BRAND_SIGNING_KEY: 'signing-key-of-the-tests',
  INTERNAL_SERVICE_TOKEN_OPS: 'token-of-ops-000001',
  WALLET_PORT: '0',
};

describe("the wallet's process", function () {
  this.timeout(60_000);
  let postgres: TestPostgres;
  let databaseUrl: string;
  before(async () => {
    postgres = await startTestPostgres();
    databaseUrl = await migratedDatabase(postgres);
  });
  after(() => postgres.stop());

  it('listens, says that it is ready and which version it is, and stops cleanly when told to', async () => {
    const child = start({ ...SETTINGS, DATABASE_URL: await loginAs(databaseUrl, 'wallet_app') });
    const url = await addressOf(child);
    assert.deepEqual(await jsonAt(`${url}/healthz`), { ok: true });
    assert.deepEqual(await jsonAt(`${url}/readyz`), { ready: true });
    const version = (await jsonAt(`${url}/version`)) as Record<string, unknown>;
    assert.equal(version['service'], 'wallet');
    assert.match(String(version['version']), /^\d+\.\d+\.\d+/);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  for (const missing of ['DATABASE_URL', 'BRAND_SIGNING_KEY', 'MULTI_BRAND_ENFORCEMENT']) {
    it(`refuses to start without ${missing}, and names it`, async () => {
      const child = start({ ...SETTINGS, DATABASE_URL: databaseUrl, [missing]: undefined });
      const said = output(child);
      assert.deepEqual(await once(child, 'exit'), [1, null]);
      assert.match(await said, new RegExp(missing));
    });
  }
});

describe("the wallet's readiness", function () {
  this.timeout(60_000);

  it('is 503 without the schema and without the database; the process counts as healthy all the same', async () => {
    const postgres = await startTestPostgres();
    const empty = await postgres.createDatabase();
    const knex = createKnex({ url: empty, applicationName: 'test-wallet', poolSize: 2, acquireTimeoutMs: 500 });
    const wallet = await startTestWallet({ knex });
    for (const state of ['without the schema', 'without the database']) {
      const ready = await wallet.request('GET', '/readyz');
      assert.deepEqual([ready.status, ready.json], [503, { ready: false }], state);
      assert.equal((await wallet.request('GET', '/healthz')).status, 200);
      await postgres.stop();
    }
    await knex.destroy();
    await wallet.stop();
  });

  it('and where the database is away, a request is a 503 that may be repeated', async () => {
    const knex = createKnex({
      url: 'postgres://postgres@127.0.0.1:1/nowhere',
      applicationName: 'test-wallet',
      poolSize: 2,
      acquireTimeoutMs: 500,
    });
    const wallet = await startTestWallet({ knex });
    const payment = { order_id: 'o-1', sms_id: 's-1', amount_minor: 1, currency: 'EUR', brand_id: 'north' };
    const reply = await wallet.approve(payment);
    assert.deepEqual([reply.status, reply.json.error?.code], [503, 'database_unavailable']);
    assert.ok(reply.headers.get('retry-after'));
    await knex.destroy();
    await wallet.stop();
  });
});

function start(env: Record<string, string | undefined>): ChildProcess {
  return spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr ?? []) text += String(chunk);
  return text;
}

async function addressOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const [, url] = /"url":"(http[^"]+)"/.exec(text) ?? [];
    if (url !== undefined) {
      child.stderr?.resume();
      return url;
    }
  }
  throw new Error(`the wallet did not start: ${text}`);
}

async function jsonAt(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
