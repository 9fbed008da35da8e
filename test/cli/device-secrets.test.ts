import assert from 'node:assert/strict';
import { createSecretBox } from '../../service/secret-box';
import { startTestApi, type TestApi } from '../support/api';
import { message, PHONE_REQUESTS } from '../support/phone-requests';
import { createShell, documentOf, expectExit, OPS_TOKEN, type Shell } from './shell';

const APP_SECRET = 'the secret of all phones of the app';

describe('recon device secret, retire and update', function () {
  this.timeout(60_000);
  let api: TestApi;
  let recon: Shell;
  before(async () => {
    const secretBox = createSecretBox('a key that stored secrets are kept under');
    api = await startTestApi({ hookSecrets: new Map([['smsgate', [APP_SECRET]]]), secretBox });
    const env = { RECON_SERVICE_URL: api.url, INTERNAL_SERVICE_TOKEN_OPS: OPS_TOKEN };
    recon = createShell({ ...env, MULTI_BRAND_ENFORCEMENT: 'enforce' });
  });
  after(() => api.stop());

  async function deliver(secret: string): Promise<number> {
    const { path, body, headers } = PHONE_REQUESTS.smsgate(message({ device: 'shelf', secret }));
    return (await api.request('POST', path, body, headers)).status;
  }

  it('give a phone its own secret once, take two while it is rotated, and end the former', async () => {
    assert.equal(await deliver(APP_SECRET), 200);
    assert.match((await expectExit(0, recon('device', 'list'))).out, /shelf +no .* - +smsgate/);
    const first = String(documentOf(await expectExit(0, recon('device', 'secret', '1', '--json')))['secret']);
    assert.deepEqual([await deliver(APP_SECRET), await deliver(first)], [401, 200]);
    const { out } = await expectExit(0, recon('device', 'secret', '1'));
    const [second = ''] = out.split('\n');
    assert.match(out, /not shown again/);
    assert.deepEqual([await deliver(first), await deliver(second)], [200, 200]);
    const list = (await expectExit(0, recon('device', 'list'))).out;
    assert.match(list, / two +smsgate/);
    assert.ok(!list.includes(second));
    const again = await expectExit(1, recon('device', 'secret', '1'));
    assert.match(again.err, /retire the former/);
    const third = String(documentOf(await expectExit(0, recon('device', 'secret', '1', '--lost', '--json')))['secret']);
    assert.deepEqual([await deliver(second), await deliver(third)], [401, 200]);
    assert.match((await expectExit(0, recon('device', 'retire', '1'))).out, /counts no more/);
    assert.deepEqual([await deliver(first), await deliver(third)], [401, 200]);
    assert.equal(documentOf(await expectExit(0, recon('device', 'retire', '1', '--json')))['retired'], false);
    await expectExit(1, recon('device', 'secret', '99'));
  });

  it('name a device and its line, and take the line back', async () => {
    const words = ['device', 'update', '1', '--name', 'Shelf 3', '--line', '+4915112345678'];
    assert.match((await expectExit(0, recon(...words))).out, /called Shelf 3, on line \+4915112345678/);
    assert.match((await expectExit(0, recon('device', 'list'))).out, /shelf \(Shelf 3\).*line \+4915112345678/);
    const { name, line } = documentOf(await expectExit(0, recon('device', 'update', '1', '--no-own-line', '--json')));
    assert.deepEqual([name, line], ['Shelf 3', null]);
    assert.match((await expectExit(2, recon('device', 'update', '1'))).err, /nothing to change/);
    await expectExit(1, recon('device', 'update', '99', '--name', 'x'));
    await expectExit(2, recon('device', 'update', '1', '--name', ' '));
  });
});
