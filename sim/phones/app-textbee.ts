/**
 * textbee's server as its source of July 2026 has it: `X-Signature` is hex HMAC-SHA256 of the body; ten tries over weeks, and a 4xx
 * is given up after the third. Heartbeats go to its own server only.
 */
import { createHmac } from 'node:crypto';
import type { AppBehaviour } from './model';

const MINUTES_AFTER = [3, 5, 30, 60, 360, 1_440, 4_320, 10_080, 43_200] as const;
const MAX_TRIES = 10;
const MAX_REFUSALS = 3;

export const textbee: AppBehaviour = {
  sms: ({ device }, { sender, body, receivedAt }, newId) => {
    const idempotencyKey = newId();
    const event = { smsId: newId(), message: body, deviceId: device, webhookSubscriptionId: 'recon' };
    const more = { webhookEvent: 'MESSAGE_RECEIVED', idempotencyKey, sender, receivedAt: receivedAt.toISOString() };
    return { id: idempotencyKey, kind: 'sms', fields: { ...event, ...more } };
  },
  heartbeat: () => null,
  other: ({ device }, newId) => {
    const idempotencyKey = newId();
    const fields = { smsId: newId(), message: 'sent', deviceId: device, webhookEvent: 'MESSAGE_SENT', idempotencyKey };
    return { id: idempotencyKey, kind: 'other', fields };
  },
  request({ fields }, { secret }) {
    const body = JSON.stringify(fields);
    const headers = { 'content-type': 'application/json' };
    if (secret === null) return { headers, body };
    return { headers: { ...headers, 'x-signature': createHmac('sha256', secret).update(body).digest('hex') }, body };
  },
  nextTryMs(tries, result) {
    const refused = result !== 'no_answer' && result >= 400 && result < 500;
    if (tries >= MAX_TRIES || (refused && tries >= MAX_REFUSALS)) return null;
    return (MINUTES_AFTER[tries - 1] ?? 43_200) * 60_000;
  },
};
