import assert from 'node:assert/strict';
import { findDueEntries, readChainWindow, WINDOW_SQL } from '../../db/balance-entries';
import { startHouse, type House } from '../support/house';

const ACCOUNT = { bank: 'Bank 7', line: 'line 7', currency: 'EUR', accountTail: '107' };
const DAY = new Date('2026-01-05T00:00:00Z');

describe('looking at the chain of one account', function () {
  this.timeout(240_000);
  let house: House;
  before(async () => {
    house = await startHouse({ worker: false });
    await house.owner.transaction(async (trx) => {
      await trx.raw(`SET LOCAL statement_timeout = 0`);
      await trx.raw(`ALTER TABLE recon_balance_entry DISABLE TRIGGER ALL`);
      const { rows } = await trx.raw<{ rows: { indexdef: string }[] }>(
        `SELECT indexdef FROM pg_indexes WHERE indexname = 'recon_balance_entry_chain'`,
      );
      await trx.raw(`DROP INDEX recon_balance_entry_chain`);
      await trx.raw(
        `INSERT INTO recon_balance_entry (sms_id, bank, account_tail, currency, line, received_at, change_minor, balance_minor, due_at)
         SELECT 1000000000 + n, 'Bank ' || n % 20, (n % 500)::text, 'EUR', 'line ' || n % 50,
           '2026-01-01'::timestamptz + n * interval '1 second', 100, n, NULL
         FROM generate_series(1, 1000000) n`,
      );
      await trx.raw(rows[0]?.indexdef ?? '');
      await trx.raw(`ANALYZE recon_balance_entry`);
    });
  });
  after(() => house.stop());

  it('reads its part of the index, among a million SMS', async () => {
    const values: Readonly<Record<string, string>> = {
      ...Object.fromEntries(Object.entries(ACCOUNT).map(([name, value]) => [name, `'${value}'`])),
      from: `'${DAY.toISOString()}'`,
      to: `'${DAY.toISOString()}'`,
    };
    const sql = WINDOW_SQL.replace(/(?<!:):([a-zA-Z]+)/g, (_all, name: string) => values[name] ?? 'NULL');
    const { rows } = await house.db.raw<{ rows: object[] }>(`EXPLAIN (FORMAT JSON) ${sql}`);
    const nodes = nodesOf(rows);
    const ofEntries = nodes.filter((node) => node['Relation Name'] === 'recon_balance_entry');
    assert.ok(ofEntries.length >= 3);
    assert.deepEqual([...new Set(ofEntries.map((node) => node['Index Name']))], ['recon_balance_entry_chain']);
  });

  it('answers at once, and so does the question of what is due', async () => {
    const began = performance.now();
    await readChainWindow(house.db, ACCOUNT, { from: DAY, to: DAY });
    assert.deepEqual(await findDueEntries(house.db, 0, 500), []);
    assert.ok(performance.now() - began < 1_000);
  });
});

type Node = Readonly<Record<string, unknown>>;

/** Every node of the plan that reads a relation, however deep. */
function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(nodesOf);
  return 'Relation Name' in value ? [{ ...value }, ...inner] : inner;
}
