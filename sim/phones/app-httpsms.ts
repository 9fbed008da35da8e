/**
 * httpSMS's server as its source of July 2026 has it: CloudEvents, a JSON Web Token (HS256, ten minutes) made for each try, two tries.
 * It posts when a phone comes back; its own heartbeats stay with it.
 */
import { createHmac } from 'node:crypto';
import type { AppBehaviour, AppEvent } from './model';

const MAX_TRIES = 2;
const DELAY_MS = 100;
const LIFE_SECONDS = 600;

export const httpsms: AppBehaviour = {
  sms: ({ device }, { sender, body, receivedAt }, newId) =>
    event(newId(), 'sms', 'message.phone.received', {
      message_id: newId(),
      user_id: 'simulated',
      owner: device,
      encrypted: false,
      contact: sender,
      timestamp: receivedAt.toISOString(),
      content: body,
      sim: 'SIM1',
      attachments: null,
    }),
  heartbeat: ({ device }, newId) =>
    event(newId(), 'heartbeat', 'phone.heartbeat.online', { phone_id: newId(), owner: device }),
  other: ({ device }, newId) => event(newId(), 'other', 'message.call.missed', { message_id: newId(), owner: device }),
  request({ fields }, { secret, atMs }) {
    const headers = { 'content-type': 'application/json', 'x-event-type': String(fields['type']) };
    const body = JSON.stringify(fields);
    if (secret === null) return { headers, body };
    return { headers: { ...headers, authorization: `Bearer ${tokenOf(secret, Math.floor(atMs / 1000))}` }, body };
  },
  nextTryMs: (tries) => (tries >= MAX_TRIES ? null : DELAY_MS),
};

function event(id: string, kind: AppEvent['kind'], type: string, data: object): AppEvent {
  const attributes = {
    specversion: '1.0',
    id,
    source: '/v1/messages/receive',
    type,
    datacontenttype: 'application/json',
  };
  return { id, kind, fields: { ...attributes, data } };
}

function tokenOf(secret: string, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { aud: ['recon'], exp: now + LIFE_SECONDS, iat: now, iss: 'api.httpsms.com', nbf: now - LIFE_SECONDS };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
