/** The simulator of Pushbullet: its REST API and stream, the phones behind them, and what a test may bend. */
import type { Router } from 'express';
import { createCounters } from '../counters';
import { createRecord, type SentSms } from '../record';
import type { Simulator, SimulatorDeps } from '../simulator';
import { pushbulletControl } from './control';
import { createPushbulletDials, type PushbulletDialChanges } from './dials';
import { createEncryption } from './encryption';
import type { Account, Device, Push } from './model';
import { ephemeral, smsHappens, type PhoneSms } from './phone-sms';
import { createRest } from './rest';
import { createStream, type Frame } from './stream';
import { createWorld, type NewAccount, type NewDevice } from './world';

export interface PushbulletSim extends Simulator {
  readonly addAccount: (given: NewAccount) => Account;
  readonly addDevice: (accountIden: string, given: NewDevice) => Device;
  readonly account: (iden: string) => Account | undefined;
  readonly accounts: () => readonly Account[];
  /** Other tokens from now on: those that are gone get 401, and their sockets stay until they are dropped. */
  readonly setTokens: (accountIden: string, tokens: readonly string[]) => void;
  /** An SMS happens on a phone. */
  readonly sms: (sms: PhoneSms) => SentSms;
  /** Threads are empty, row ids start again. */
  readonly wipe: (deviceIden: string) => void;
  /** A note that is no SMS, and its tickle. */
  readonly note: (accountIden: string, note: { title: string; body: string; deviceIden?: string }) => Push;
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
  const rest = createRest({ world, dials, counters, encryption, nowMs });
  const timers = new Set<NodeJS.Timeout>();
  const later = (delayMs: number, act: () => void): void => {
    if (delayMs === 0) return act();
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  };

  const known = (iden: string): Account => {
    const account = world.account(iden);
    if (!account) throw new Error('no account has this iden');
    return account;
  };

  const sim: Omit<PushbulletSim, 'control'> = {
    name: 'pushbullet',
    router: rest.router,
    upgrade: stream.upgrade,
    addAccount: world.addAccount,
    addDevice: (accountIden, given) => {
      const device = world.addDevice(known(accountIden), given);
      stream.live(known(accountIden), { type: 'tickle', subtype: 'device' });
      return device;
    },
    account: world.account,
    accounts: world.accounts,
    setTokens: (accountIden, tokens) => void (known(accountIden).tokens = tokens),
    sms: (sms) => smsHappens(sms, { world, dials, stream, encryption, record, random, nowMs, later }),
    wipe(deviceIden) {
      const phone = world.device(deviceIden)?.device.phone;
      if (!phone) throw new Error('no phone has this iden');
      world.wipe(phone);
    },
    note(accountIden, { title, body, deviceIden }) {
      const account = known(accountIden);
      const push = world.addPush(account, { title, body, sourceDeviceIden: deviceIden ?? null });
      stream.live(account, { type: 'tickle', subtype: 'push' });
      return push;
    },
    ephemeral: (accountIden, payload) => ephemeral({ stream, encryption, dials, account: known(accountIden) }, payload),
    tickle: (accountIden, subtype) => stream.live(known(accountIden), { type: 'tickle', subtype }),
    frame: stream.raw,
    silence: stream.silence,
    drop: stream.drop,
    openSockets: stream.open,
    dial: dials.set,
    record: record.list,
    counters: () => ({ ...counters.all(), sockets_open: stream.open() }),
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
  const control: Router = pushbulletControl(sim, { random, dials, record });
  return { ...sim, control };
}
