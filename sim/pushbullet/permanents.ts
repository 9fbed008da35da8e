/** The SMS history of the phones: threads and their newest messages, as `permanents` by key. */
import { z } from 'zod';
import { PushbulletApiError } from './api-error';
import type { PushbulletDials } from './dials';
import type { Encryption } from './encryption';
import type { Account, Message, Phone, Thread } from './model';
import { passwordOf } from './password';
import { messageJson, threadJson } from './wire';

export interface PermanentsDeps {
  readonly dials: PushbulletDials;
  readonly encryption: Encryption;
  readonly nowMs: () => number;
}

const KEY = /^(.+?)_(?:threads|thread_(.+))$/;
const askedSchema = z.object({ key: z.string() });
const notFound = () => new PushbulletApiError(404, 'The resource could not be found.');

export function createPermanents({ dials, encryption, nowMs }: PermanentsDeps) {
  function windowOf(account: Account, thread: Thread): Message[] {
    const { threadWindow } = dials.settings(account.iden);
    const now = nowMs();
    return thread.messages
      .filter((message) => message.visibleAtMs <= now)
      .sort((left, right) => right.timestamp - left.timestamp || Number(right.id) - Number(left.id))
      .slice(0, threadWindow);
  }

  /** The one that was written to last stands first. */
  function threadsOf(account: Account, phone: Phone): object[] {
    return phone.threads
      .map((thread) => ({ thread, latest: windowOf(account, thread)[0] }))
      .sort((left, right) => (right.latest?.timestamp ?? 0) - (left.latest?.timestamp ?? 0))
      .map(({ thread, latest }) => threadJson(thread, latest));
  }

  function plain(account: Account, phone: Phone, threadId: string | undefined): object {
    if (threadId === undefined) return { threads: threadsOf(account, phone) };
    const thread = phone.threads.find((one) => one.id === threadId);
    if (!thread) throw notFound();
    return { thread: windowOf(account, thread).map(messageJson) };
  }

  function read(account: Account, key: string): object {
    const [, deviceIden, threadId] = KEY.exec(key) ?? [];
    const phone = account.devices.find((device) => device.iden === deviceIden && device.active)?.phone;
    if (!phone) throw notFound();
    const content = plain(account, phone, threadId);
    const password = passwordOf(account, dials);
    return password === null ? content : encryption.encrypt(content, password, account.iden);
  }

  return {
    read,
    readAsked(account: Account, body: unknown): object {
      const asked = askedSchema.safeParse(body);
      if (!asked.success) throw new PushbulletApiError(400, 'The key is missing.');
      return read(account, asked.data.key);
    },
  };
}
