/**
 * SmsForwarder (pppscn/SmsForwarder). Read in the app's source of June 2026: the user writes the body as a template, sent as a form
 * or as JSON. `[sign]` is DingTalk's scheme, base64 of HMAC-SHA256 under the secret of `<timestamp in ms>\n<secret>`, and
 * percent-encoded before it is put into the template; an automatic try again repeats timestamp and sign. It tries again
 * as often as its settings say: by default never.
 *
 * The signature covers neither text nor sender: whoever sees one request can send another text for five minutes. So TLS is a
 * must, and a signature that was used for one text is in doubt under another: taken in, for a person to decide (two SMS in
 * the same millisecond are that rare, and none of them may be lost).
 *
 * The field names are ours, for the template of docs/sources.md; the app's own default template works too, and since it
 * does not say when the SMS came, a person decides each: sent again by hand it cannot be told from a second payment.
 */
import { z } from 'zod';
import { HttpError } from '../../service/http-errors';
import { badRequest, check } from '../check-input';
import { timeParameter } from '../text-rules';
import { deviceName, jsonObject, peekName, senderText, shortWord, smsText } from './fields';
import type { PhoneAppDoor, PhoneEvent } from './phone-app';
import { base64Signature, checkFresh, hmacSha256, sameBytes } from './signing';

/** A phone whose template does not name it. */
const UNNAMED = 'unnamed';
const FORM = 'application/x-www-form-urlencoded';

type Fields = Readonly<Record<string, unknown>>;

const zoned = "must have its offset: write [receive_time:yyyy-MM-dd'T'HH:mm:ss.SSSXXX] in the template";
const received = z.looseObject({
  timestamp: z.union([z.string(), z.number()]).meta({ description: 'Milliseconds since 1970: `[timestamp]`' }),
  sign: z.string().meta({ description: '`[sign]`' }),
  from: senderText,
  content: smsText.meta({ description: '`[org_content]`: the SMS alone' }),
  received_at: timeParameter.nullish().meta({ description: `\`[receive_time:…XXX]\`; ${zoned}` }),
  device: deviceName.nullish().meta({ description: '`[device_mark]`' }),
  sim: shortWord.optional().meta({ description: '`[card_slot]`' }),
  event: z.string().nullish().meta({ description: '`sms`, the default, or `heartbeat`' }),
});
const heartbeat = z.looseObject({
  battery: z.union([z.string(), z.number()]).nullish(),
  network: shortWord.optional(),
  app_version: shortWord.optional(),
});

export function createSmsforwarderDoor(): PhoneAppDoor {
  return {
    app: 'smsforwarder',
    summary: 'Webhooks of SmsForwarder',
    description: 'Form or JSON, by the template of docs/sources.md; `event=heartbeat` tells of the phone.',
    signsBody: false,
    reusedSignature: 'doubt',
    mediaTypes: ['application/json', FORM],
    headers: z.object({}),
    body: received,
    judgeHeaders: () => undefined,
    open({ rawBody, mediaType }) {
      const fields: Fields =
        mediaType === FORM ? Object.fromEntries(new URLSearchParams(rawBody)) : jsonObject(rawBody);
      const timestamp = wordOf(fields['timestamp']);
      if (timestamp === '') throw new HttpError(401, 'timestamp_missing', 'the field timestamp is missing');
      const sign = wordOf(fields['sign']);
      if (sign === '') throw new HttpError(401, 'signature_missing', 'the field sign is missing');
      checkFresh(timestamp, 'milliseconds', 'timestamp');
      const device = peekName(fields['device']) ?? UNNAMED;
      return {
        deviceId: device,
        signedBy(secret) {
          const given = base64Signature(plainBase64(sign));
          return given !== null && sameBytes(given, hmacSha256(secret, `${timestamp}\n${secret}`));
        },
        event: () => eventOf(fields, device, timestamp),
      };
    },
  };
}

function wordOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
}

/** The app percent-encodes it once more than its form needs; a plus that was not encoded arrives as a space. */
function plainBase64(sign: string): string {
  try {
    return (sign.includes('%') ? decodeURIComponent(sign) : sign).replaceAll(' ', '+');
  } catch {
    return '';
  }
}

function eventOf(fields: Fields, device: string, timestamp: string): PhoneEvent {
  // A template keeps its fields and leaves them empty.
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== null));
  const event = given['event'] ?? 'sms';
  if (event === 'heartbeat') return heartbeatOf(given);
  if (event !== 'sms') return { kind: 'not_for_us' };
  const receivedAt = given['received_at'];
  if (typeof receivedAt === 'string' && /^\d{4}-\d\d-\d\d[ T][\d:.]+$/.test(receivedAt))
    throw badRequest([{ field: 'received_at', problem: zoned }]);
  const sms = check(received, given, 'the body');
  return {
    kind: 'sms',
    sender: sms.from,
    body: sms.content,
    receivedAt: sms.received_at ?? new Date(Number(timestamp)),
    line: sms.sim == null ? null : `smsforwarder/${device}/${sms.sim}`,
    messageId: null,
    webhookId: `${device}@${timestamp}`,
    doubtful: sms.received_at == null,
    encrypted: false,
  };
}

function heartbeatOf(given: Fields): PhoneEvent {
  const { battery, network, app_version } = check(heartbeat, given, 'the body');
  const percent = /^(\d{1,3})\s*%?$/.exec(wordOf(battery))?.[1];
  const batteryPercent = percent === undefined || Number(percent) > 100 ? null : Number(percent);
  return {
    kind: 'heartbeat',
    regular: true,
    vitals: { appVersion: app_version ?? null, batteryPercent, network: network?.toLowerCase() ?? null },
  };
}
