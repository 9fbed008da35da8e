import assert from 'node:assert/strict';
import { until } from '../../support/until';
import { CHAT, LINE, OTHER_PHONE, SECRET, SENDER, startStage, type Stage } from './stage';

describe('posts in a chat on the list', () => {
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage();
  });
  beforeEach(() => stage.next());
  after(() => stage.stop());

  it('become SMS: from channels and groups, as text and as caption, with the time of the phone', async () => {
    const receivedAt = new Date('2026-03-05T10:00:00Z');
    stage.sms('one', { receivedAt });
    stage.sms('two', { kind: 'message', forwarder: 'telegram_sms' });
    stage.telegram.post({ chat: OTHER_PHONE, caption: 'SMS from HDFCBK: three', date: receivedAt });
    stage.poll();
    await stage.came('one', 'two', 'three');
    const [one, two, three] = await stage.rows();
    assert.ok(one && two && three);
    assert.deepEqual(
      [one.source_account, one.message_id, one.device_id, one.sender, one.line, one.status],
      [CHAT, `${CHAT}:1`, null, SENDER, LINE, 'received'],
    );
    assert.equal(one.received_at.toISOString(), receivedAt.toISOString());
    assert.equal(two.line, LINE);
    assert.deepEqual([three.line, three.received_at.toISOString()], [OTHER_PHONE, receivedAt.toISOString()]);
    await stage.shows(null);
    await until(async () => (await stage.loop())?.detail['sms'] === 3);
    assert.equal((await stage.cursor())['offset'], 100_003);
  });

  it('are confirmed to Telegram by the poll after the commit', async () => {
    for (const body of ['a', 'b', 'c']) stage.sms(body);
    stage.poll();
    await stage.came('a', 'b', 'c');
    await until(() => stage.telegram.bot(stage.bot())?.queue.pending() === 0);
  });

  it('come once, however often they are edited or delivered', async () => {
    stage.sms('once');
    stage.poll();
    await stage.came('once');
    await until(() => stage.telegram.bot(stage.bot())?.queue.pending() === 0);
    stage.telegram.dial({ duplicateDelivery: true });
    stage.telegram.raw('edited_channel_post', {
      message_id: 1,
      chat: { id: Number(CHAT) },
      date: 1,
      text: 'From: A\nText: no',
    });
    stage.sms('twice');
    await stage.came('once', 'twice');
    await until(async () => Number((await stage.loop())?.detail['duplicate'] ?? 0) >= 2);
    assert.deepEqual(await stage.bodies(), ['once', 'twice']);
  });

  it('of more than one batch all come, in their order', async () => {
    const bodies = Array.from({ length: 230 }, (_none, index) => `text ${String(index).padStart(3, '0')}`);
    for (const body of bodies) stage.sms(body);
    stage.poll();
    await stage.came(...bodies);
    assert.deepEqual(
      (await stage.rows()).map(({ body }) => body),
      bodies,
    );
    await until(async () => (await stage.cursor())['offset'] === 100_230);
  });

  it('that no rule reads are counted by reason, listed without their text, and alarmed once an hour', async () => {
    const words = 'private words of a person';
    const id = stage.telegram.post({ chat: CHAT, text: words });
    stage.telegram.post({ chat: CHAT, text: `${words} again` });
    stage.telegram.post({ chat: CHAT });
    stage.sms('an SMS after them');
    stage.poll();
    await stage.came('an SMS after them');
    await until(async () => (await stage.loop())?.detail['no_rule'] === 2);
    const detail = (await stage.loop())?.detail ?? {};
    assert.equal(detail['empty'], 1);
    assert.equal(detail['unread'], `${CHAT}:${id} no_rule, ${CHAT}:${id + 1} no_rule, ${CHAT}:${id + 2} empty`);
    const alarms = await stage.alarms('telegram_unread');
    assert.deepEqual(alarms, [{ alarm: 'telegram_unread', chat: CHAT, message_id: id, reason: 'no_rule' }]);
    for (const place of [
      JSON.stringify(detail),
      JSON.stringify(await stage.cursor()),
      JSON.stringify(alarms),
      stage.log(),
    ])
      assert.ok(!place.includes('private'));
  });

  it('of another shape than the Bot API has are counted, and hold up nothing', async () => {
    stage.telegram.raw('channel_post', {
      chat: { id: Number(CHAT) },
      message_id: 7,
      date: 'yesterday',
      text: 'From: A\nText: b',
    });
    stage.telegram.raw('channel_post', 'nonsense');
    stage.telegram.raw('channel_post', { chat: { id: Number(CHAT) }, date: 1, text: 'From: A\nText: b' });
    stage.sms('after them');
    stage.poll();
    await stage.came('after them');
    await until(async () => (await stage.loop())?.detail['malformed'] === 3);
  });

  it('of a chat that is not on the list are skipped, and its id is shown', async () => {
    stage.sms('of a stranger', { chat: '-1009' });
    stage.sms('ours');
    stage.poll();
    await stage.came('ours');
    await until(async () => (await stage.loop())?.detail['other_chats'] === '-1009');
    assert.equal((await stage.loop())?.detail['other_chat'], 1);
    assert.equal((await stage.cursor())['offset'], 100_002);
  });

  it('are all skipped while no chat is on the list', async () => {
    stage.sms('nobody asked');
    stage.poll({ env: { TELEGRAM_CHATS: '' } });
    await until(async () => (await stage.loop())?.detail['other_chat'] === 1);
    assert.deepEqual(await stage.bodies(), []);
    assert.match(stage.log(), /TELEGRAM_CHATS is not set/);
  });

  it('that a forwarder repeats go before a person, and so does what a person forwards', async () => {
    stage.telegram.dial({ postedTwice: { count: 1 } });
    stage.sms('hello', { receivedAt: new Date('2026-03-05T10:00:00Z') });
    stage.sms('hello', { receivedAt: new Date('2026-03-05T10:00:07Z') });
    stage.telegram.post({
      chat: CHAT,
      text: `SMS from ${SENDER}: by hand`,
      forwardedFrom: new Date('2026-03-04T10:00:00Z'),
    });
    stage.poll();
    await stage.came('hello', 'hello', 'hello', 'by hand');
    const rows = await stage.rows();
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['received', 'awaiting_review', 'received', 'awaiting_review'],
    );
    assert.equal(rows[3]?.received_at.toISOString(), '2026-03-04T10:00:00.000Z');
  });

  it('of two chats that name one line are one SMS; of two phones they are two', async () => {
    const receivedAt = new Date('2026-03-05T10:00:00Z');
    stage.sms('same', { receivedAt });
    stage.sms('same', { receivedAt, chat: OTHER_PHONE });
    stage.sms('same', { receivedAt, chat: '-1003' });
    stage.poll({ env: { TELEGRAM_CHATS: `${CHAT}=${LINE},${OTHER_PHONE},-1003=${LINE}` } });
    await stage.came('same', 'same');
    await until(async () => (await stage.rows()).length === 3);
    const [first, second, third] = await stage.rows();
    assert.notEqual(first?.id, second?.id);
    assert.equal(first?.id, third?.id);
  });

  it('name neither token nor text nor sender in any log', () => {
    const log = stage.log();
    assert.ok(log.length > 0);
    for (const word of [SECRET, 'an SMS after', SENDER]) assert.ok(!log.includes(word), word);
  });
});
