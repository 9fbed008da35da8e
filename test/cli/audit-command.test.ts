import assert from 'node:assert/strict';
import { creditText, SENDER } from '../support/house';
import { createShell, documentOf, expectExit, startCliHouse, type CliHouse } from './shell';

describe('recon audit', function () {
  this.timeout(120_000);
  let cli: CliHouse;
  before(async () => {
    cli = await startCliHouse();
    await cli.house.wallet.deposit({ amount_minor: 12_345 });
    const words = ['--body', creditText('123,45'), '--wait', '--json'];
    const sent = documentOf(await cli.recon('send', '--sender', SENDER, ...words));
    assert.equal(sent['status'], 'approved');
    await cli.recon('send', '--sender', 'STRANGER', '--body', 'hello', '--wait');
  });
  after(() => cli.stop());

  it('says that nothing is lost and nothing paid twice, with exit code 0', async () => {
    const { out } = await expectExit(0, cli.recon('audit'));
    assert.match(out, /2 received = 1 approved \+ 0 in review \+ 1 closed \+ 0 open; 0 lost/);
    assert.match(out, /1 credits of 123\.45 EUR, 0 violations/);
    assert.match(out, /Nothing is lost and nothing is paid twice/);
    const json = documentOf(await expectExit(0, cli.recon('audit', '--json')));
    assert.deepEqual([json['ok'], json['double_credits'], json['findings']], [true, 0, []]);
  });

  it('says that the wallet is away, with exit code 3', async () => {
    const shell = createShell({ ...cli.env, WALLET_SERVICE_URL: 'http://127.0.0.1:1' });
    assert.match((await expectExit(3, shell('audit'))).err, /WALLET_SERVICE_URL/);
    const noDatabase = createShell({ ...cli.env, DATABASE_URL: 'postgres://127.0.0.1:1/recon' });
    assert.match((await expectExit(3, noDatabase('audit'))).err, /PostgreSQL is away/);
  });

  it('names a fault with what it means, with exit code 1', async () => {
    await cli.house.owner.raw(`DELETE FROM shooter_sms_sighting USING shooter_sms s
      WHERE s.id = sms_id AND s.status = 'not_whitelisted'`);
    await cli.house.owner.raw(`UPDATE recon_handoff SET ledger_entry_id = '4711'`);
    const { out } = await expectExit(1, cli.recon('audit'));
    assert.match(out, /FAULT +ledger_entry_mismatch \(SMS \d+, order .*\): recon 4711, ledger \d+/);
    assert.match(out, /There are faults/);
    const json = documentOf(await expectExit(1, cli.recon('audit', '--json')));
    assert.equal(json['ok'], false);
  });
});
