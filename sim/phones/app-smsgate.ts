/**
 * SMSGate as its source of July 2026 has it: `X-Signature` is hex HMAC-SHA256 of body and timestamp, made anew for each try;
 * 15 tries, the first after 5 seconds and each twice as long after the one before. Times of the SMS are in whole seconds.
 */
import { createHash, createHmac } from 'node:crypto';
import type { AppBehaviour, AppEvent, Phone } from './model';

const MAX_TRIES = 15;
const FIRST_DELAY_MS = 5_000;
const TRANSPORT = { cellular: 2, wifi: 4 } as const;
const VERSION = '1.66.0';

export const smsgate: AppBehaviour = {
  sms(phone, { sender, body, receivedAt }, newId) {
    // A hash of sender, time and text, in 32 bits: the same for two events of one SMS.
    const hash = createHash('md5')
      .update(JSON.stringify([sender, receivedAt, body]))
      .digest('hex')
      .slice(0, 8);
    return event(phone, newId(), 'sms', 'sms:received', {
      messageId: hash,
      sender,
      recipient: phone.number,
      simNumber: 1,
      phoneNumber: sender,
      message: body,
      receivedAt: receivedAt.toISOString().replace('Z', '+00:00'),
    });
  },
  heartbeat(phone, newId) {
    const figure = (observedValue: number, observedUnit: string) => ({
      status: 'pass',
      observedValue,
      observedUnit,
      description: '',
    });
    const checks = {
      'messages:failed': figure(0, 'messages'),
      'connection:status': figure(1, 'boolean'),
      'connection:transport': figure(TRANSPORT[phone.network], 'flags'),
      'battery:level': figure(phone.batteryPercent, 'percent'),
      'battery:charging': figure(0, 'flags'),
    };
    const health = { status: 'pass', version: VERSION, releaseId: 1400, checks };
    return event(phone, newId(), 'heartbeat', 'system:ping', { health });
  },
  other: (phone, newId) =>
    event(phone, newId(), 'other', 'sms:sent', { messageId: newId(), recipient: '+15550100', partsCount: 1 }),
  request({ fields }, { secret, atMs }) {
    const body = JSON.stringify(fields);
    const timestamp = String(Math.floor(atMs / 1000));
    const common = {
      'content-type': 'application/json; charset=UTF-8',
      'user-agent': `me.capcom.smsgateway/${VERSION}`,
    };
    if (secret === null) return { headers: common, body };
    const signature = createHmac('sha256', secret)
      .update(body + timestamp)
      .digest('hex');
    return { headers: { ...common, 'x-timestamp': timestamp, 'x-signature': signature }, body };
  },
  nextTryMs: (tries) => (tries >= MAX_TRIES ? null : FIRST_DELAY_MS * 2 ** (tries - 1)),
};

function event(phone: Phone, id: string, kind: AppEvent['kind'], name: string, payload: object): AppEvent {
  return { id, kind, fields: { id, webhookId: 'recon', event: name, deviceId: phone.device, payload } };
}
