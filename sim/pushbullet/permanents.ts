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
    const shown = thread.messages.filter((message) => message.visibleAtMs <= now);
    return shown.slice(Math.max(0, shown.length - threadWindow)).reverse();
  }

  function plain(account: Account, phone: Phone, threadId: string | undefined): object {
    if (threadId === undefined)
      return { threads: phone.threads.map((thread) => threadJson(thread, windowOf(account, thread)[0])) };
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
