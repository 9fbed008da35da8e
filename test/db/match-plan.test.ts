import assert from 'node:assert/strict';
import { CANDIDATES_OF_SMS } from '../../db/deposits';
import { startHouse, type House } from '../support/house';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

describe('looking for the deposits of an SMS', () => {
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse({ worker: false });
  });
  after(() => house.stop());

  it('reads the partial index of pending deposits, however many there are', async () => {
    await house.owner.raw(`INSERT INTO wallet.player (player_id, brand_id) VALUES ('p', 'north')`);
    await house.owner.raw(
      `INSERT INTO wallet.player_deposit (order_id, player_id, brand_id, amount_minor, currency, status)
       SELECT 'plan-' || n, 'p', 'north', 1000 + n % 5000, 'EUR', CASE WHEN n % 10 = 0 THEN 'pending' ELSE 'approved' END
       FROM generate_series(1, 20000) n`,
    );
    const { smsId } = await house.deliver();
    await house.owner.raw(`UPDATE shooter_sms SET amount_minor = 2000, currency = 'EUR' WHERE id = ?`, [smsId]);
    await house.owner.raw(`ANALYZE wallet.player_deposit`);
    const sql = CANDIDATES_OF_SMS.replaceAll(':beforeMs', '86400000::float8').replaceAll(':waitMs', '1800000::float8');
    const { rows } = await house.db.raw<{ rows: { 'QUERY PLAN': { Plan: Plan }[] }[] }>(
      `EXPLAIN (FORMAT JSON) SELECT (SELECT json_agg(c) FROM (${sql}) c) FROM shooter_sms s WHERE s.id = ${smsId}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    assert.ok(plan);
    const ofDeposits = nodesOf(plan).filter(
      (node) => node['Relation Name'] === 'player_deposit' || node['Index Name']?.startsWith('player_deposit'),
    );
    assert.ok(ofDeposits.some((node) => node['Index Name'] === 'player_deposit_pending'));
    assert.ok(ofDeposits.every((node) => node['Node Type'] !== 'Seq Scan'));
  });
});

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
