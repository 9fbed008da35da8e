import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createShell, documentOf, expectExit, startCliHouse, type CliHouse, type Shell } from './shell';
import { SENDER } from '../support/house';

const TEMPLATE = {
  name: 'Moorbank: Gutschrift',
  bank: 'Moorbank',
  senders: ['MOORBANK'],
  pattern: 'gutschrift (?P<amount>[0-9.,]+) (?P<currency>eur)',
  decimal_separator: ',',
  group_separators: '.',
  currency: 'EUR',
};

describe('recon phone, template and device', function () {
  this.timeout(120_000);
  let cli: CliHouse;
  let recon: Shell;
  let directory: string;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'recon-test-cli-'));
    cli = await startCliHouse();
    recon = cli.recon;
  });
  after(async () => {
    await cli.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('lists a sender, runs what it stopped again, and takes it off', async () => {
    const sent = documentOf(await recon('send', '--sender', 'HEIDEBANK', '--body', 'hello', '--wait', '--json'));
    assert.equal(sent['status'], 'not_whitelisted');
    const { out } = await expectExit(0, recon('phone', 'add', 'HEIDEBANK', '--label', 'a bank', '--run-again'));
    assert.match(out, /is listed: HEIDEBANK[^]*1 SMS started again: 1 run/);
    await cli.house.reaches(Number(sent['id']), 'awaiting_review');
    const twice = await expectExit(1, recon('phone', 'add', 'HEIDEBANK'));
    assert.match(twice.err, /listed already/);
    assert.match((await expectExit(0, recon('phone', 'list'))).out, /HEIDEBANK.*a bank.*olga/);
    const { items } = documentOf(await recon('phone', 'list', '--json')) as { items: { id: number; sender: string }[] };
    const id = String(items.find(({ sender }) => sender === 'HEIDEBANK')?.id);
    await expectExit(0, recon('phone', 'delete', id));
    await expectExit(1, recon('phone', 'delete', id));
  });

  it('adds a template from a file, its next version from standard input, and disables it', async () => {
    const file = path.join(directory, 'moorbank.json');
    writeFileSync(file, JSON.stringify(TEMPLATE));
    const { out } = await expectExit(0, recon('template', 'add', '--file', file));
    const [, id = ''] = /template (\d+) version 1 .*created/.exec(out) ?? [];
    assert.notEqual(id, '');
    const next = createShell(cli.env, { stdin: JSON.stringify({ ...TEMPLATE, priority: 5 }) });
    assert.match((await expectExit(0, next('template', 'add', '--file', '-'))).out, /version 2 .*changed/);
    assert.match((await expectExit(0, recon('template', 'list'))).out, /Moorbank: Gutschrift/);
    const off = documentOf(await expectExit(0, recon('template', 'disable', id, '--json')));
    assert.equal(off['enabled'], false);
    assert.match((await expectExit(0, recon('template', 'enable', id))).out, /is in use/);
    await expectExit(1, recon('template', 'disable', '999999'));
  });

  it('says why a template cannot be used', async () => {
    const add = (template: object) =>
      createShell(cli.env, { stdin: JSON.stringify(template) })('template', 'add', '--file', '-');
    const refused = await expectExit(1, add({ ...TEMPLATE, name: 'broken', pattern: '(?P<amount>[0-9' }));
    assert.match(refused.err, /^recon: \S+/);
    const wrong = await expectExit(2, add({ ...TEMPLATE, priorty: 1 }));
    assert.match(wrong.err, /priorty is not known here/);
    await expectExit(2, createShell(cli.env, { stdin: '[' })('template', 'add', '--file', '-'));
  });

  it('trusts a device, and what it brought runs', async () => {
    const words = ['--body', 'Rheinbank: hello', '--device', 'phone-7', '--json'];
    const sent = documentOf(await recon('send', '--sender', SENDER, ...words));
    const id = Number(sent['id']);
    assert.equal((await cli.house.sms(id)).status, 'held_untrusted_device');
    assert.match((await expectExit(0, recon('device', 'list'))).out, /phone-7 +no/);
    const { deviceId } = await cli.house.sms(id);
    assert.match((await recon('sms', 'explain', String(id))).out, new RegExp(`recon device trust ${deviceId}`));
    assert.match((await expectExit(0, recon('device', 'trust', String(deviceId)))).out, /is trusted now/);
    assert.match((await expectExit(0, recon('device', 'list'))).out, /phone-7 +yes, by olga/);
    const json = documentOf(await expectExit(0, recon('device', 'distrust', String(deviceId), '--json')));
    assert.equal(json['trusted'], false);
  });
});
