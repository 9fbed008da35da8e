import assert from 'node:assert/strict';
import { linkTemporal } from '../../api/temporal-client';
import { PHONE_APPS } from '../../domain/phone-apps';
import { SHOOTER, startTestApi, type TestApi } from '../support/api';
import { SENDER, startHouse, type House } from '../support/house';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { startTestSim, type TestSim } from '../support/sim';
import type { Json } from '../support/wallet';

const SECRET = 'the secret of all phones of an app';

/** From the phone's app to the wallet's ledger, through every door there is on the way. */
describe('an SMS on a phone with each of the apps', function () {
  this.timeout(180_000);
  const money = createMoneySource();
  let house: House;
  let api: TestApi;
  let test: TestSim;
  let endTemporal: () => Promise<void>;
  before(async () => {
    house = await startHouse({ loops: true });
    const temporal = linkTemporal(house.config);
    endTemporal = () => temporal.close();
    const { db, owner, databaseUrl, config } = house;
    const parts = { db, owner, databaseUrl, client: temporal.client, taskQueue: config.TEMPORAL_TASK_QUEUE };
    const hookSecrets = new Map(PHONE_APPS.map((app) => [app as string, [SECRET]]));
    api = await startTestApi({ hookSecrets }, parts);
    test = await startTestSim();
    test.sim.phones.dial({ timeScale: 0.001, duplicate: true, wrongSignature: true, replayed: true });
  });
  after(async () => {
    await test.stop();
    await api.stop();
    await endTemporal();
    await house.stop();
  });

  for (const app of PHONE_APPS)
    it(`${app}: is held at first contact, approved once its phone is trusted, and paid once`, async () => {
      const device = '+4915112345678';
      const targetUrl = `${api.url}/hooks/sms/${app}`;
      const { id: phone } = test.sim.phones.addPhone({ app, device, targetUrl, secret: SECRET });
      const post = async (): Promise<number> => {
        const about = money();
        await house.wallet.deposit({ amount_minor: about.amountMinor });
        test.sim.phones.sms({ phone, sender: SENDER, body: about.text() });
        await test.sim.phones.idle();
        const [found] = await house
          .owner('shooter_sms')
          .where({ source_account: app })
          .orderBy('id', 'desc')
          .limit(1)
          .select<{ id: number }[]>('id');
        assert.ok(found);
        return found.id;
      };
      const first = await post();
      assert.equal((await house.sms(first)).status, 'held_untrusted_device');
      const { json } = await api.get(`${SHOOTER}/device/list`);
      const known = (json['items'] as Json[]).find(({ source_account }) => source_account === app);
      assert.equal((await api.post(`${SHOOTER}/device/trust`, { id: known?.['id'], trusted: true })).status, 200);
      await house.reaches(first, 'approved');
      const second = await post();
      await house.reaches(second, 'approved');
      assert.equal(Number((await house.owner('shooter_sms').where({ source_account: app }).count())[0]?.['count']), 2);
      await assertNothingPaidTwice(house);
    });
});
