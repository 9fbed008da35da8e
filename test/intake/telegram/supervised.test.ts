import assert from 'node:assert/strict';
import { createMoneySource } from '../../support/money';
import { SENDER, startHouse, type House } from '../../support/house';
import { assertNothingPaidTwice } from '../../support/ledger';
import { startTestSim, type TestSim } from '../../support/sim';
import { until } from '../../support/until';
import { sourceWorkflowIdOf } from '../../../workflows/messages';
import { CHAT, SECRET } from './stage';

const TOKEN = `7300001:${SECRET}`;

describe('Telegram, listened to by a worker under its supervisor', () => {
  const money = createMoneySource();
  let sim: TestSim;
  let house: House;
  before(async function () {
    this.timeout(120_000);
    sim = await startTestSim();
    sim.sim.telegram.addBot(TOKEN);
    house = await startHouse({
      sources: true,
      env: {
        TELEGRAM_API_URL: sim.telegramApiUrl,
        TELEGRAM_BOT_TOKEN: TOKEN,
        TELEGRAM_CHATS: CHAT,
        TELEGRAM_POLL_TIMEOUT: '1s',
      },
    });
  });
  after(() => assertNothingPaidTwice(house));
  after(async () => {
    await house.stop();
    await sim.stop();
  });

  async function arrives(body: string): Promise<number> {
    let smsId: number | undefined;
    await until(async () => {
      const { rows } = await house.owner.raw<{ rows: { id: number }[] }>(`SELECT id FROM shooter_sms WHERE body = ?`, [
        body,
      ]);
      assert.ok(rows.length <= 1, 'the SMS came twice');
      smsId = rows[0]?.id;
      return smsId !== undefined;
    }, 40_000);
    return smsId!;
  }

  it('turns a post in a channel into an approved deposit', async function () {
    this.timeout(60_000);
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const body = about.text();
    sim.sim.telegram.sms({ chat: CHAT, sender: SENDER, body });
    const sms = await house.reaches(await arrives(body), 'approved');
    assert.equal(sms.source, 'telegram');
  });

  it('goes on after the worker is gone and another has come', async function () {
    this.timeout(120_000);
    await house.stopWorker();
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const body = about.text();
    sim.sim.telegram.sms({ chat: CHAT, sender: SENDER, body });
    await house.startWorker();
    await house.reaches(await arrives(body), 'approved');
    assert.equal(sim.sim.telegram.record().length, 2);
  });

  it('leaves neither token nor text in its history, its loop and the logs', async () => {
    const handle = house.client.workflow.getHandle(sourceWorkflowIdOf({ source: 'telegram', accountId: 0 }));
    const history = JSON.stringify(await handle.fetchHistory());
    const { rows } = await house.owner.raw<{ rows: unknown[] }>(
      `SELECT l.*, c.value FROM recon_loop l, recon_cursor c WHERE l.name = 'telegram' AND c.name = 'telegram:7300001'`,
    );
    assert.equal(rows.length, 1);
    for (const place of [history, JSON.stringify(rows), house.log()])
      for (const word of [SECRET, 'Zahlungseingang']) assert.ok(!place.includes(word), word);
  });
});
