/**
 * Reads a phone's threads over REST and takes in what is not here yet, oldest first. What is here is asked of the rows, not
 * of the cursor: the phone may be late with a message that is older than others. The cursor of a thread says what need not
 * be read, and whether its window still reaches back to what was read before.
 */
import type { Via } from '../../domain/delivery';
import { SAME_CLOCK_MS } from '../../domain/pairing';
import { writeAudit } from '../../db/audit';
import { clearDeviceFault, setDeviceFault } from '../../db/device-faults';
import { touchDevice } from '../../db/devices';
import { writeOutbox } from '../../db/outbox';
import { moveThreadCursor, readThreadCursors, type ThreadCursor } from '../../db/pushbullet-cursors';
import { knownMessages, senderSeenLive, type PhoneKey } from '../../db/pushbullet-sms';
import type { Db } from '../../db/query';
import type { AccountLink } from './account-link';
import type { Deliver } from './deliver';
import { PushbulletError, type ThreadHead, type ThreadMessage } from './protocol';
import { senderOf } from './sender-of';

/** `moved`: threads whose latest message is not the cursor's. `recent`: also those that had one within a day. */
export type Which = 'moved' | 'recent' | ReadonlySet<string>;

export interface PhoneReading {
  /** `encrypted`: what the phone has cannot be read. */
  readonly state: 'read' | 'encrypted';
  readonly heads: readonly ThreadHead[];
  /** SMS that nothing had brought before. */
  readonly fresh: number;
  readonly threadsRead: number;
}

export interface PhoneReader {
  /** Rejects with PushbulletError, or where PostgreSQL is away; then cursors stand where they stood. */
  read(link: AccountLink, deviceIden: string, which: Which): Promise<PhoneReading>;
}

export interface PhoneReaderDeps {
  readonly db: Db;
  readonly deliver: Deliver;
}

const RECENT_SECONDS = 24 * 3_600;
const AT_ONCE = 4;

const VIA: Via = 'thread';

interface ReadThread {
  readonly head: ThreadHead;
  readonly messages: readonly ThreadMessage[];
}

export function createPhoneReader({ db, deliver }: PhoneReaderDeps): PhoneReader {
  async function readThreads(link: AccountLink, deviceIden: string, which: Which): Promise<PhoneReading> {
    const phone: PhoneKey = { accountIden: link.iden, deviceIden };
    const heads = await missingIsEmpty(link.api.threads(deviceIden));
    const cursors = await readThreadCursors(db, link.id, deviceIden);
    const wanted = heads.filter((head) => isWanted(head, cursors[head.id], which));
    const threads = await inBatches(wanted, async (head): Promise<ReadThread> => ({
      head,
      messages: await missingIsEmpty(link.api.thread(deviceIden, head.id)),
    }));
    const fresh = await takeIn(link, phone, threads);
    for (const { head, messages } of threads) await moveCursor(link, phone, head.id, messages, cursors[head.id]);
    return { state: 'read', heads, fresh, threadsRead: threads.length };
  }

  async function takeIn(link: AccountLink, phone: PhoneKey, threads: readonly ReadThread[]): Promise<number> {
    const due: { head: ThreadHead; message: ThreadMessage }[] = [];
    for (const { head, messages } of threads) {
      const incoming = messages.filter(
        (one) => one.incoming && one.body.trim() !== '' && one.timestamp >= link.horizonSeconds,
      );
      if (incoming.length === 0) continue;
      const ids = incoming.map(({ id }) => id);
      const known = await knownMessages(db, phone, head.id, ids);
      due.push(
        ...incoming
          .filter(({ id, timestamp }) => !known.has(`${id}@${Math.round(timestamp)}`))
          .map((message) => ({ head, message })),
      );
    }
    due.sort((a, b) => a.message.timestamp - b.message.timestamp || compareIds(a.message.id, b.message.id));
    let fresh = 0;
    for (const { head, message } of due) {
      const receivedAt = new Date(message.timestamp * 1000);
      const given = { threadId: head.id, body: message.body, receivedAt, withinMs: SAME_CLOCK_MS };
      const sender = (await senderSeenLive(db, phone, given)) ?? senderOf(head, message.recipientIndex);
      const { threadId, body } = given;
      const sms = { ...phone, via: VIA, threadId, messageId: message.id, sender, body, receivedAt };
      if ((await deliver(sms)) === 'new') fresh += 1;
    }
    return fresh;
  }

  async function moveCursor(
    link: AccountLink,
    phone: PhoneKey,
    threadId: string,
    messages: readonly ThreadMessage[],
    cursor: ThreadCursor | undefined,
  ): Promise<void> {
    const latest = latestOf(messages);
    if (!latest) return;
    const truncated = cursor !== undefined && messages.every(({ timestamp }) => timestamp > cursor.timestamp);
    if (!truncated && cursor?.id === latest.id && cursor.timestamp === latest.timestamp) return;
    const to: ThreadCursor = { id: latest.id, timestamp: latest.timestamp };
    await db.transaction(async (trx) => {
      if (truncated) await alarmTruncated(trx, phone, threadId, cursor);
      await moveThreadCursor(trx, { accountId: link.id, deviceIden: phone.deviceIden, threadId, to });
    });
  }

  return {
    async read(link, deviceIden, which) {
      const identity = { source: 'pushbullet', sourceAccount: link.iden, externalId: deviceIden } as const;
      try {
        const reading = await readThreads(link, deviceIden, which);
        const { id } = await touchDevice(db, identity);
        await clearDeviceFault(db, id, ['encrypted']);
        return reading;
      } catch (error) {
        if (!(error instanceof PushbulletError) || error.fault.kind !== 'encrypted') throw error;
        const { id } = await touchDevice(db, identity);
        await setDeviceFault(db, id, 'encrypted');
        return { state: 'encrypted', heads: [], fresh: 0, threadsRead: 0 };
      }
    },
  };
}

function isWanted(head: ThreadHead, cursor: ThreadCursor | undefined, which: Which): boolean {
  if (which !== 'moved' && which !== 'recent') return which.has(head.id);
  if (!head.latest || !cursor) return true;
  if (head.latest.id !== cursor.id || head.latest.timestamp !== cursor.timestamp) return true;
  return which === 'recent' && head.latest.timestamp > Date.now() / 1000 - RECENT_SECONDS;
}

/** A phone that has not brought its threads up yet, or has deleted one, has none there. */
async function missingIsEmpty<Item>(asked: Promise<Item[]>): Promise<Item[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof PushbulletError && error.fault.kind === 'not_found') return [];
    throw error;
  }
}

async function inBatches<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(run))));
  return results;
}

function latestOf(messages: readonly ThreadMessage[]): ThreadMessage | undefined {
  return messages.reduce<ThreadMessage | undefined>((latest, one) => {
    if (!latest || one.timestamp > latest.timestamp) return one;
    return one.timestamp === latest.timestamp && compareIds(one.id, latest.id) > 0 ? one : latest;
  }, undefined);
}

/** Row ids of a phone count up; they are strings all the same. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

/** The window no longer holds what was read last: what came between may be lost, and somebody should look at the phone. */
async function alarmTruncated(trx: Db, phone: PhoneKey, threadId: string, cursor: ThreadCursor): Promise<void> {
  const { accountIden, deviceIden } = phone;
  const device = await touchDevice(trx, { source: 'pushbullet', sourceAccount: accountIden, externalId: deviceIden });
  const after = {
    device_id: device.id,
    thread_id: threadId,
    read_until: new Date(cursor.timestamp * 1000).toISOString(),
  };
  await writeAudit(trx, {
    actor: 'intake',
    byPerson: false,
    action: 'pushbullet.thread_window_truncated',
    subject: `device:${device.id}`,
    after,
  });
  await writeOutbox(trx, {
    topic: 'alarm',
    key: `thread_window_truncated:${device.id}:${threadId}:${cursor.timestamp}`,
    payload: { alarm: 'thread_window_truncated', ...after },
  });
}
