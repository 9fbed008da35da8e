import assert from 'node:assert/strict';
import { createMoneySource } from '../support/money';
import { SENDER } from '../support/house';
import { hookSms, startTown, type Town } from '../support/town';
import { until } from '../support/until';
import type { Json } from '../support/wallet';

const PRIVATE = { payer: 'Ottilie Musterfrau', reference: 'MIETE-PRIVAT-0815' };

describe('the whole house', function () {
  this.timeout(120_000);
  let town: Town;
  before(async () => {
    town = await startTown();
  });
  after(() => town.stop());

  it("turns a signed SMS at the hook into a credit on the wallet's ledger", async () => {
    const money = createMoneySource()();
    const orderId = await town.deposit(money.amountMinor);
    const accepted = await town.postSms(hookSms(money.text(PRIVATE)));
    assert.equal(accepted.status, 200, accepted.text);
    const smsId = Number(accepted.json['id']);
    const get = async () => (await town.request('api', 'GET', `/internal/recon/shooter/sms/get?id=${smsId}`)).json;
    await until(async () => smsOf(await get())['status'] === 'approved');
    const sms = smsOf(await get());
    assert.deepEqual([sms['order_id'], sms['brand_id'], sms['match_kind']], [orderId, 'north', 'auto']);

    const { json: deposit } = await town.request('wallet', 'GET', `/internal/wallet/deposits/${orderId}`);
    assert.equal(deposit['status'], 'approved');
    assert.equal((deposit['approval'] as Json)['sms_id'], String(smsId));
    const audit = await town.audit();
    assert.deepEqual([audit.findings, audit.creditCount, audit.conservation.approved], [[], 1, 1]);
  });

  it('says of every process that it is alive, ready and well, and which it is', async () => {
    for (const name of ['api', 'worker', 'wallet'] as const) {
      for (const page of ['/healthz', '/readyz', '/version'])
        assert.equal((await town.request(name, 'GET', page)).status, 200, `${name} ${page}`);
    }
    for (const name of ['api', 'worker'] as const) {
      const health = await town.request(name, 'GET', '/health');
      assert.equal(health.status, 200, health.text);
    }
  });

  it('shows its figures', async () => {
    const figuresOf = async (name: 'api' | 'worker' | 'wallet') => (await town.request(name, 'GET', '/metrics')).text;
    const [api, worker, wallet] = [await figuresOf('api'), await figuresOf('worker'), await figuresOf('wallet')];
    for (const name of ['multi_brand_enforcement_mode', 'recon_sms_need_check', 'recon_oldest_need_check_age_seconds'])
      assert.match(api, new RegExp(`^${name}\\b`, 'm'), `api ${name}`);
    const worked = [
      'recon_sms_total',
      'recon_sms_seconds',
      'recon_loop_age_seconds',
      'recon_wallet_requests_total',
      'temporal_',
    ];
    for (const name of ['multi_brand_enforcement_mode', ...worked])
      assert.match(worker, new RegExp(`^${name}`, 'm'), `worker ${name}`);
    assert.match(wallet, /^multi_brand_enforcement_mode/m);
  });

  it('writes no text, sender or name into a log or a history', async () => {
    // Rejected and unreadable SMS meet the paths on which a careless line would be written.
    await town.postSms(hookSms(`Nichts zu lesen hier, sagt ${PRIVATE.payer} zu ${PRIVATE.reference}`));
    await town.postSms({ ...hookSms(`Guten Tag ${PRIVATE.payer}`), sender: 'UNBEKANNTE' });
    await town.request('api', 'POST', '/hooks/sms/generic', hookSms(PRIVATE.reference));
    await until(async () => (await openCount(town)) === 0);
    const words = [SENDER, 'UNBEKANNTE', ...Object.values(PRIVATE), 'Zahlungseingang', 'Nichts zu lesen'];
    for (const name of ['api', 'worker', 'wallet'] as const) refuse(town.log(name), words, `the log of ${name}`);

    const { client, close } = await town.connectTemporal();
    const { rows } = await town.owner.raw<{ rows: { workflow_id: string }[] }>('SELECT workflow_id FROM shooter_sms');
    assert.equal(rows.length, 3);
    for (const { workflow_id } of rows) {
      const history = await client.workflow.getHandle(workflow_id).fetchHistory();
      refuse(textOf(history), words, `the history of ${workflow_id}`);
    }
    await close();
  });

  it('stops cleanly when it is told to', async () => {
    for (const name of ['api', 'worker', 'wallet'] as const) {
      await town.parts[name].stop();
      assert.match(town.log(name), /"msg":"stopped"/, name);
    }
    assert.deepEqual(town.deaths, []);
  });
});

function smsOf(reply: Json): Json {
  return reply['sms'] as Json;
}

async function openCount(town: Town): Promise<number> {
  const { rows } = await town.owner.raw<{ rows: { count: number }[] }>(
    `SELECT count(*) AS count FROM shooter_sms WHERE status IN ('received', 'matched', 'approving')`,
  );
  return rows[0]?.count ?? 0;
}

function refuse(text: string, words: readonly string[], where: string): void {
  assert.ok(text.length > 0, `${where} is empty`);
  for (const word of words) assert.ok(!text.toLowerCase().includes(word.toLowerCase()), `${where} holds "${word}"`);
}

/** Every text in a history, payloads decoded. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).join('\n');
}
