import assert from 'node:assert/strict';
import { creditText, SENDER } from '../../support/house';
import { until } from '../../support/until';
import { startStage, type Stage } from './stage';

describe('an SMS of a Pushbullet phone', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async function () {
    this.timeout(120_000);
    stage = await startStage();
    await stage.listening();
    // The thread is known from here on: what comes live does not make the listener look for it.
    const first = creditText();
    stage.sms(first);
    await stage.came(first, ['live', 'thread']);
  });
  after(() => stage.stop());
  afterEach(() => stage.pushbullet.reset());

  const statusesOf = async (body: string) => [
    ...new Map(
      (await stage.sightings()).filter((row) => row.body === body).map((row) => [row.sms_id, row.status]),
    ).values(),
  ];
  const refetch = () =>
    stage.pushbullet.ephemeral(stage.accountIden, { type: 'sms_changed', source_device_iden: stage.phone });
  const mirror = (body: string, given: Record<string, unknown> = {}) =>
    stage.pushbullet.ephemeral(stage.accountIden, {
      type: 'mirror',
      application_name: 'Messages',
      package_name: 'com.google.android.apps.messaging',
      title: SENDER,
      body,
      notification_id: '1',
      source_device_iden: stage.phone,
      created: Date.now() / 1000,
      ...given,
    });

  it('comes live at once, and by its thread once that is asked: one SMS, with the phone’s message id', async () => {
    const body = creditText();
    stage.sms(body);
    await stage.came(body, ['live']);
    refetch();
    await stage.came(body, ['live', 'thread']);
    const ids = (await stage.sightings())
      .filter((row) => row.body === body)
      .map(({ via, message_id }) => ({ via, id: message_id !== null }));
    assert.deepEqual(ids, [
      { via: 'live', id: false },
      { via: 'thread', id: true },
    ]);
    const latest = (await stage.cursor(`threads:${stage.phone}`)) as Record<string, { id: string; timestamp: number }>;
    assert.equal(Object.keys(latest).length, 1);
  });

  it('seen live, in its thread and as a notification is one SMS with three sightings', async () => {
    const body = creditText();
    stage.pushbullet.dial({ byMirror: 1 });
    stage.sms(body);
    await stage.came(body, ['live', 'mirror']);
    refetch();
    await stage.came(body, ['live', 'mirror', 'thread']);
  });

  it('that a forwarder pushed as a note too is still one SMS, and the cursor is the greatest time', async () => {
    const body = creditText();
    stage.pushbullet.dial({ byPush: 1 });
    stage.sms(body);
    await stage.came(body, ['live', 'push']);
    const { modified } = (await stage.cursor('pushes')) as { modified: string };
    assert.equal(modified, String(stage.pushbullet.account(stage.accountIden)?.pushes.at(-1)?.modified));
  });

  it('that a forwarder wrote into a note in a shape of its own is read out of it', async () => {
    const body = creditText();
    const text = `From: ${SENDER}\n${body}`;
    stage.pushbullet.note(stage.accountIden, { title: 'SMS forwarder!', body: text, deviceIden: stage.phone });
    await stage.came(body, ['push']);
  });

  it('that the stream missed comes by the thread when the frame says nothing but that something changed', async () => {
    const body = creditText();
    stage.pushbullet.dial({ emptyNotifications: 1 });
    stage.sms(body);
    await stage.came(body, ['thread']);
  });

  it('whose back-fill comes hours later is paired by the phone’s clock', async () => {
    const body = creditText();
    const receivedAt = new Date(Date.now() - 3 * 3_600_000);
    stage.sms(body, { receivedAt });
    await stage.came(body, ['live']);
    refetch();
    await stage.came(body, ['live', 'thread']);
  });

  it('of which the stream and the thread each missed another of two equal ones: two rows, the second for a person', async () => {
    const body = creditText();
    const now = Date.now();
    stage.pushbullet.dial({ missedThread: 1, keepOneWay: false });
    stage.sms(body, { receivedAt: new Date(now - 120_000) });
    await stage.came(body, ['live']);
    stage.pushbullet.dial({ missedThread: 0, missedLive: 1 });
    stage.sms(body, { receivedAt: new Date(now) });
    refetch();
    await stage.came(body, ['live'], ['thread']);
    const rows = await stage.house.owner.raw<{ rows: { status: string; review_reason: string | null }[] }>(
      `SELECT status, review_reason FROM shooter_sms WHERE body = ? ORDER BY id`,
      [body],
    );
    assert.equal(rows.rows[1]?.review_reason, 'possible_duplicate');
  });

  it('twice within a minute with the same text is two SMS, however often each is seen', async () => {
    const body = creditText();
    const now = Date.now();
    stage.sms(body, { receivedAt: new Date(now - 40_000) });
    stage.sms(body, { receivedAt: new Date(now) });
    await stage.came(body, ['live'], ['live']);
    refetch();
    await stage.came(body, ['live', 'thread'], ['live', 'thread']);
    assert.ok((await statusesOf(body)).every((status) => status !== 'awaiting_review'));
  });

  it('shown only by a notification is taken in by the thread first, and the notification is its sighting', async () => {
    const body = creditText();
    stage.pushbullet.dial({ missedLive: 1, byMirror: 1 });
    stage.sms(body);
    await stage.came(body, ['mirror', 'thread']);
  });

  it('shown cut is no other payment: the beginning of what the thread has', async () => {
    const body = creditText();
    stage.pushbullet.dial({ missedLive: 1, byMirror: 1, mirrorShortened: 1, mirrorLength: 60 });
    stage.sms(body);
    await stage.came(body, ['mirror', 'thread']);
    assert.equal((await stage.sightings()).filter((row) => row.body.startsWith(body.slice(0, 60))).length >= 2, true);
    assert.deepEqual(await stage.waysOf(`${body.slice(0, 60)}…`), []);
  });

  it('shown cut where nothing has the whole of it is for a person', async () => {
    const body = `Rheinbank: Ihr Konto wurde belastet mit 17,00 EUR und dann gutgeschrieben…`;
    mirror(body);
    await stage.came(body, ['mirror']);
    assert.deepEqual(await statusesOf(body), ['awaiting_review']);
  });

  it('shown whole where nothing else has it is taken in', async () => {
    const body = creditText();
    mirror(body);
    await stage.came(body, ['mirror']);
    assert.ok((await statusesOf(body)).every((status) => status !== 'awaiting_review'));
    mirror(body);
    await stage.came(body, ['mirror']);
  });

  it('is not what another app shows', async () => {
    const before = (await stage.sightings()).length;
    mirror(creditText(), { package_name: 'com.whatsapp' });
    stage.pushbullet.ephemeral(stage.accountIden, { type: 'clip', body: 'a clip', source_device_iden: stage.phone });
    const body = creditText();
    stage.sms(body);
    await stage.came(body, ['live']);
    assert.equal((await stage.sightings()).length, before + 1);
  });

  it('from a sender in the phone’s address book has the address for its sender, by every way', async () => {
    const body = creditText();
    const about = { sender: '+4915112345678', contact: 'My Bank' };
    stage.pushbullet.dial({ byMirror: 1 });
    stage.sms(body, about);
    await stage.came(body, ['live', 'mirror', 'thread']);
    const senders = (await stage.sightings()).filter((row) => row.body === body).map(({ sender }) => sender);
    assert.deepEqual([...new Set(senders)], ['+4915112345678']);
  });

  it('of a phone that came after the account was added is held until somebody trusts the phone', async () => {
    const later = stage.pushbullet.addDevice(stage.accountIden, { nickname: 'A later phone' }).iden;
    await until(async () => {
      const [account] = await stage.accounts.list();
      return (
        account?.phones.some(({ iden, trusted, name }) => iden === later && !trusted && name === 'A later phone') ===
        true
      );
    });
    const body = creditText();
    stage.sms(body, { device: later });
    await stage.came(body, ['live', 'thread']);
    assert.deepEqual(await statusesOf(body), ['held_untrusted_device']);
  });

  it('of a phone that was wiped is another SMS although its message id came again, and somebody is told', async () => {
    stage.pushbullet.wipe(stage.phone);
    const body = creditText();
    stage.pushbullet.dial({ missedLive: 1 });
    stage.sms(body);
    refetch();
    await stage.came(body, ['thread']);
    assert.ok((await stage.outbox('alarm')).some(({ alarm }) => alarm === 'message_id_reused'));
  });

  it('pushed by a program without a device of its own is held; a note that is no SMS is none', async () => {
    const body = creditText();
    const account = stage.pushbullet.account(stage.accountIden);
    assert.ok(account);
    stage.pushbullet.note(stage.accountIden, { title: 'shopping list for the weekend!', body: 'milk' });
    const note = stage.pushbullet.note(stage.accountIden, { title: SENDER, body });
    await until(async () => {
      const cursor = (await stage.cursor('pushes')) as { modified: string } | undefined;
      return cursor?.modified === String(note.modified);
    });
    // A program without a device of its own speaks for nobody until a person trusts it.
    assert.deepEqual(await statusesOf(body), ['held_untrusted_device']);
  });

  it('leaves no text, sender or token in the log, the history or the loops', async () => {
    const { house } = stage;
    const secrets = ['o.Secret-Token', 'Zahlungseingang', 'My Bank', '+4915112345678'];
    const history = await house.client.workflow.getHandle(`source-pushbullet-${stage.accountId}`).fetchHistory();
    const loops = await house.owner.raw<{ rows: unknown[] }>(`SELECT * FROM recon_loop`);
    const outbox = await house.owner.raw<{ rows: unknown[] }>(`SELECT payload FROM recon_outbox`);
    const heard = [house.log(), JSON.stringify(history), JSON.stringify(loops.rows), JSON.stringify(outbox.rows)];
    for (const secret of secrets) for (const text of heard) assert.ok(!text.includes(secret), secret);
  });
});
