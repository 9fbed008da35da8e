import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createMoneySource } from '../support/money';
import { createShell, documentOf, expectExit, startCliHouse, type CliHouse, type Shell } from './shell';
import { SENDER } from '../support/house';

describe('recon send, sms, review, reset and rerun', function () {
  this.timeout(120_000);
  let cli: CliHouse;
  let recon: Shell;
  const nextMoney = createMoneySource();
  before(async () => {
    cli = await startCliHouse({ env: { MATCH_WAIT: '1h', FOUR_EYES_AMOUNT_MINOR: 'EUR=1000000' } });
    recon = cli.recon;
  });
  after(() => cli.stop());

  /** Two deposits, and an SMS that could pay either. */
  async function ambiguous(): Promise<{ id: string; orders: [string, string]; text: string }> {
    const money = nextMoney();
    const first = await cli.house.wallet.deposit({ amount_minor: money.amountMinor });
    const second = await cli.house.wallet.deposit({ amount_minor: money.amountMinor });
    const text = money.text();
    const sent = documentOf(
      await expectExit(0, recon('send', '--sender', SENDER, '--body', text, '--wait', '30s', '--json')),
    );
    assert.deepEqual([sent['status'], sent['review_reason'], sent['decided']], ['awaiting_review', 'ambiguous', true]);
    return { id: String(sent['id']), orders: [first.order_id, second.order_id], text };
  }

  it('sends an SMS through the signed door, and follows it to its approval', async () => {
    const money = nextMoney();
    const { order_id } = await cli.house.wallet.deposit({ amount_minor: money.amountMinor });
    const { out } = await expectExit(0, recon('send', '--sender', SENDER, '--body', money.text(), '--wait'));
    assert.match(out, /SMS \d+ is kept/);
    assert.match(out, /SMS \d+ is approved/);
    const [, id = ''] = /SMS (\d+) is kept/.exec(out) ?? [];
    assert.equal((await cli.house.sms(Number(id))).orderId, order_id);
  });

  it('sends from standard input, and says that the same message came before', async () => {
    const shell = createShell(cli.env, { stdin: `${nextMoney().text()}\n` });
    const words = ['send', '--sender', SENDER, '--body-file', '-', '--message-id', `m-${randomUUID()}`];
    const at = ['--received-at', new Date().toISOString(), '--json'];
    const first = documentOf(await expectExit(0, shell(...words, ...at)));
    const again = documentOf(await expectExit(0, shell(...words, ...at)));
    assert.deepEqual([again['id'], again['duplicate']], [first['id'], true]);
    const { body } = await cli.house.sms(Number(first['id']));
    assert.ok(body !== null && !body.endsWith('\n'));
  });

  it('says 1 of an SMS that is still on its way when the time to wait is over', async () => {
    const words = ['--body', nextMoney().text(), '--wait', '300ms', '--json'];
    const sent = documentOf(await expectExit(1, recon('send', '--sender', SENDER, ...words)));
    assert.equal(sent['decided'], false);
  });

  it('refuses what the door refuses, with its words', async () => {
    const shell = createShell({ ...cli.env, HOOK_SECRETS_GENERIC: 'whsec_d3Jvbmcgc2VjcmV0IG9mIGEgaG9vaw==' });
    const { err } = await expectExit(2, shell('send', '--sender', SENDER, '--body', 'x'));
    assert.match(err, /no active secret of this hook/);
    await expectExit(2, recon('send', '--sender', SENDER, '--body', 'x', '--received-at', 'yesterday'));
    await expectExit(2, recon('send', '--sender', SENDER, '--body', 'x', '--body-file', 'y'));
    await expectExit(2, recon('send', '--sender', SENDER));
  });

  it('lists what waits for a person, a page at a time', async () => {
    const { id } = await ambiguous();
    const { out } = await expectExit(0, recon('sms', 'list', '--need-check'));
    assert.match(out, /^ID +CAME IN/);
    assert.match(out, new RegExp(`^${id} .*${SENDER}.*EUR.*awaiting_review: ambiguous$`, 'm'));
    const page = documentOf(await recon('sms', 'list', '--limit', '1', '--json'));
    assert.equal((page['items'] as unknown[]).length, 1);
    await expectExit(0, recon('sms', 'list', '--cursor', String(page['next_cursor'])));
    const none = await expectExit(0, recon('sms', 'list', '--reason', 'cross_brand'));
    assert.match(none.out, /\(none\)/);
    const wrong = await expectExit(2, recon('sms', 'list', '--status', 'lost'));
    assert.match(wrong.err, /status must be one or more of/);
  });

  it('shows everything about one, its text too', async () => {
    const { id, text } = await ambiguous();
    const { out } = await expectExit(0, recon('sms', 'show', id));
    assert.ok(out.includes(text));
    for (const title of ['Sightings', 'Decisions']) assert.ok(out.includes(title), title);
    assert.match(out, /came in +\d{4}-\d\d-\d\d .* \(\d{4}-\d\d-\d\dT.*Z\)/);
    const json = documentOf(await recon('sms', 'show', `sms-${id}`, '--json'));
    assert.equal((json['sms'] as { id: number }).id, Number(id));
    const { err } = await expectExit(1, recon('sms', 'show', '999999999'));
    assert.match(err, /there is no SMS 999999999[^]*recon sms list/);
  });

  it('explains an ambiguous SMS: every candidate criterion by criterion, and what can be done', async () => {
    const { id, orders } = await ambiguous();
    const { out } = await expectExit(0, recon('sms', 'explain', id));
    assert.match(out, /Why it is here\n {2}More than one match is possible/);
    assert.match(out, /several deposits fit/);
    for (const order of orders) {
      assert.ok(out.includes(`${order} (brand north): eligible`), order);
      assert.ok(out.includes(`recon review ${id} approve --order ${order}`), order);
    }
    for (const criterion of ['status', 'unclaimed', 'money', 'account', 'time', 'payer'])
      assert.match(out, new RegExp(`pass +${criterion} +expected .*, found `));
    assert.match(out, new RegExp(`recon reset ${id} --reason`));
    assert.match(out, new RegExp(`Workflow: http.*/workflows/sms-${id}`));
    const json = documentOf(await recon('sms', 'explain', id, '--json'));
    assert.equal(json['status'], 'awaiting_review');
    assert.ok(Array.isArray(json['next']) && json['next'].length > 3);
  });

  it('explains why a sender was stopped and a text not read, and what mends that', async () => {
    const send = async (sender: string, body: string) =>
      String(documentOf(await recon('send', '--sender', sender, '--body', body, '--wait', '--json'))['id']);
    const stopped = await expectExit(0, recon('sms', 'explain', await send('STRANGER', 'hello')));
    assert.match(stopped.out, /not on the whitelist[^]*recon phone add STRANGER --run-again/);
    const unread = await expectExit(0, recon('sms', 'explain', await send(SENDER, 'Rheinbank: Guten Tag.')));
    assert.match(unread.out, /could not be read safely[^]*no template of this sender fits the text/);
    const otp = await send(SENDER, 'Rheinbank: your OTP is 482913 for a payment of EUR 10,00. Do not share it.');
    assert.match((await expectExit(0, recon('sms', 'explain', otp))).out, /of kind "otp"/);
  });

  it('approves as whoever runs it, and tells the second who decided', async () => {
    const { id, orders } = await ambiguous();
    const { out } = await expectExit(
      0,
      recon('review', id, 'approve', '--order', orders[0], '--remark', 'seen the slip'),
    );
    assert.match(out, new RegExp(`SMS ${id} is now `));
    const sms = await cli.house.reaches(Number(id), 'approved');
    assert.deepEqual([sms.checkedBy, sms.orderId, sms.remark], ['olga', orders[0], 'seen the slip']);
    const late = await expectExit(1, recon('review', id, 'reject', '--as', 'tom'));
    assert.match(late.err, /approved by olga at /);
    const json = documentOf(await expectExit(1, recon('review', id, 'reject', '--as', 'tom', '--json')));
    assert.equal((json['error'] as { code: string }).code, 'already_approved');
    const { out: why } = await recon('sms', 'explain', id);
    assert.match(why, /olga: approve .* → now /);
    assert.match(why, /tom: reject → refused \(already_approved\)/);
    assert.match(why, /approved, ledger entry \S+/);
  });

  it('says what an approval lacks', async () => {
    const { id } = await ambiguous();
    assert.match((await expectExit(1, recon('review', id, 'approve'))).err, /--order[^]*recon sms explain/);
    assert.match(
      (await expectExit(1, recon('review', id, 'approve', '--order', 'nothing'))).err,
      /there is no deposit/,
    );
  });

  it('lets a decision be taken back in its time, and follows where it is asked to', async () => {
    const { id } = await ambiguous();
    await expectExit(0, recon('review', id, 'reject', '--undo-seconds', '600'));
    assert.match((await recon('sms', 'explain', id)).out, /Undo is possible until/);
    await expectExit(0, recon('review', id, 'undo'));
    await cli.house.reaches(Number(id), 'awaiting_review');
    const words = ['abandon', '--undo-seconds', '0', '--wait', '--json'];
    const json = documentOf(await expectExit(0, recon('review', id, ...words)));
    assert.deepEqual([json['status'], json['decided']], ['abandoned', true]);
    await expectExit(0, recon('review', id, 'note', '--remark', 'asked the bank'));
  });

  it('resets, and follows the new attempt', async () => {
    const { id } = await ambiguous();
    const { out } = await expectExit(0, recon('reset', id, '--reason', 'look again'));
    assert.match(out, /runs again from whitelist as attempt 2[^]*attempt 2: awaiting_review: ambiguous/);
    const requestId = `r-${randomUUID()}`;
    const words = ['reset', id, '--reason', 'once more', '--request-id', requestId, '--json'];
    const first = documentOf(await expectExit(0, recon(...words)));
    const again = documentOf(await expectExit(0, recon(...words)));
    assert.deepEqual([first['attempt'], again['attempt']], [3, 3]);
    assert.equal((await cli.house.sms(Number(id))).attempt, 3);
  });

  it('reruns from a named step with the reason in the audit log, and never pays twice', async () => {
    const { id, orders } = await ambiguous();
    const { rows } = await cli.house.owner.raw<{ rows: unknown[] }>(
      `UPDATE wallet.player_deposit SET status = 'cancelled' WHERE order_id = ? RETURNING order_id`,
      [orders[1]],
    );
    assert.equal(rows.length, 1);
    const words = ['rerun', id, '--from', 'match', '--reason', 'the other deposit was cancelled', '--json'];
    const json = documentOf(await expectExit(0, recon(...words)));
    assert.deepEqual([json['status'], json['attempt'], json['from']], ['approved', 2, 'match']);
    const { rows: audit } = await cli.house.owner.raw<{ rows: object[] }>(
      `SELECT actor, reason FROM recon_audit WHERE sms_id = ? AND action = 'sms.rerun'`,
      [id],
    );
    assert.deepEqual(audit, [{ actor: 'olga', reason: 'the other deposit was cancelled' }]);
    for (const from of ['whitelist', 'parse', 'match', 'wallet']) {
      const { err } = await expectExit(1, recon('rerun', id, '--from', from, '--reason', 'again'));
      assert.match(err, /approved/);
    }
    const { json: credits } = await cli.house.wallet.request('GET', '/internal/wallet/audit');
    assert.equal(credits['double_credits'], 0);
  });

  it('says where a step cannot be rerun yet', async () => {
    const { id } = await ambiguous();
    const { err } = await expectExit(1, recon('rerun', id, '--from', 'wallet', '--reason', 'try'));
    assert.match(err, /holds no match: rerun it from match/);
  });

  it('records a decision while no worker is there, and says so', async () => {
    const { id } = await ambiguous();
    await cli.house.stopWorker();
    try {
      const { out } = await expectExit(0, recon('review', id, 'reject'));
      assert.match(out, /recorded as .*no worker has answered yet/);
      assert.match((await recon('sms', 'explain', id)).out, /Its workflow does not answer now/);
    } finally {
      await cli.house.startWorker();
    }
  });

  it('tells a wrong token and a stranger at the address apart from a service that is away', async () => {
    const at = (env: Record<string, string>) => createShell({ ...cli.env, ...env })('sms', 'list');
    const token = await expectExit(2, at({ INTERNAL_SERVICE_TOKEN_OPS: 'not-the-token-of-ops' }));
    assert.match(token.err, /INTERNAL_SERVICE_TOKEN_OPS is not the one/);
    const stranger = await expectExit(2, at({ RECON_SERVICE_URL: cli.house.wallet.url }));
    assert.match(stranger.err, /is no recon service of this version[^]*RECON_SERVICE_URL/);
    const away = await expectExit(3, at({ RECON_SERVICE_URL: 'http://127.0.0.1:1' }));
    assert.match(away.err, /does not answer at http:\/\/127.0.0.1:1 \(ECONNREFUSED\)[^]*npm start/);
  });
});
