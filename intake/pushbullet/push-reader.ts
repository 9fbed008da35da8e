/**
 * Reads the account's pushes from the durable cursor on and takes in the notes that a phone's forwarder made of SMS, oldest
 * first. Only what the account itself pushed counts: anybody who knows its address may send it a note.
 */
import { parseForwarded } from '../../domain/forward-format';
import type { ForwardRule } from '../../domain/forward-rule';
import { normaliseSender } from '../../domain/phone';
import { movePushCursor, readPushCursor } from '../../db/pushbullet-cursors';
import type { Db } from '../../db/query';
import type { AccountLink } from './account-link';
import type { Deliver } from './deliver';
import { PushbulletError, type Push } from './protocol';

export interface PushReader {
  /** Gives how many notes were new SMS. Rejects with PushbulletError, or where PostgreSQL is away: the cursor stands then. */
  read(link: AccountLink): Promise<number>;
}

export interface PushReaderDeps {
  readonly db: Db;
  readonly deliver: Deliver;
  /** ISO 3166 code for senders written as national numbers. */
  readonly defaultCountry: string | undefined;
  /** How forwarders write an SMS into a note (FORWARD_FORMATS_FILE); without a rule that fits, a title that is a sender is one. */
  readonly forwardRules: readonly ForwardRule[];
}

/**
 * Asked for again each time: two pushes may bear the same time, and one of them may have been written after we asked.
 * What is here already costs a look.
 */
const OVERLAP_SECONDS = 2;
const MAX_PAGES = 200;
const MAX_RESTARTS = 3;

/** Programs without a device of their own push in the account's name: untrusted until a person trusts them. */
const NO_DEVICE = 'no-device';

export function createPushReader(deps: PushReaderDeps): PushReader {
  const { db, deliver } = deps;
  return {
    async read(link) {
      const cursor = await readPushCursor(db, link.id);
      const from = cursor === undefined ? link.horizonSeconds : Math.max(0, Number(cursor) - OVERLAP_SECONDS);
      const pushes = await readAll(link, String(from));
      pushes.sort((a, b) => Number(a.modified) - Number(b.modified));
      let fresh = 0;
      for (const push of pushes) {
        const sms = forwarded(link, push, deps);
        if (sms && (await deliver(sms)) === 'new') fresh += 1;
      }
      const last = pushes.at(-1);
      if (last) await movePushCursor(db, link.id, last.modified);
      return fresh;
    },
  };
}

/** The pages are followed to the end before anything is taken in: they come newest first. */
async function readAll({ api }: AccountLink, modifiedAfter: string): Promise<Push[]> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      const found = new Map<string, Push>();
      let cursor: string | null = null;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const page = await api.pushes({ modifiedAfter, cursor });
        for (const push of page.pushes) found.set(push.iden, push);
        cursor = page.cursor;
        if (cursor === null) return [...found.values()];
      }
      throw new PushbulletError({ kind: 'unexpected_answer' });
    } catch (error) {
      // A page's cursor expires; the pages are then asked for from the first one on.
      const expired = error instanceof PushbulletError && error.fault.kind === 'invalid_cursor';
      if (!expired || restarts >= MAX_RESTARTS) throw error;
    }
  }
}

function forwarded(link: AccountLink, push: Push, { defaultCountry, forwardRules }: PushReaderDeps) {
  const { title, body } = push;
  if (!push.active || push.type !== 'note' || push.direction !== 'self' || body.trim() === '') return undefined;
  const pushedAt = new Date(Math.round(push.created * 1000));
  const read = parseForwarded({ title, text: body, sentAt: pushedAt }, forwardRules);
  if (!read.ok && !normaliseSender(title, defaultCountry).ok) return undefined;
  const { sender, receivedAt } = read.ok ? read : { sender: title, receivedAt: pushedAt };
  return {
    accountIden: link.iden,
    deviceIden: push.sourceDeviceIden ?? NO_DEVICE,
    via: 'push',
    messageId: push.iden,
    sender,
    body: read.ok ? read.body : body,
    receivedAt: receivedAt ?? pushedAt,
    // A time that cannot be read for certain cannot tell a second payment from the first.
    doubtful: read.ok && read.timeUnclear,
  } as const;
}
