/**
 * What the four phone apps send, written from their own sources and apart from the doors that read it: a test bends any part of
 * it before or after it is signed.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { PhoneApp } from '../../domain/phone-apps';
import type { Json } from './wallet';

export interface PhoneMessage {
  readonly device: string;
  readonly secret: string;
  readonly id: string;
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
  /** The clock of what signs. */
  readonly signedAt: Date;
  /** Fields that are put over those of the app, top level and payload. */
  readonly over: Json;
  readonly inner: Json;
}

export interface PhoneRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const hex = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
const jsonHeaders = { 'content-type': 'application/json; charset=UTF-8' };

export function message(given: Partial<PhoneMessage> = {}): PhoneMessage {
  return {
    device: `phone-${randomUUID()}`,
    secret: 'a secret that nobody gave',
    id: randomUUID(),
    sender: 'RHEINBANK',
    body: `Zahlungseingang 123,45 EUR ${randomUUID()}`,
    receivedAt: new Date(Math.floor(Date.now() / 1000) * 1000),
    signedAt: new Date(),
    over: {},
    inner: {},
    ...given,
  };
}

export const PHONE_REQUESTS: Readonly<Record<PhoneApp, (given: PhoneMessage) => PhoneRequest>> = {
  smsgate(given) {
    const payload = {
      messageId: 'a80532bb',
      sender: given.sender,
      recipient: null,
      simNumber: 1,
      phoneNumber: given.sender,
      message: given.body,
      receivedAt: given.receivedAt.toISOString(),
      ...given.inner,
    };
    const event = { id: given.id, webhookId: 'recon', event: 'sms:received', deviceId: given.device, payload };
    return smsgateRequest(given, JSON.stringify({ ...event, ...given.over }));
  },
  textbee(given) {
    const body = JSON.stringify({
      smsId: '692437f882033f160900ff70',
      message: given.body,
      deviceId: given.device,
      webhookSubscriptionId: '692437f882033f160900ff71',
      webhookEvent: 'MESSAGE_RECEIVED',
      idempotencyKey: given.id,
      sender: given.sender,
      receivedAt: given.receivedAt.toISOString(),
      ...given.over,
    });
    return textbeeRequest(given.secret, body);
  },
  httpsms(given) {
    const data = {
      message_id: given.id,
      user_id: 'WB7DRDWrJZRGbYrv2CKGkqbzvqdC',
      owner: given.device,
      encrypted: false,
      contact: given.sender,
      timestamp: given.receivedAt.toISOString().replace('.000Z', '.000123Z'),
      content: given.body,
      sim: 'SIM1',
      attachments: null,
      ...given.inner,
    };
    const event = {
      specversion: '1.0',
      id: given.id,
      source: '/v1/messages/receive',
      type: 'message.phone.received',
      datacontenttype: 'application/json',
      time: given.signedAt.toISOString(),
      data,
      ...given.over,
    };
    return httpsmsRequest(httpsmsToken(given.secret, { at: given.signedAt }), JSON.stringify(event), event.type);
  },
  smsforwarder(given) {
    const fields = {
      from: given.sender,
      content: given.body,
      received_at: given.receivedAt.toISOString().replace('Z', '+00:00'),
      device: given.device,
      sim: 'SIM1_',
      ...forwarderSign(given),
      ...given.over,
    };
    return { path: '/hooks/sms/smsforwarder', headers: jsonHeaders, body: JSON.stringify(fields) };
  },
};

export function smsgateRequest(
  { secret, signedAt }: Pick<PhoneMessage, 'secret' | 'signedAt'>,
  body: string,
): PhoneRequest {
  const timestamp = String(Math.floor(signedAt.getTime() / 1000));
  const signed = { 'x-timestamp': timestamp, 'x-signature': hex(secret, body + timestamp) };
  const headers = { ...jsonHeaders, 'user-agent': 'me.capcom.smsgateway/1.66.0', ...signed };
  return { path: '/hooks/sms/smsgate', headers, body };
}

export function textbeeRequest(secret: string, body: string): PhoneRequest {
  const headers = { 'content-type': 'application/json', 'x-signature': hex(secret, body) };
  return { path: '/hooks/sms/textbee', headers, body };
}

export function httpsmsRequest(token: string, body: string, type = 'message.phone.received'): PhoneRequest {
  const headers = { 'content-type': 'application/json', 'x-event-type': type, authorization: `Bearer ${token}` };
  return { path: '/hooks/sms/httpsms', headers, body };
}

/** As golang-jwt makes it; `head` and `claims` are put over its own. */
export function httpsmsToken(
  secret: string,
  { at = new Date(), head = {}, claims = {} }: { at?: Date; head?: Json; claims?: Json } = {},
): string {
  const now = Math.floor(at.getTime() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const own = {
    aud: ['https://recon.test'],
    exp: now + 600,
    iat: now,
    iss: 'api.httpsms.com',
    nbf: now - 600,
    sub: 'u',
  };
  const signed = `${part({ alg: 'HS256', typ: 'JWT', ...head })}.${part({ ...own, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export function forwarderSign({ secret, signedAt }: Pick<PhoneMessage, 'secret' | 'signedAt'>): {
  timestamp: string;
  sign: string;
} {
  const timestamp = String(signedAt.getTime());
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return { timestamp, sign: encodeURIComponent(sign) };
}

/** The form that the app makes of a template without JSON. */
export function forwarderForm(given: PhoneMessage, fields: Readonly<Record<string, string>> = {}): PhoneRequest {
  const all = { from: given.sender, content: given.body, ...forwarderSign(given), ...fields };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { path: '/hooks/sms/smsforwarder', headers, body: new URLSearchParams(all).toString() };
}
