/** The simulator of phones with the four apps: an SMS happens, and the app posts it as it does, faults and all. */
import { Router } from 'express';
import { createCounters } from '../counters';
import { createRecord, type SentSms } from '../record';
import type { Simulator, SimulatorDeps } from '../simulator';
import { httpsms } from './app-httpsms';
import { smsforwarder } from './app-smsforwarder';
import { smsgate } from './app-smsgate';
import { textbee } from './app-textbee';
import { phonesControl } from './control';
import { createPhoneDials, type PhoneDialChanges } from './dials';
import type { AppBehaviour, AppEvent, Phone, PhoneApp } from './model';
import { postEvent } from './posting';

const BEHAVIOURS: Readonly<Record<PhoneApp, AppBehaviour>> = { smsgate, smsforwarder, textbee, httpsms };

export interface NewPhone extends Pick<Phone, 'app' | 'device' | 'targetUrl' | 'secret'> {
  readonly nextSecret?: string | null | undefined;
  readonly number?: string | null | undefined;
  readonly batteryPercent?: number | undefined;
  readonly network?: Phone['network'] | undefined;
}

export interface SmsOnPhone {
  readonly phone: string;
  readonly sender: string;
  readonly body: string;
  readonly receivedAt?: Date | undefined;
}

export interface PhonesSim extends Simulator {
  /** The same app and device again: its new settings. */
  readonly addPhone: (phone: NewPhone) => Phone;
  readonly phone: (id: string) => Phone | undefined;
  readonly phones: () => readonly Phone[];
  /** An SMS comes to the phone; its app posts it in the background. */
  readonly sms: (sms: SmsOnPhone) => SentSms;
  /** False where the app posts none. */
  readonly heartbeat: (phone: string, vitals?: Partial<Pick<Phone, 'batteryPercent' | 'network'>>) => boolean;
  readonly other: (phone: string) => void;
  readonly dial: (changes: PhoneDialChanges, phone?: string) => void;
  readonly record: () => readonly SentSms[];
  readonly counters: () => Record<string, number>;
  /** Settles when no app has anything left to post. */
  readonly idle: () => Promise<void>;
  /** Dials, record and counters as at the start; phones stay, and so does what they are posting. */
  readonly reset: () => void;
}

/** Of two events of one SMS. */
const TWIN_DELAY_MS = 5_000;

class Ended extends Error {
  override readonly name = 'Ended';
}

export function createPhonesSim({ random, nowMs, logger }: SimulatorDeps): PhonesSim {
  const counters = createCounters();
  const record = createRecord();
  const dials = createPhoneDials(random);
  const phones = new Map<string, Phone>();
  const postings = new Set<Promise<void>>();
  const waits = new Set<() => void>();
  let ended = false;

  function wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (ended) return reject(new Ended());
      const stop = () => {
        clearTimeout(timer);
        reject(new Ended());
      };
      const timer = setTimeout(() => {
        waits.delete(stop);
        resolve();
      }, ms);
      waits.add(stop);
    });
  }

  function background(work: () => Promise<unknown>): void {
    const posting: Promise<void> = work()
      .then(
        () => undefined,
        (error: unknown) => {
          if (!(error instanceof Ended)) logger.error({ err: error }, 'a simulated phone failed');
        },
      )
      .finally(() => postings.delete(posting));
    postings.add(posting);
  }

  function post(phone: Phone, event: AppEvent, delayMs: number): void {
    background(async () => {
      if (delayMs > 0) await wait(delayMs * dials.settings(phone.id).timeScale);
      // Its settings may be other ones by now.
      const current = phones.get(phone.id) ?? phone;
      await postEvent({ dials, counters, nowMs, startMs, wait }, current, BEHAVIOURS[phone.app], event);
    });
  }

  const lastStartMs = new Map<string, number>();
  function startMs(phone: string): number {
    const atMs = Math.max(nowMs(), (lastStartMs.get(phone) ?? 0) + 1);
    lastStartMs.set(phone, atMs);
    return atMs;
  }

  const newId = () => random.id(21);
  function known(id: string): Phone {
    const phone = phones.get(id);
    if (!phone) throw new Error('no phone has this id');
    return phone;
  }

  const sim: Omit<PhonesSim, 'control'> = {
    name: 'phones',
    // Phones call out: nobody calls them.
    router: Router(),
    addPhone(given) {
      const { app, device, targetUrl, secret, nextSecret = null, number = null } = given;
      const { batteryPercent = 80, network = 'wifi' } = given;
      const id = `${app}:${device}`;
      const phone: Phone = { id, app, device, targetUrl, secret, nextSecret, number, batteryPercent, network };
      phones.set(id, phone);
      return phone;
    },
    phone: (id) => phones.get(id),
    phones: () => [...phones.values()],
    sms(given) {
      const phone = known(given.phone);
      const at = given.receivedAt ?? new Date(nowMs());
      // The network's own time of an SMS is in whole seconds; SmsForwarder takes the phone's clock.
      const receivedAt = phone.app === 'smsforwarder' ? at : new Date(Math.floor(at.getTime() / 1000) * 1000);
      const happened = { sender: given.sender, body: given.body, receivedAt };
      const missed = dials.strikes('missed', phone.id);
      if (!missed) {
        const { disorderMs } = dials.settings(phone.id);
        const delayMs = dials.strikes('disorder', phone.id) ? disorderMs : 0;
        const behaviour = BEHAVIOURS[phone.app];
        post(phone, behaviour.sms(phone, happened, newId), delayMs);
        if (dials.strikes('duplicate', phone.id))
          post(phone, behaviour.sms(phone, happened, newId), delayMs + TWIN_DELAY_MS);
      }
      const sent: SentSms = {
        source: 'webhook',
        account: phone.app,
        device: phone.device,
        ...happened,
        ways: missed ? [] : ['direct'],
      };
      record.add(sent);
      return sent;
    },
    heartbeat(id, vitals = {}) {
      const phone: Phone = { ...known(id), ...vitals };
      phones.set(id, phone);
      const event = BEHAVIOURS[phone.app].heartbeat(phone, newId);
      if (event) post(phone, event, 0);
      return event !== null;
    },
    other(id) {
      const phone = known(id);
      post(phone, BEHAVIOURS[phone.app].other(phone, newId), 0);
    },
    dial: dials.set,
    record: record.list,
    counters: counters.all,
    async idle() {
      while (postings.size > 0) await Promise.all(postings);
    },
    reset() {
      dials.clear();
      record.clear();
      counters.clear();
    },
    async close() {
      ended = true;
      for (const stop of waits) stop();
      waits.clear();
      await Promise.all(postings);
    },
  };
  return { ...sim, control: phonesControl(sim, { random, dials, record }) };
}
