import assert from 'node:assert/strict';
import pg from 'pg';
import { asOwner, loginAs } from '../support/postgres';
import { startTestWallet, type TestWallet } from '../support/wallet';

const PRIVILEGE_REFUSED = { code: '42501' };
const RELATIONS = `SELECT c.oid::regclass::text AS name, c.relkind FROM pg_class c
  WHERE c.relnamespace = 'wallet'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'S', 'p')`;

describe("the wallet's database", function () {
  this.timeout(60_000);
  let wallet: TestWallet;
  let recon: pg.Client;
  let app: pg.Client;
  before(async () => {
    wallet = await startTestWallet();
    await wallet.approve(await wallet.deposit());
    await wallet.deposit();
    recon = await connect(await loginAs(wallet.databaseUrl, 'recon_app'));
    app = await connect(await loginAs(wallet.databaseUrl, 'wallet_app'));
  });
  after(async () => {
    await recon.end();
    await app.end();
    await wallet.stop();
  });

  it('lets recon read deposits', async () => {
    const { rows } = await recon.query('SELECT order_id, brand_id, status FROM wallet.player_deposit');
    assert.equal(rows.length, 2);
  });

  it('refuses recon every write on everything in the schema, and every other read', async () => {
    const relations = await asOwner(wallet.databaseUrl, RELATIONS);
    assert.ok(relations.length >= 6, 'the tables of the schema were looked up');
    for (const { name, relkind } of relations) {
      if (relkind === 'S') {
        await assert.rejects(recon.query(`SELECT nextval('${String(name)}')`), PRIVILEGE_REFUSED);
        continue;
      }
      const column = await secondColumn(String(name));
      const writes = [
        `INSERT INTO ${String(name)} DEFAULT VALUES`,
        `UPDATE ${String(name)} SET ${column} = ${column}`,
        `DELETE FROM ${String(name)}`,
        `TRUNCATE ${String(name)} CASCADE`,
        `ALTER TABLE ${String(name)} ADD COLUMN x int`,
        `DROP TABLE ${String(name)} CASCADE`,
        `SELECT * FROM ${String(name)} FOR UPDATE`,
      ];
      for (const sql of writes) await assert.rejects(recon.query(sql), PRIVILEGE_REFUSED, `${sql} was not refused`);
      if (name !== 'wallet.player_deposit')
        await assert.rejects(recon.query(`SELECT * FROM ${String(name)}`), PRIVILEGE_REFUSED);
    }
  });

  it('refuses recon every function that could write, and any object of its own in the schema', async () => {
    const attempts = [
      "SELECT * FROM wallet.approve_deposit('o', 's', 'k', 1, 'EUR', 'north', NULL)",
      'CREATE TABLE wallet.mine (n int)',
      'CREATE VIEW wallet.mine AS SELECT 1',
      "CREATE FUNCTION wallet.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ];
    for (const sql of attempts) await assert.rejects(recon.query(sql), PRIVILEGE_REFUSED, `${sql} was not refused`);
    const open = await asOwner(
      wallet.databaseUrl,
      `SELECT proname FROM pg_proc WHERE pronamespace = 'wallet'::regnamespace
       AND has_function_privilege('recon_app', oid, 'EXECUTE')`,
    );
    assert.deepEqual(open, []);
  });

  it("keeps the ledger append-only, also for the wallet's own role, which writes it by one function alone", async () => {
    const attempts = [
      'UPDATE wallet.ledger_entry SET amount_minor = 1',
      'DELETE FROM wallet.ledger_entry',
      'TRUNCATE wallet.ledger_entry CASCADE',
      'INSERT INTO wallet.ledger_entry DEFAULT VALUES',
      'UPDATE wallet.approval SET sms_id = sms_id',
      'DELETE FROM wallet.approval',
      'INSERT INTO wallet.approval DEFAULT VALUES',
      'DELETE FROM wallet.player_deposit',
      'UPDATE wallet.player_deposit SET amount_minor = 1',
      'UPDATE wallet.player SET brand_id = brand_id',
      'UPDATE wallet.ledger_account SET currency = currency',
    ];
    for (const sql of attempts) await assert.rejects(app.query(sql), PRIVILEGE_REFUSED, `${sql} was not refused`);
  });

  it('refuses at commit what is not balanced, even from its owner', async () => {
    const owner = await connect(wallet.databaseUrl);
    const broken = [
      "UPDATE wallet.ledger_entry SET amount_minor = amount_minor + 1 WHERE side = 'credit'",
      "DELETE FROM wallet.ledger_entry WHERE side = 'debit'",
    ];
    for (const sql of broken) {
      await owner.query('BEGIN');
      await owner.query(sql);
      await assert.rejects(owner.query('COMMIT'), { code: '23514', constraint: 'ledger_entry_balanced' });
    }
    await owner.end();
  });

  it('refuses amounts that are no exact number, unknown states, and a player of two brands', async () => {
    const deposit = (columns: string, values: string) =>
      asOwner(
        wallet.databaseUrl,
        `INSERT INTO wallet.player_deposit (order_id, player_id, brand_id, ${columns})
         SELECT 'o-bad', player_id, ${values} FROM wallet.player LIMIT 1`,
      );
    const check = { code: '23514' };
    await assert.rejects(deposit('amount_minor, currency', "brand_id, 0, 'EUR'"), check);
    await assert.rejects(deposit('amount_minor, currency', "brand_id, 9007199254740992, 'EUR'"), check);
    await assert.rejects(deposit('amount_minor, currency', "brand_id, 1, 'euro'"), check);
    await assert.rejects(deposit('amount_minor, currency, status', "brand_id, 1, 'EUR', 'lost'"), check);
    await assert.rejects(deposit('amount_minor, currency', "'elsewhere', 1, 'EUR'"), { code: '23503' });
    await assert.rejects(deposit('amount_minor, currency', "NULL, 1, 'EUR'"), { code: '23502' });
  });

  it('finds the pending deposits of one sum by an index', async () => {
    await asOwner(
      wallet.databaseUrl,
      `INSERT INTO wallet.player_deposit (order_id, player_id, brand_id, amount_minor, currency)
       SELECT 'many-' || n, player_id, brand_id, n, 'EUR' FROM generate_series(1, 5000) n,
         (SELECT * FROM wallet.player LIMIT 1) p;
       ANALYZE wallet.player_deposit`,
    );
    const plan = await asOwner(
      wallet.databaseUrl,
      `EXPLAIN SELECT * FROM wallet.player_deposit WHERE status = 'pending' AND currency = 'EUR' AND amount_minor = 77
       AND created_at > now() - interval '1 day'`,
    );
    assert.match(JSON.stringify(plan), /player_deposit_pending/);
  });

  /** The first may be generated, and setting it is refused for that before any right is looked at. */
  async function secondColumn(relation: string): Promise<string> {
    const rows = await asOwner(
      wallet.databaseUrl,
      `SELECT attname FROM pg_attribute WHERE attrelid = '${relation}'::regclass AND attnum = 2`,
    );
    return String(rows[0]?.['attname']);
  }
});

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
