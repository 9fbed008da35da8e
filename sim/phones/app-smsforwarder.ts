/**
 * SmsForwarder with the JSON template of docs/sources.md: `[sign]` is base64 of HMAC-SHA256 of `<timestamp>\n<secret>`, percent-encoded;
 * a try again repeats timestamp and sign. It tries again only where there was no answer, as often as its settings say (by
 * default never), each a second later than the one before.
 */
import { createHmac } from 'node:crypto';
import type { AppBehaviour } from './model';

const DELAY_MS = 1_000;

export const smsforwarder: AppBehaviour = {
  sms: ({ device }, { sender, body, receivedAt }, newId) => ({
    id: newId(),
    kind: 'sms',
    fields: {
      from: sender,
      content: body,
      received_at: receivedAt.toISOString().replace('Z', '+00:00'),
      device,
      sim: 'SIM1_',
    },
  }),
  heartbeat: ({ device, batteryPercent, network }, newId) => ({
    id: newId(),
    kind: 'heartbeat',
    fields: {
      event: 'heartbeat',
      device,
      battery: `${batteryPercent}%`,
      network: network.toUpperCase(),
      app_version: '3.5.0',
    },
  }),
  other: ({ device }, newId) => ({ id: newId(), kind: 'other', fields: { event: 'call', device, from: '+15550100' } }),
  request({ fields }, { secret, firstAtMs }) {
    const headers = { 'content-type': 'application/json' };
    const timestamp = String(firstAtMs);
    // Without a secret the tag is replaced by nothing.
    const raw = secret === null ? '' : createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    return { headers, body: JSON.stringify({ ...fields, timestamp, sign: encodeURIComponent(raw) }) };
  },
  nextTryMs: (tries, result, retryTimes) => (result !== 'no_answer' || tries > retryTimes ? null : DELAY_MS * tries),
};
