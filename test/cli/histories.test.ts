import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { historyFromJson } from '../../cli/histories/history-json';
import { unknownContents } from '../../cli/histories/private-check';
import { projectRoot } from '../../stand/home';
import { creditText, SENDER } from '../support/house';
import { until } from '../support/until';
import { createShell, documentOf, expectExit, startCliHouse, type CliHouse, type Shell } from './shell';

const saved = path.join(projectRoot(), 'test', 'replay', 'histories');
const straight = path.join(saved, 'straight-path.v1.json');

describe('recon replay and histories', function () {
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

  const mine = () => `TaskQueue = '${cli.house.config.TEMPORAL_TASK_QUEUE}'`;

  async function send(body: string): Promise<number> {
    return Number(documentOf(await recon('send', '--sender', SENDER, '--body', body, '--json'))['id']);
  }

  it('replays a run that has ended and one that waits', async () => {
    await cli.house.wallet.deposit({ amount_minor: 4_711 });
    const approved = await send(creditText('47,11'));
    const waiting = await send(creditText('47,12'));
    await cli.house.reaches(approved, 'approved');
    await cli.house.reaches(waiting, 'waiting_for_deposit');
    await cli.house.client.workflow.getHandle(`sms-${approved}`).result();
    const { out } = await expectExit(0, recon('replay', `sms-${approved}`, String(waiting)));
    assert.match(out, new RegExp(`same +sms-${approved}[^]*same +sms-${waiting}[^]*2 histories: 2 the same`));
  });

  it('replays what a query names', async () => {
    const id = await send('Rheinbank: hello');
    await cli.house.reaches(id, 'awaiting_review');
    const words = ['replay', '--query', `${mine()} AND WorkflowId = 'sms-${id}'`, '--json'];
    await until(async () => (documentOf(await recon(...words))['histories'] as unknown[]).length === 1);
    const json = documentOf(await expectExit(0, recon(...words)));
    assert.deepEqual([json['same'], json['parts']], [1, 0]);
    const wrong = await expectExit(2, recon('replay', '--query', 'Status === open'));
    assert.match(wrong.err, /Temporal refuses the request/);
  });

  it('replays files without any server, and says where one parts', async () => {
    const alone = createShell({});
    assert.match((await expectExit(0, alone('replay', '--file', straight))).out, /1 histories: 1 the same, 0 part/);
    const text = readFileSync(straight, 'utf8');
    const marker = (type: string) => JSON.stringify({ type });
    assert.equal(marker('x').length, 12);
    const other = text.replace(/"data":"([\w+/=]+)"/g, (whole, data: string) => {
      const plain = Buffer.from(data, 'base64').toString('utf8');
      if (!plain.includes('"activity_type":"parseSms"')) return whole;
      return `"data":"${Buffer.from(plain.replace('parseSms', 'readSms')).toString('base64')}"`;
    });
    assert.notEqual(other, text);
    const file = path.join(directory, 'other.json');
    writeFileSync(file, other);
    const { out } = await expectExit(1, alone('replay', '--file', file, straight));
    assert.match(out, /PARTS .*other\.json at event 6 \(MarkerRecorded of readSms\)\n .*'readSms' does not match/);
    assert.match(out, /2 histories: 1 the same, 1 part/);
    const json = documentOf(await expectExit(1, alone('replay', '--file', file, '--json')));
    const [history] = json['histories'] as { outcome: string; parts_at: { event_id: number; reason: string } }[];
    assert.deepEqual([history?.outcome, history?.parts_at.event_id], ['parts', 6]);
  });

  it('says that a workflow is not there, and that Temporal is away', async () => {
    const { err } = await expectExit(1, recon('replay', 'sms-no-such'));
    assert.match(err, /there is no workflow sms-no-such[^]*retention/);
    const away = createShell({ ...cli.env, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    for (const words of [
      ['replay', 'sms-1'],
      ['replay', '--query', 'x=1'],
      ['histories', 'save', '--dir', directory],
    ])
      assert.match((await expectExit(3, away(...words))).err, /Temporal does not answer[^]*TEMPORAL_ADDRESS/);
  });

  it('archives runs that were terminated, once, in files that replay', async () => {
    const id = await send('Rheinbank: hello again');
    await cli.house.reaches(id, 'awaiting_review');
    await cli.house.client.workflow.getHandle(`sms-${id}`).terminate('by the test');
    const archive = path.join(directory, 'archive');
    const query = `${mine()} AND ExecutionStatus = 'Terminated'`;
    const words = ['histories', 'save', '--query', query, '--dir', archive, '--json'];
    await until(async () => Number(documentOf(await recon(...words))['saved']) === 1);
    const [file = ''] = readdirSync(archive);
    assert.match(file, new RegExp(`^terminated\\.v[\\d.]+\\.sms-${id}\\.[0-9a-f]{8}\\.\\d+-events\\.json$`));
    const again = documentOf(await expectExit(0, recon(...words)));
    assert.deepEqual([again['saved'], again['already_there']], [0, 1]);
    await expectExit(0, createShell({})('replay', '--file', archive));
  });

  it('names files after where the run has come to', async () => {
    const id = await send('Rheinbank: hello once more');
    await cli.house.reaches(id, 'awaiting_review');
    const handle = cli.house.client.workflow.getHandle(`sms-${id}`);
    const attributes = async () => JSON.stringify((await handle.describe()).typedSearchAttributes);
    await until(async () => (await attributes()).includes('parse_failed'));
    const target = path.join(directory, 'by-id');
    await expectExit(0, recon('histories', 'save', String(id), '--dir', target));
    assert.match(readdirSync(target)[0] ?? '', /^awaiting_review-parse_failed\.v/);
  });

  it('does not write a history that holds what nobody has looked at', async () => {
    const id = `private-${Date.now()}`;
    const { TEMPORAL_TASK_QUEUE: taskQueue } = cli.house.config;
    const input = { smsId: 1, attempt: 1, startAt: 'resume', requestId: null, text: 'a piece of an SMS' };
    await cli.house.client.workflow.start('canaryWorkflow', { taskQueue, workflowId: id, args: [input] });
    const target = path.join(directory, 'refused');
    const { err } = await expectExit(1, recon('histories', 'save', id, '--dir', target));
    assert.match(err, /holds the field "text": it is not written/);
    assert.throws(() => readdirSync(target));
  });

  it('reads every saved history as harmless', () => {
    const json: unknown = JSON.parse(readFileSync(straight, 'utf8'));
    const history = historyFromJson(json);
    assert.ok(history);
    assert.deepEqual(unknownContents(history), []);
  });
});
