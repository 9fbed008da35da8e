/** What happens outside: phones get SMS, new phones are bought. Told to the simulators by their controls. */
import { z } from 'zod';
import type { PhoneApp } from '../../domain/phone-apps';
import type { Forwarder } from '../../sim/telegram/forwarders';
import type { PhoneWay } from '../../sim/pushbullet/phone-sms';
import { call } from './http';

interface Sms {
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
}

export interface NewAppPhone {
  readonly app: PhoneApp;
  readonly device: string;
  readonly targetUrl: string;
  readonly secret: string;
  readonly number: string | null;
}

export interface OutsideWorld {
  smsOnPushbulletPhone(sms: Sms & { readonly iden: string; readonly ways: readonly PhoneWay[] | null }): Promise<void>;
  newPushbulletPhone(phone: {
    readonly account: string;
    readonly iden: string;
    readonly nickname: string;
  }): Promise<void>;
  smsInChannel(sms: Sms & { readonly chat: string; readonly forwarder: Forwarder }): Promise<void>;
  /** The same app and device again: its new settings. */
  appPhone(phone: NewAppPhone): Promise<void>;
  smsOnAppPhone(sms: Sms & { readonly app: PhoneApp; readonly device: string }): Promise<void>;
  heartbeat(app: PhoneApp, device: string): Promise<void>;
  /** Sockets at Pushbullet's stream. */
  openStreams(): Promise<number>;
}

const counted = z.object({ counters: z.object({ sockets_open: z.int() }) });

export function createOutsideWorld(simUrl: string): OutsideWorld {
  async function post(path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await call(simUrl, `/control/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
  const told = ({ sender, body, receivedAt }: Sms) => ({ sender, body, received_at: receivedAt.toISOString() });
  return {
    smsOnPushbulletPhone: ({ iden: device, ways, ...sms }) =>
      post('pushbullet/sms', { device, ...told(sms), ...(ways === null ? {} : { ways }) }),
    newPushbulletPhone: (phone) => post('pushbullet/devices', phone),
    smsInChannel: ({ chat, forwarder, ...sms }) => post('telegram/sms', { chat, forwarder, ...told(sms) }),
    appPhone: ({ targetUrl: target_url, ...phone }) => post('phones/phones', { ...phone, target_url }),
    smsOnAppPhone: ({ app, device, ...sms }) => post('phones/sms', { phone: `${app}:${device}`, ...told(sms) }),
    async openStreams() {
      const { json } = await call(simUrl, '/control/pushbullet/counters', { method: 'GET', headers: {} });
      return counted.parse(json).counters.sockets_open;
    },
    heartbeat: (app, device) => post('phones/heartbeat', { phone: `${app}:${device}` }),
  };
}
