/**
 * SMSGate (capcom6/android-sms-gateway). Read in the app's source of July 2026, where not marked otherwise: headers
 * `X-Signature` (hex HMAC-SHA256 of the body and the timestamp after it) and `X-Timestamp` (seconds, made anew for each try),
 * JSON `{id, webhookId, event, deviceId, payload}`, up to 15 tries from 5 seconds on, each twice as long after the one before.
 *
 * Its `messageId` is a 32-bit hash of sender, time and text. The app emits one SMS twice at times (its issues 291, 301, 310, 372):
 * a new event id, and the same messageId, time and text, which is one delivery here. Two equal texts of two moments have two
 * ids and are two SMS. One id for two moments comes of a collision only, or of a version that hashed the text alone: in
 * doubt, so a second SMS that waits for a person. The id is never what makes two deliveries one.
 */
import { z } from 'zod';
import { check } from '../check-input';
import { timeParameter } from '../text-rules';
import {
  batteryFigure,
  deviceName,
  jsonObject,
  peekName,
  senderText,
  shortWord,
  smsText,
  webhookIdText,
} from './fields';
import type { PhoneAppDoor, PhoneEvent, ReadHeader } from './phone-app';
import { checkFresh, hexSignature, hmacSha256, requiredHeader, sameBytes } from './signing';

const SIGNATURE = 'x-signature';
const TIMESTAMP = 'x-timestamp';

const received = z.looseObject({
  id: webhookIdText.meta({ description: 'Of the event; the same in every try' }),
  event: z.literal('sms:received'),
  deviceId: deviceName,
  payload: z.looseObject({
    messageId: webhookIdText.nullish(),
    /** Since version 1.5x; `phoneNumber` before. */
    sender: senderText.nullish(),
    phoneNumber: senderText.nullish(),
    recipient: senderText.nullish().meta({ description: 'The number of the SIM, where the phone knows it' }),
    simNumber: z.int().min(1).max(9).nullish(),
    message: smsText,
    receivedAt: timeParameter.meta({ description: "The phone's clock with its offset" }),
  }),
});

const figure = (value: z.ZodType<number | null>) => z.looseObject({ observedValue: value }).nullable().catch(null);
const health = z.looseObject({
  version: shortWord.optional(),
  checks: z
    .looseObject({
      'battery:level': figure(batteryFigure).optional(),
      'connection:transport': figure(z.int().nullable().catch(null)).optional(),
    })
    .optional(),
});
const ping = z.looseObject({ payload: z.looseObject({ health: health.optional() }) });

/** Flags of the app's TransportType. */
const TRANSPORTS: readonly (readonly [flag: number, word: string])[] = [
  [4, 'wifi'],
  [2, 'cellular'],
  [8, 'ethernet'],
];

export function createSmsgateDoor(): PhoneAppDoor {
  return {
    app: 'smsgate',
    summary: 'Webhooks of SMSGate',
    description: '`sms:received` is an SMS; `system:ping` and `app:started` are heartbeats; other events are noted.',
    signsBody: true,
    reusedSignature: 'refuse',
    mediaTypes: ['application/json'],
    headers: z.object({
      [SIGNATURE]: z.string().meta({ description: 'Hex HMAC-SHA256 of the body followed by the timestamp' }),
      [TIMESTAMP]: z.string().meta({ description: 'Seconds since 1970, within five minutes' }),
    }),
    body: received,
    judgeHeaders: (header) => void signedHeaders(header),
    open({ rawBody, header }) {
      const { signature, timestamp } = signedHeaders(header);
      const body = jsonObject(rawBody);
      return {
        deviceId: peekName(body['deviceId']),
        signedBy(secret) {
          const given = hexSignature(signature);
          return given !== null && sameBytes(given, hmacSha256(secret, rawBody, timestamp));
        },
        event: () => eventOf(body, header),
      };
    },
  };
}

function signedHeaders(header: ReadHeader): { readonly signature: string; readonly timestamp: string } {
  const signature = requiredHeader(header, SIGNATURE, 'signature_missing');
  const timestamp = requiredHeader(header, TIMESTAMP, 'timestamp_missing');
  checkFresh(timestamp, 'seconds', TIMESTAMP);
  return { signature, timestamp };
}

function eventOf(body: Readonly<Record<string, unknown>>, header: ReadHeader): PhoneEvent {
  switch (body['event']) {
    case 'sms:received':
      return smsOf(check(received, body, 'the body'));
    case 'system:ping': {
      const said = check(ping, body, 'the body').payload.health;
      const transport = said?.checks?.['connection:transport']?.observedValue ?? null;
      return {
        kind: 'heartbeat',
        regular: true,
        vitals: {
          appVersion: said?.version ?? versionOf(header),
          batteryPercent: said?.checks?.['battery:level']?.observedValue ?? null,
          network: transport === null ? null : networkOf(transport),
        },
      };
    }
    case 'app:started':
      return {
        kind: 'heartbeat',
        regular: false,
        vitals: { appVersion: versionOf(header), batteryPercent: null, network: null },
      };
    default:
      // Without a name of an event it is no request of this app's, signed or not.
      check(z.looseObject({ event: z.string() }), body, 'the body');
      return { kind: 'not_for_us' };
  }
}

function smsOf({ id, deviceId, payload }: z.output<typeof received>): PhoneEvent {
  const sender = payload.sender ?? payload.phoneNumber;
  const { simNumber, recipient } = payload;
  const sim = simNumber == null ? null : `smsgate/${deviceId}/sim${simNumber}`;
  return {
    kind: 'sms',
    sender: check(z.object({ payload: z.object({ sender: senderText }) }), { payload: { sender } }, 'the body').payload
      .sender,
    body: payload.message,
    receivedAt: payload.receivedAt,
    line: recipient ?? sim,
    messageId: payload.messageId ?? null,
    webhookId: id,
    doubtful: false,
    encrypted: false,
  };
}

/** `me.capcom.smsgateway/1.56.0` */
function versionOf(header: ReadHeader): string | null {
  return /^me\.capcom\.smsgateway\/([\w.\-+]{1,40})/.exec(header('user-agent') ?? '')?.[1] ?? null;
}

function networkOf(flags: number): string {
  const words = TRANSPORTS.filter(([flag]) => (flags & flag) !== 0).map(([, word]) => word);
  return words.length === 0 ? 'none' : words.join(' ');
}
