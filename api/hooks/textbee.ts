/**
 * textbee (vernu/textbee). Read in its server's source of July 2026: header `X-Signature` = hex HMAC-SHA256 of the body under the
 * subscription's secret; JSON `{smsId, message, deviceId, webhookSubscriptionId, webhookEvent, idempotencyKey, sender,
 * receivedAt}`. Its server posts, not the phone: up to ten tries over about 50 days, so nothing signed goes stale and the key
 * of the delivery is what stops a replay. A 4xx is given up after the third try.
 *
 * `smsId` is the server's, and one SMS was seen under two of them (its issue 159), so it tells nothing apart here: time, sender
 * and text do. The server itself merges equal texts within five seconds. No heartbeat and no receiving number reach a hook.
 */
import { z } from 'zod';
import { check } from '../check-input';
import { timeParameter } from '../text-rules';
import { deviceName, jsonObject, peekName, senderText, smsText, webhookIdText } from './fields';
import type { PhoneAppDoor, PhoneEvent } from './phone-app';
import { hexSignature, hmacSha256, requiredHeader, sameBytes } from './signing';

const SIGNATURE = 'x-signature';

const received = z.looseObject({
  webhookEvent: z.literal('MESSAGE_RECEIVED'),
  deviceId: deviceName,
  /** Servers of before 2026 send none [inferred from the schema, where it is optional]. */
  idempotencyKey: webhookIdText.nullish().meta({ description: 'The same in every try' }),
  sender: senderText,
  message: smsText,
  receivedAt: timeParameter,
});

export function createTextbeeDoor(): PhoneAppDoor {
  return {
    app: 'textbee',
    summary: 'Webhooks of textbee',
    description: '`MESSAGE_RECEIVED` is an SMS; other events are noted.',
    signsBody: true,
    reusedSignature: 'refuse',
    mediaTypes: ['application/json'],
    headers: z.object({ [SIGNATURE]: z.string().meta({ description: 'Hex HMAC-SHA256 of the body' }) }),
    body: received,
    judgeHeaders: (header) => void requiredHeader(header, SIGNATURE, 'signature_missing'),
    open({ rawBody, header }) {
      const signature = requiredHeader(header, SIGNATURE, 'signature_missing');
      const body = jsonObject(rawBody);
      return {
        deviceId: peekName(body['deviceId']),
        signedBy(secret) {
          const given = hexSignature(signature);
          return given !== null && sameBytes(given, hmacSha256(secret, rawBody));
        },
        event: () => eventOf(body),
      };
    },
  };
}

function eventOf(body: Readonly<Record<string, unknown>>): PhoneEvent {
  const { webhookEvent } = check(z.looseObject({ webhookEvent: z.string() }), body, 'the body');
  if (webhookEvent !== 'MESSAGE_RECEIVED') return { kind: 'not_for_us' };
  const sms = check(received, body, 'the body');
  return {
    kind: 'sms',
    sender: sms.sender,
    body: sms.message,
    receivedAt: sms.receivedAt,
    line: null,
    messageId: null,
    webhookId: sms.idempotencyKey ?? null,
    doubtful: false,
    encrypted: false,
  };
}
