/**
 * httpSMS (NdoleStudio/httpsms). Read in its server's source of July 2026: CloudEvents as JSON, header `X-Event-Type`, and
 * `Authorization: Bearer <JWT>` signed HS256 with the webhook's signing key (ten minutes of life). Its server posts, twice
 * at most. The token signs no body and is the same for all events of a second: TLS is what guards the text.
 *
 * `data.owner` is the receiving number, one for each SIM: the device and the line. `message_id` is the server's, so time, sender
 * and text tell deliveries apart here. With an encryption key in the app `data.content` is ciphertext (AES-CFB) that we
 * have no key for: it is taken in for a person, and the phone is marked.
 */
import { z } from 'zod';
import { HttpError } from '../../service/http-errors';
import { check } from '../check-input';
import { timeParameter } from '../text-rules';
import { deviceName, jsonObject, peekName, senderText, smsText, webhookIdText } from './fields';
import { decodeToken, type Token } from './jwt-decode';
import type { PhoneAppDoor, PhoneEvent, ReadHeader } from './phone-app';

const received = z.looseObject({
  id: webhookIdText.meta({ description: 'Of the event; the same in both tries' }),
  type: z.literal('message.phone.received'),
  data: z.looseObject({
    owner: deviceName.meta({ description: 'The number that received it' }),
    contact: senderText,
    content: smsText,
    timestamp: timeParameter,
    encrypted: z.boolean().nullish(),
  }),
});

const owned = z.looseObject({ data: z.looseObject({ owner: deviceName }) });

export function createHttpsmsDoor(): PhoneAppDoor {
  return {
    app: 'httpsms',
    summary: 'Webhooks of httpSMS',
    description:
      '`message.phone.received` is an SMS; `phone.heartbeat.online` and `.offline` tell of the phone; other events are noted.',
    signsBody: false,
    reusedSignature: 'refuse',
    mediaTypes: ['application/json', 'application/cloudevents+json'],
    headers: z.object({
      authorization: z.string().meta({ description: '`Bearer` and a JSON Web Token signed HS256, with an expiry' }),
    }),
    body: received,
    judgeHeaders: (header) => void tokenOf(header),
    open({ rawBody, header }) {
      const token = tokenOf(header);
      const body = jsonObject(rawBody);
      const { data } = body;
      const owner = typeof data === 'object' && data !== null && 'owner' in data ? data.owner : null;
      return {
        deviceId: peekName(owner),
        signedBy: (secret) => token.signedBy(secret),
        event: () => eventOf(body),
      };
    },
  };
}

function tokenOf(header: ReadHeader): Token {
  const value = header('authorization') ?? '';
  if (value === '') throw new HttpError(401, 'token_missing', 'the header authorization is missing');
  const [scheme = '', token = '', ...rest] = value.split(' ');
  if (scheme.toLowerCase() !== 'bearer' || rest.length > 0)
    throw new HttpError(401, 'token_malformed', 'the header authorization must be Bearer and a token');
  return decodeToken(token);
}

function eventOf(body: Readonly<Record<string, unknown>>): PhoneEvent {
  const { type } = check(z.looseObject({ type: z.string() }), body, 'the body');
  switch (type) {
    case 'message.phone.received':
      return smsOf(check(received, body, 'the body'));
    case 'phone.heartbeat.online':
      check(owned, body, 'the body');
      // Told once, when the phone comes back: no beat that could stay away.
      return { kind: 'heartbeat', regular: false, vitals: { appVersion: null, batteryPercent: null, network: null } };
    case 'phone.heartbeat.offline':
      check(owned, body, 'the body');
      return { kind: 'offline' };
    default:
      return { kind: 'not_for_us' };
  }
}

function smsOf({ id, data }: z.output<typeof received>): PhoneEvent {
  const encrypted = data.encrypted ?? false;
  return {
    kind: 'sms',
    sender: data.contact,
    body: data.content,
    receivedAt: data.timestamp,
    line: data.owner,
    messageId: null,
    webhookId: id,
    doubtful: encrypted,
    encrypted,
  };
}
