/** The state of the simulated service: who is there, and what lies in it. */
import type { Random } from '../random';
import { createServiceClock, type ServiceClock } from './clock';
import type { Account, Device, Message, Phone, Push, Thread } from './model';

export interface NewAccount {
  readonly iden?: string | undefined;
  readonly email: string;
  readonly name?: string | undefined;
  readonly tokens: readonly string[];
  /** End-to-end password of the owner; absent: nothing is encrypted. */
  readonly password?: string | undefined;
}

export interface NewDevice {
  readonly iden?: string | undefined;
  readonly nickname: string;
  readonly manufacturer?: string | undefined;
  readonly model?: string | undefined;
  readonly hasSms?: boolean | undefined;
  /** The row ids of its SMS and threads begin here; default 1, as on a phone that is new. */
  readonly firstRowId?: number | undefined;
}

export interface NewMessage {
  readonly address: string;
  readonly name: string;
  readonly body: string;
  readonly timestamp: number;
  readonly direction: Message['direction'];
  /** Absent: the thread never shows it, though the phone has given it a row id. */
  readonly visibleAtMs: number | undefined;
}

export interface NewPush {
  readonly title: string;
  readonly body: string;
  readonly sourceDeviceIden: string | null;
  /** The same `modified` as the push before it. */
  readonly tied?: boolean;
}

export interface World {
  readonly clock: ServiceClock;
  readonly accounts: () => readonly Account[];
  readonly account: (iden: string) => Account | undefined;
  readonly accountByToken: (token: string) => Account | undefined;
  readonly addAccount: (given: NewAccount) => Account;
  readonly addDevice: (account: Account, given: NewDevice) => Device;
  readonly device: (iden: string) => { account: Account; device: Device } | undefined;
  readonly addMessage: (phone: Phone, given: NewMessage) => { thread: Thread; id: string };
  readonly wipe: (phone: Phone) => void;
  /** Back again, a phone brings up what it got meanwhile. */
  readonly setOnline: (phone: Phone, online: boolean) => void;
  readonly deletePush: (push: Push) => void;
  readonly addPush: (account: Account, given: NewPush) => Push;
  readonly clear: () => void;
}

export function createWorld({ nowMs, random }: { nowMs: () => number; random: Random }): World {
  const clock = createServiceClock(nowMs);
  const accounts = new Map<string, Account>();
  return {
    clock,
    accounts: () => [...accounts.values()],
    account: (iden) => accounts.get(iden),
    accountByToken: (token) => [...accounts.values()].find((account) => account.tokens.includes(token)),
    addAccount(given) {
      const created = clock.float();
      const account: Account = {
        iden: given.iden ?? `uj${random.id(10)}`,
        email: given.email,
        name: given.name ?? given.email,
        tokens: given.tokens,
        password: given.password ?? null,
        created,
        modified: created,
        devices: [],
        pushes: [],
      };
      accounts.set(account.iden, account);
      return account;
    },
    addDevice(account, given) {
      const created = clock.float();
      const hasSms = given.hasSms ?? true;
      const device: Device = {
        iden: given.iden ?? `${account.iden}sj${random.id(12)}`,
        accountIden: account.iden,
        active: true,
        created,
        modified: created,
        nickname: given.nickname,
        manufacturer: given.manufacturer ?? (hasSms ? 'Google' : 'Mozilla'),
        model: given.model ?? (hasSms ? 'Pixel 7' : 'Firefox'),
        appVersion: 375,
        type: hasSms ? 'android' : 'firefox',
        icon: hasSms ? 'phone' : 'browser',
        phone: hasSms ? newPhone(given.firstRowId ?? 1) : null,
      };
      account.devices.push(device);
      return device;
    },
    device(iden) {
      for (const account of accounts.values()) {
        const device = account.devices.find((one) => one.iden === iden);
        if (device) return { account, device };
      }
      return undefined;
    },
    addMessage,
    wipe(phone) {
      phone.threads = [];
      phone.nextMessageId = 1;
      phone.nextThreadId = 1;
    },
    setOnline(phone, online) {
      phone.online = online;
      if (!online) return;
      for (const message of phone.threads.flatMap(({ messages }) => messages))
        if (message.visibleAtMs === Number.POSITIVE_INFINITY) message.visibleAtMs = nowMs();
    },
    deletePush(push) {
      push.active = false;
      push.modified = clock.float();
    },
    addPush(account, given) {
      const created = clock.float();
      const push: Push = {
        iden: `${account.iden}sj${random.id(12)}`,
        active: true,
        created,
        modified: (given.tied ? account.pushes.at(-1)?.modified : undefined) ?? created,
        title: given.title,
        body: given.body,
        guid: random.id(20),
        sourceDeviceIden: given.sourceDeviceIden,
        dismissed: false,
      };
      account.pushes.push(push);
      return push;
    },
    clear: () => accounts.clear(),
  };
}

function newPhone(firstRowId: number): Phone {
  return { nextMessageId: firstRowId, nextThreadId: firstRowId, nextNotificationId: 1, threads: [], online: true };
}

function addMessage(phone: Phone, given: NewMessage): { thread: Thread; id: string } {
  const thread = phone.threads.find((one) => one.address === given.address) ?? addThread(phone, given);
  const id = String(phone.nextMessageId);
  phone.nextMessageId += 1;
  const { body, timestamp, direction, visibleAtMs } = given;
  if (visibleAtMs !== undefined) thread.messages.push({ id, type: 'sms', timestamp, direction, body, visibleAtMs });
  return { thread, id };
}

function addThread(phone: Phone, { address, name }: NewMessage): Thread {
  const thread: Thread = { id: String(phone.nextThreadId), address, name, messages: [] };
  phone.nextThreadId += 1;
  phone.threads.push(thread);
  return thread;
}
