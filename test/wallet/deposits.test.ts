import assert from 'node:assert/strict';
import pg from 'pg';
import { DEPOSIT_CHANNEL, depositLockKey } from '../../service/lock-keys';
import { startTestWallet, type TestWallet } from '../support/wallet';

const PATH = '/internal/wallet/deposits';
const body = {
  order_id: 'o-1',
  player_id: 'p-1',
  brand_id: 'north',
  amount_minor: 2_500,
  currency: 'EUR',
  account_tail: '4321',
  payer_name: 'Zoë Ångström',
};

describe('deposits', function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  beforeEach(async () => {
    wallet = await startTestWallet();
  });
  afterEach(() => wallet.stop());

  it('are made pending, and read back as they were given', async () => {
    const made = await wallet.request('POST', PATH, body);
    assert.equal(made.status, 201);
    const { created_at: createdAt, updated_at: updatedAt, ...rest } = made.json;
    assert.deepEqual(rest, { ...body, status: 'pending' });
    assert.ok(Math.abs(Date.parse(String(createdAt)) - Date.now()) < 60_000);
    assert.equal(updatedAt, createdAt);
    const read = await wallet.request('GET', `${PATH}/o-1`);
    assert.deepEqual(read.json, { ...made.json, approval: null });
  });

  it('with the same content again are the same deposit, with another a 409', async () => {
    const made = await wallet.request('POST', PATH, body);
    const again = await wallet.request('POST', PATH, body);
    assert.deepEqual([again.status, again.text], [200, made.text]);
    for (const change of [
      { amount_minor: 1 },
      { currency: 'USD' },
      { account_tail: undefined },
      { payer_name: 'Bo' },
    ]) {
      const reply = await wallet.request('POST', PATH, { ...body, ...change });
      assert.deepEqual([reply.status, reply.json.error?.code], [409, 'order_id_taken']);
    }
  });

  it('keep a player in one brand', async () => {
    await wallet.request('POST', PATH, body);
    const other = await wallet.request('POST', PATH, { ...body, order_id: 'o-2', brand_id: 'south' });
    assert.deepEqual([other.status, other.json.error?.code], [422, 'brand_mismatch']);
    const same = await wallet.request('POST', PATH, { ...body, order_id: 'o-3', currency: 'JPY' });
    assert.equal(same.status, 201);
  });

  it('are cancelled once and for all, unless they are approved', async () => {
    const [first, second] = [await wallet.deposit(), await wallet.deposit()];
    for (let time = 0; time < 2; time += 1) {
      const reply = await wallet.request('POST', `${PATH}/${first.order_id}/cancel`);
      assert.deepEqual([reply.status, reply.json['status']], [200, 'cancelled']);
    }
    await wallet.approve(second);
    const late = await wallet.request('POST', `${PATH}/${second.order_id}/cancel`, {});
    assert.deepEqual([late.status, late.json.error?.code], [409, 'deposit_not_pending']);
    const unknown = await wallet.request('POST', `${PATH}/nobody/cancel`);
    assert.deepEqual([unknown.status, unknown.json.error?.code], [404, 'unknown_deposit']);
    const fields = await wallet.request('POST', `${PATH}/${first.order_id}/cancel`, { reason: 'x' });
    assert.equal(fields.status, 400);
  });

  it('are told to whoever listens, once each, as they are committed', async () => {
    const listener = new pg.Client({ connectionString: wallet.databaseUrl });
    await listener.connect();
    const heard: unknown[] = [];
    listener.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '')));
    await listener.query(`LISTEN ${DEPOSIT_CHANNEL}`);
    await wallet.request('POST', PATH, body);
    await wallet.request('POST', PATH, body);
    await wallet.request('POST', PATH, { ...body, order_id: 'o-2', amount_minor: 7 });
    // A query's answer comes after every notification that was sent before it.
    await listener.query('SELECT 1');
    await listener.end();
    assert.deepEqual(heard, [
      { order_id: 'o-1', currency: 'EUR', amount_minor: 2_500 },
      { order_id: 'o-2', currency: 'EUR', amount_minor: 7 },
    ]);
  });

  it('wait for whoever matches the same money, and for nobody else', async () => {
    const matcher = new pg.Client({ connectionString: wallet.databaseUrl });
    await matcher.connect();
    await matcher.query('BEGIN');
    await matcher.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [depositLockKey('EUR', 2_500)]);
    let made = false;
    const waiting = wallet.request('POST', PATH, body).finally(() => (made = true));
    assert.equal((await wallet.request('POST', PATH, { ...body, order_id: 'o-2', amount_minor: 7 })).status, 201);
    while (
      (
        await matcher.query(
          "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
      ).rowCount === 0
    )
      assert.equal(made, false, 'it did not wait');
    await matcher.query('COMMIT');
    await matcher.end();
    assert.equal((await waiting).status, 201);
  });
});
