import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { migrateUp } from '../../db/migrate';
import { createKnex } from '../../service/postgres';
import { HOOK_SECRET } from '../support/api';
import { loginAs, startTestPostgres, type TestPostgres } from '../support/postgres';
import { migratedDatabase } from '../support/wallet';

const MAIN = path.resolve(__dirname, '../../api/main.js');
const SETTINGS = {
  PATH: process.env['PATH'],
  MULTI_BRAND_ENFORCEMENT: 'enforce',
  INTERNAL_SERVICE_TOKEN_OPS: 'token-of-ops-000001',
  RECON_API_PORT: '0',
  // Nobody answers there: accepting, reading and stopping work all the same.
  REDIS_URL: 'redis://127.0.0.1:1',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  HOOK_SECRETS_GENERIC: HOOK_SECRET,
};

describe("the API's process", function () {
  this.timeout(60_000);
  let postgres: TestPostgres;
  let databaseUrl: string;
  let reconUrl: string;
  before(async () => {
    postgres = await startTestPostgres();
    databaseUrl = await migratedDatabase(postgres);
    const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 2 });
    await migrateUp(owner);
    await owner.destroy();
    reconUrl = await loginAs(databaseUrl, 'recon_app');
  });
  after(() => postgres.stop());

  it('listens though Redis and Temporal are away, says so, and stops cleanly when told to', async () => {
    const child = start({ ...SETTINGS, NODE_ENV: 'production', DATABASE_URL: reconUrl });
    const url = await addressOf(child);
    assert.deepEqual(await jsonAt(`${url}/readyz`), { ready: true });
    const health = (await jsonAt(`${url}/health`)) as Record<string, { state: string }>;
    assert.deepEqual(
      [health['database']?.state, health['redis']?.state, health['temporal']?.state],
      ['up', 'down', 'down'],
    );
    assert.match(await (await fetch(`${url}/metrics`)).text(), /^recon_sms_need_check 0$/m);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('refuses to start on a database that lacks migrations, and says what to run', async () => {
    const empty = await migratedDatabase(postgres);
    await refuses({ DATABASE_URL: await loginAs(empty, 'recon_app') }, /0002-sms.*recon migrate/);
  });

  it('refuses in production to start under a login that may write money', async () => {
    await refuses({ NODE_ENV: 'production', DATABASE_URL: databaseUrl }, /wallet\.player_deposit/);
  });

  it('refuses a malformed secret of the hook, by the name of its variable', async () => {
    await refuses({ DATABASE_URL: reconUrl, HOOK_SECRETS_GENERIC: 'whsec_!' }, /HOOK_SECRETS_GENERIC/);
  });

  for (const missing of ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS', 'MULTI_BRAND_ENFORCEMENT'])
    it(`refuses to start without ${missing}, and names it`, async () => {
      await refuses({ DATABASE_URL: reconUrl, [missing]: undefined }, new RegExp(missing));
    });

  async function refuses(env: Record<string, string | undefined>, words: RegExp): Promise<void> {
    const child = start({ ...SETTINGS, ...env });
    const said = output(child);
    assert.deepEqual(await once(child, 'exit'), [1, null]);
    assert.match(await said, words);
  }
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
  throw new Error(`the API did not start: ${text}`);
}

async function jsonAt(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
