/** The simulator of Pushbullet: its REST API and stream, the phones behind them, and what a test may bend. */
import { HttpError } from '../../service/http-errors';
import { createCounters } from '../counters';
import { createRecord, type SentSms } from '../record';
import type { Simulator, SimulatorDeps } from '../simulator';
import { pushbulletControl } from './control';
import { createPushbulletDials, type PushbulletDialChanges } from './dials';
import { createEncryption } from './encryption';
import type { Account, Device, Phone, Push } from './model';
import { outgoingSms, seenOnPhone } from './phone-life';
import { ephemeral, smsHappens, type PhoneSms } from './phone-sms';
import { createRest } from './rest';
import { createStream, type Frame } from './stream';
import { createWorld, type NewAccount, type NewDevice } from './world';

export interface PushbulletSim extends Simulator {
  readonly addAccount: (given: NewAccount) => Account;
  /** @throws HttpError 404, as all that name an account or a phone. */
  readonly addDevice: (accountIden: string, given: NewDevice) => Device;
  readonly account: (iden: string) => Account | undefined;
  readonly accounts: () => readonly Account[];
  /** Those that are gone get 401; their sockets stay until they are dropped. */
  readonly setTokens: (accountIden: string, tokens: readonly string[]) => void;
  readonly setPassword: (accountIden: string, password: string | null) => void;
  /** An SMS happens on a phone. */
  readonly sms: (sms: PhoneSms) => SentSms;
  /** One that the phone sends: in its thread, and in the stream only the hint that something has changed. */
  readonly outgoing: (sms: { device: string; to: string; body: string }) => void;
  /** An SMS was read or deleted on the phone: `sms_changed` without one. */
  readonly seen: (deviceIden: string) => void;
  /** Threads are empty, row ids start again. */
  readonly wipe: (deviceIden: string) => void;
  readonly setOnline: (deviceIden: string, online: boolean) => void;
  /** A note that is no SMS, and its tickle. */
  readonly note: (accountIden: string, note: { title: string; body: string; deviceIden?: string | undefined }) => Push;
  readonly deletePush: (accountIden: string, pushIden: string) => void;
  /** Anything that phones send through the stream: mirror, dismissal, clip, an unknown type. */
  readonly ephemeral: (accountIden: string, payload: Frame) => void;
  readonly tickle: (accountIden: string, subtype: string) => void;
  /** A frame as it is, past dials and encryption. */
  readonly frame: (accountIden: string, text: string | Buffer) => void;
  readonly silence: (accountIden?: string) => number;
  readonly drop: (accountIden?: string, code?: number) => number;
  readonly openSockets: (accountIden?: string) => number;
  readonly dial: (changes: PushbulletDialChanges, accountIden?: string) => void;
  readonly record: () => readonly SentSms[];
  readonly counters: () => Record<string, number>;
  /** Dials, record and counters as at the start; accounts, their threads and pushes stay. */
  readonly reset: () => void;
}

export function createPushbulletSim({ random, nowMs }: SimulatorDeps): PushbulletSim {
  const counters = createCounters();
  const record = createRecord();
  const encryption = createEncryption();
  const world = createWorld({ nowMs, random });
  const dials = createPushbulletDials(random, () => stream.retime());
  const stream = createStream({ dials, random, counters, accountByToken: world.accountByToken });
  const rest = createRest({ world, dials, counters, encryption, nowMs, stream });
  const timers = new Set<NodeJS.Timeout>();
  const later = (delayMs: number, act: () => void): void => {
    if (delayMs === 0) return act();
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  };

  function known(iden: string): Account {
    const account = world.account(iden);
    if (account) return account;
    throw new HttpError(404, 'unknown_account', 'no account has this iden');
  }
  function phoneOf(iden: string): { account: Account; device: Device; phone: Phone } {
    const found = world.device(iden);
    if (found?.device.phone) return { ...found, phone: found.device.phone };
    throw new HttpError(404, 'unknown_device', 'no phone has this iden');
  }
  const happenings = { world, dials, stream, encryption, record, random, nowMs, later };
  const tickle = (account: Account, subtype: string) => stream.live(account, { type: 'tickle', subtype });

  const sim: Omit<PushbulletSim, 'control'> = {
    name: 'pushbullet',
    router: rest.router,
    upgrade: stream.upgrade,
    addAccount: world.addAccount,
    addDevice(accountIden, given) {
      const device = world.addDevice(known(accountIden), given);
      tickle(known(accountIden), 'device');
      return device;
    },
    account: world.account,
    accounts: world.accounts,
    setTokens: (accountIden, tokens) => void (known(accountIden).tokens = tokens),
    setPassword: (accountIden, password) => void (known(accountIden).password = password),
    sms: (sms) => smsHappens(sms, happenings),
    outgoing: (sms) => outgoingSms(sms, { ...happenings, ...phoneOf(sms.device) }),
    seen: (deviceIden) => seenOnPhone({ ...happenings, ...phoneOf(deviceIden) }),
    wipe: (deviceIden) => world.wipe(phoneOf(deviceIden).phone),
    setOnline: (deviceIden, online) => world.setOnline(phoneOf(deviceIden).phone, online),
    note(accountIden, { title, body, deviceIden }) {
      const account = known(accountIden);
      const push = world.addPush(account, { title, body, sourceDeviceIden: deviceIden ?? null });
      tickle(account, 'push');
      return push;
    },
    deletePush(accountIden, pushIden) {
      const push = known(accountIden).pushes.find(({ iden }) => iden === pushIden);
      if (!push) throw new HttpError(404, 'unknown_push', 'no push of this account has this iden');
      world.deletePush(push);
      tickle(known(accountIden), 'push');
    },
    ephemeral: (accountIden, payload) => ephemeral({ stream, encryption, dials, account: known(accountIden) }, payload),
    tickle: (accountIden, subtype) => tickle(known(accountIden), subtype),
    frame: (accountIden, text) => stream.raw(known(accountIden).iden, text),
    silence: stream.silence,
    drop: stream.drop,
    openSockets: stream.open,
    dial: dials.set,
    record: record.list,
    counters: () => ({ ...counters.all(), sockets_open: stream.open(), sockets_silent: stream.silent() }),
    reset() {
      dials.clear();
      record.clear();
      counters.clear();
    },
    async close() {
      timers.forEach(clearTimeout);
      rest.close();
      await stream.close();
    },
  };
  return { ...sim, control: pushbulletControl(sim, { random, dials, record }) };
}
