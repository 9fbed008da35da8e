import assert from 'node:assert/strict';
import { createPushbulletAccounts } from '../../../intake/pushbullet/accounts';
import { createPushbulletClient, type PushbulletClient } from '../../../intake/pushbullet/client';
import { createSecretBox } from '../../../service/secret-box';
import { linkTemporal, type TemporalLink } from '../../../api/temporal-client';
import type { Db } from '../../../db/query';
import { startTestApi, type ApiParts, type TestApi } from '../../support/api';
import { startReconDatabase, type ReconDatabase } from '../../support/recon-database';
import { startTestSim, type TestSim } from '../../support/sim';

const BASE = '/internal/recon/pushbullet/device';
const TOKEN = 'o.First-Token-Of-The-Account-0001';
const NEXT_TOKEN = 'o.Second-Token-Of-The-Account-02';
const KEY = 'a-key-for-the-secrets-of-tests';

interface Phone {
  id: number;
  name: string;
  trusted: boolean;
  fault: string | null;
}
interface Account {
  id: number;
  account: string;
  name: string;
  has_password: boolean;
  added: boolean;
  devices: Phone[];
  listener: unknown;
}

describe('accounts of Pushbullet', function () {
  this.timeout(60_000);
  let sim: TestSim;
  let api: TestApi;
  let client: PushbulletClient;
  let base: ReconDatabase;
  let db: Db;
  let temporal: TemporalLink;
  let parts: ApiParts;
  const accountOf = (reply: { json: unknown }) => reply.json as Account;
  const list = async () => (accountOf(await api.get(`${BASE}/list`)) as unknown as { items: Account[] }).items;
  const codeOf = (reply: { json: unknown }) => (reply.json as { error: { code: string } }).error.code;
  const rows = async (sql: string) => (await base.owner.raw<{ rows: Record<string, unknown>[] }>(sql)).rows;

  before(async function () {
    this.timeout(120_000);
    sim = await startTestSim();
    base = await startReconDatabase();
    db = base.connect();
    // Port 1 answers nobody.
    temporal = linkTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_NAMESPACE: 'default' });
    parts = { db, owner: base.owner, databaseUrl: base.url, client: temporal.client, taskQueue: 'away' };
    client = createPushbulletClient({ baseUrl: sim.pushbulletApiUrl, timeoutMs: 2_000 });
    const accounts = createPushbulletAccounts({ db, client, box: createSecretBox(KEY) });
    api = await startTestApi({ pushbullet: accounts }, parts);
    const { pushbullet } = sim.sim;
    pushbullet.addAccount({ iden: 'ujowner', email: 'till@example.test', name: 'Till', tokens: [TOKEN, NEXT_TOKEN] });
    pushbullet.addDevice('ujowner', { nickname: 'Till phone' });
    pushbullet.addDevice('ujowner', { nickname: 'Office browser', hasSms: false });
  });
  after(async () => {
    await api.stop();
    await client.close();
    await temporal.close();
    await base.stop();
    await sim.stop();
  });
  afterEach(() => sim.sim.pushbullet.reset());

  it('are refused where the body is not as it should be, naming the field and never its value', async () => {
    const bad: [unknown, RegExp][] = [
      [{}, /token is missing/],
      [{ token: 'short' }, /token/],
      [{ token: 'o.with a space in its middle' }, /token must hold printable/],
      [{ token: TOKEN, pasword: 'x' }, /pasword is not known here/],
      [{ token: 7 }, /token/],
      [{ token: TOKEN, password: '' }, /password/],
      [{ token: TOKEN, actor: '' }, /actor/],
    ];
    for (const [body, words] of bad) {
      const reply = await api.post(`${BASE}/add`, body);
      assert.equal(reply.status, 400, JSON.stringify(body));
      assert.match(reply.text, words);
      assert.ok(!reply.text.includes(TOKEN));
    }
    assert.deepEqual(await list(), []);
  });

  it('are refused with a token that Pushbullet refuses, and nothing is kept', async () => {
    const reply = await api.post(`${BASE}/add`, { token: 'o.nobody-has-this-token-at-all' });
    assert.equal(reply.status, 422);
    assert.equal(codeOf(reply), 'token_refused');
    assert.deepEqual(await list(), []);
  });

  it('cannot be added while Pushbullet is away or wants a pause', async () => {
    for (const dial of [{ serverError: 1 }, { rateLimited: 1 }, { notJson: 1 }] as const) {
      sim.sim.pushbullet.dial(dial);
      const reply = await api.post(`${BASE}/add`, { token: TOKEN });
      assert.equal(reply.status, 503, JSON.stringify(dial));
      assert.equal(codeOf(reply), 'pushbullet_unavailable');
      sim.sim.pushbullet.reset();
    }
    assert.deepEqual(await list(), []);
  });

  it('are added with their phones of now, trusted on the word of that person; the token is never shown again', async () => {
    const reply = await api.post(`${BASE}/add`, { token: TOKEN, actor: 'rita' });
    assert.equal(reply.status, 200, reply.text);
    const account = accountOf(reply);
    assert.equal(account.added, true);
    assert.equal(account.account, 'ujowner');
    assert.equal(account.name, 'Till');
    assert.deepEqual(
      account.devices.map(({ name, trusted, fault }) => ({ name, trusted, fault })),
      [{ name: 'Till phone', trusted: true, fault: null }],
    );
    assert.equal(account.listener, null);
    const [stored] = await rows(`SELECT * FROM shooter_pushbullet`);
    assert.ok(!JSON.stringify(stored).includes(TOKEN));
    assert.ok(!(await api.get(`${BASE}/list`)).text.includes(TOKEN));
    assert.ok(!api.log().includes(TOKEN));
    const audit = await rows(`SELECT actor, by_person, action, subject FROM recon_audit ORDER BY id`);
    assert.deepEqual(
      audit.map(({ actor, by_person, action }) => ({ actor, by_person, action })),
      [
        { actor: 'rita', by_person: true, action: 'pushbullet.add' },
        { actor: 'rita', by_person: true, action: 'device.trust' },
      ],
    );
    assert.ok(!JSON.stringify(audit).includes(TOKEN));
  });

  it('get their token replaced when they are added again, and trust no phone twice', async () => {
    const [before] = await rows(`SELECT id, token_sealed FROM shooter_pushbullet`);
    const reply = await api.post(`${BASE}/add`, { token: NEXT_TOKEN, password: 'a password', actor: 'omar' });
    const account = accountOf(reply);
    assert.equal(account.added, false);
    assert.equal(account.id, before?.['id']);
    assert.equal(account.has_password, true);
    const [after] = await rows(`SELECT token_sealed, added_by FROM shooter_pushbullet`);
    assert.notEqual(after?.['token_sealed'], before?.['token_sealed']);
    assert.equal(after?.['added_by'], 'rita');
    const trusts = await rows(`SELECT trusted_by FROM shooter_device WHERE source = 'pushbullet'`);
    assert.deepEqual(trusts, [{ trusted_by: 'rita' }]);
  });

  it('are refused with a password that does not open what their phones have encrypted', async () => {
    sim.sim.pushbullet.dial({ encryptionPassword: 'the right one' });
    const wrong = await api.post(`${BASE}/add`, { token: TOKEN, password: 'another one' });
    assert.equal(wrong.status, 422);
    assert.equal(codeOf(wrong), 'password_wrong');
    const right = await api.post(`${BASE}/add`, { token: TOKEN, password: 'the right one' });
    assert.equal(right.status, 200);
  });

  it('are taken off the list, with their secrets, and can be added anew', async () => {
    const [account] = await list();
    assert.ok(account);
    await base.owner.raw(`INSERT INTO recon_loop (name, limit_ms) VALUES (?, 1000)`, [
      `pushbullet_listener:${account.id}`,
    ]);
    assert.notEqual((await list())[0]?.listener, null);
    const reply = await api.post(`${BASE}/delete`, { id: account.id, actor: 'rita' });
    assert.deepEqual(reply.json, { id: account.id, deleted: true });
    assert.deepEqual(await list(), []);
    assert.deepEqual(await rows(`SELECT token_sealed, password_sealed FROM shooter_pushbullet`), [
      { token_sealed: '', password_sealed: null },
    ]);
    assert.deepEqual(await rows(`SELECT name FROM recon_loop WHERE name LIKE 'pushbullet_listener%'`), []);
    assert.equal((await api.post(`${BASE}/delete`, { id: account.id })).status, 404);
    const again = accountOf(await api.post(`${BASE}/add`, { token: TOKEN }));
    assert.equal(again.added, true);
    assert.notEqual(again.id, account.id);
  });

  it('cannot be added where SECRETS_KEY is not set, and it is said so', async () => {
    const accounts = createPushbulletAccounts({ db, client, box: undefined });
    const keyless = await startTestApi({ pushbullet: accounts }, parts);
    try {
      const reply = await keyless.post(`${BASE}/add`, { token: TOKEN });
      assert.equal(reply.status, 503);
      assert.equal(codeOf(reply), 'not_configured');
      assert.match(reply.text, /SECRETS_KEY/);
      assert.equal((await keyless.get(`${BASE}/list`)).status, 200);
    } finally {
      await keyless.stop();
    }
  });
});
