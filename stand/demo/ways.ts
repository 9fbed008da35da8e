/** By which way an SMS reaches recon: whose phone has it, and what tells of it. */
import type { PhoneApp } from '../../domain/phone-apps';
import type { Forwarder } from '../../sim/telegram/forwarders';
import type { PhoneWay } from '../../sim/pushbullet/phone-sms';
import { DEMO_PUSHBULLET, DEMO_SEALED, DEMO_TELEGRAM } from '../../sim/demo';
import type { Simulated } from '../simulated-sources';
import type { BankName } from './banks';

/** Phones that stay over the days. `sealed` is the one of the account with an end-to-end password. */
export const PUSHBULLET_PHONES = {
  counter: { account: DEMO_PUSHBULLET.account, iden: DEMO_PUSHBULLET.phones[0], line: '+447700900003' },
  // What the Telegram channel's forwarder posts, this phone receives too: they are on one line.
  desk: { account: DEMO_PUSHBULLET.account, iden: DEMO_PUSHBULLET.phones[1], line: DEMO_TELEGRAM.line },
  sealed: { account: DEMO_SEALED.account, iden: DEMO_SEALED.phones[0], line: null },
} as const;
export type PushbulletPhone = keyof typeof PUSHBULLET_PHONES;

/** The same for the apps. The phone with SMSGate holds the second SIM of the counter's line. */
export const APP_PHONES = {
  smsgate: { device: 'counter-smsgate', number: PUSHBULLET_PHONES.counter.line },
  smsforwarder: { device: 'back-office', number: null },
  httpsms: { device: '+447700900004', number: '+447700900004' },
} as const satisfies Partial<Record<PhoneApp, { readonly device: string; readonly number: string | null }>>;
export type LastingApp = keyof typeof APP_PHONES;

/** A phone of this day alone, by its name in the story. */
export interface DayPhone {
  readonly day: string;
}

export type Way =
  /** The signed generic hook: whoever writes a sender of his own. */
  | { readonly by: 'hook' }
  | {
      readonly by: 'pushbullet';
      readonly phone: PushbulletPhone | DayPhone;
      /** What the phone tells Pushbullet; default: a live frame, and the SMS in its thread. */
      readonly ways?: readonly PhoneWay[];
    }
  | { readonly by: 'telegram'; readonly forwarder: Forwarder }
  | { readonly by: 'app'; readonly app: LastingApp }
  | { readonly by: 'app'; readonly app: PhoneApp; readonly phone: DayPhone };

export const HOOK: Way = { by: 'hook' };
export const viaPushbullet = (phone: PushbulletPhone | DayPhone, ...ways: readonly PhoneWay[]): Way =>
  ways.length === 0 ? { by: 'pushbullet', phone } : { by: 'pushbullet', phone, ways };
export const viaTelegram = (forwarder: Forwarder = 'labelled'): Way => ({ by: 'telegram', forwarder });
export const viaApp = (app: LastingApp): Way => ({ by: 'app', app });
export const viaAppOf = (app: PhoneApp, day: string): Way => ({ by: 'app', app, phone: { day } });

/** Each bank sends to the phone that its account was opened with. */
const USUAL: Readonly<Record<BankName, Way>> = {
  ganga: viaPushbullet('counter'),
  deccan: viaPushbullet('counter'),
  bharat: viaTelegram('telegram_sms'),
  himal: viaPushbullet('desk'),
  indus: viaApp('smsgate'),
  padma: viaApp('httpsms'),
  mehregan: viaTelegram('sms_forwarder'),
  kish: viaTelegram(),
  khalij: viaPushbullet('desk'),
  najd: viaApp('smsforwarder'),
  safat: viaApp('smsforwarder'),
  bosfor: viaPushbullet('sealed'),
  ipe: viaPushbullet('sealed'),
  rhein: viaApp('smsgate'),
  cantabrico: viaTelegram('inline'),
  alpina: viaPushbullet('sealed'),
  prairie: HOOK,
  aoba: viaPushbullet('counter'),
  jiangnan: viaApp('httpsms'),
  pesa: viaTelegram(),
};

export function usualWay(bank: BankName): Way {
  return USUAL[bank];
}

/** The hook stands in for a source that is not simulated: the outside world is the user's own then. */
export function possibleWay(way: Way, simulated: Simulated): Way {
  switch (way.by) {
    case 'hook':
      return way;
    case 'pushbullet':
      return simulated.pushbullet ? way : HOOK;
    case 'telegram':
      return simulated.telegram ? way : HOOK;
    case 'app':
      return simulated.apps ? way : HOOK;
  }
}
