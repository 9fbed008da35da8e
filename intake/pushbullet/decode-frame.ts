/**
 * A frame of the stream as one of a few things, or the reason why it is none. Whatever comes in, nothing is thrown, and no
 * part of a text reaches the reason.
 */
import { z } from 'zod';
import { idText, sealed, seconds } from './decode-reply';
import type { LiveSms, Mirror } from './protocol';

export const BAD_FRAMES = [
  'too_big',
  'binary',
  'not_json',
  'wrong_types',
  'unknown_type',
  'unknown_subtype',
  'undecipherable',
] as const;
export type BadFrame = (typeof BAD_FRAMES)[number];

export type Frame =
  | { readonly kind: 'nop' }
  | { readonly kind: 'tickle'; readonly of: 'push' | 'device' }
  /** `refetch`: its notifications are missing, empty or not all readable, so the threads are to be asked. */
  | {
      readonly kind: 'sms_changed';
      readonly deviceIden: string;
      readonly notifications: readonly LiveSms[];
      readonly refetch: boolean;
    }
  | { readonly kind: 'mirror'; readonly mirror: Mirror }
  | { readonly kind: 'encrypted'; readonly ciphertext: string }
  /** Known, and of no use here: dismissals, clipboards, what other programs sent. */
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly reason: BadFrame };

/** A mirror carries its app's icon; nothing that is wanted is larger. */
const MAX_FRAME_BYTES = 1024 * 1024;

const envelope = z.looseObject({ type: z.string() });
const tickle = z.object({ subtype: z.string() });
const ephemeral = z.looseObject({ type: z.string() });
const iden = z.string().min(1).max(200);
const smsChanged = z.object({ source_device_iden: iden, notifications: z.unknown().optional() });
const notification = z
  .object({ thread_id: idText.nullish(), title: z.string().min(1), body: z.string().min(1), timestamp: seconds })
  .transform((row): LiveSms => ({
    threadId: row.thread_id ?? null,
    title: row.title,
    body: row.body,
    timestamp: row.timestamp,
  }));
const mirror = z
  .object({
    source_device_iden: iden,
    package_name: z.string(),
    title: z.string().nullish(),
    body: z.string().nullish(),
    created: seconds.nullish().catch(null),
  })
  .transform((row): Mirror => ({
    deviceIden: row.source_device_iden,
    packageName: row.package_name,
    title: row.title ?? '',
    body: row.body ?? '',
    createdMs: row.created == null ? null : Math.round(row.created * 1000),
  }));

export function decodeFrame(data: Buffer, isBinary: boolean): Frame {
  if (data.length > MAX_FRAME_BYTES) return bad('too_big');
  if (isBinary) return bad('binary');
  const json = parse(data.toString('utf8'));
  if (json === undefined) return bad('not_json');
  const outer = envelope.safeParse(json);
  if (!outer.success) return bad('wrong_types');
  switch (outer.data.type) {
    case 'nop':
      return { kind: 'nop' };
    case 'tickle':
      return decodeTickle(json);
    case 'push':
      return decodeEphemeral(outer.data['push']);
    default:
      return bad('unknown_type');
  }
}

/** What a `push` frame carries, as it came or once it was decrypted. */
export function decodeEphemeral(push: unknown): Frame {
  const encrypted = sealed.safeParse(push);
  if (encrypted.success) return { kind: 'encrypted', ciphertext: encrypted.data.ciphertext };
  const outer = ephemeral.safeParse(push);
  if (!outer.success) return bad('wrong_types');
  switch (outer.data.type) {
    case 'sms_changed':
      return decodeSmsChanged(push);
    case 'mirror': {
      const result = mirror.safeParse(push);
      return result.success ? { kind: 'mirror', mirror: result.data } : bad('wrong_types');
    }
    default:
      return { kind: 'other' };
  }
}

/** The plain text of an encrypted payload. */
export function decodeDeciphered(plain: string): Frame {
  const json = parse(plain);
  if (json === undefined) return bad('not_json');
  const frame = decodeEphemeral(json);
  return frame.kind === 'encrypted' ? bad('wrong_types') : frame;
}

function decodeTickle(json: unknown): Frame {
  const result = tickle.safeParse(json);
  if (!result.success) return bad('wrong_types');
  const { subtype } = result.data;
  return subtype === 'push' || subtype === 'device' ? { kind: 'tickle', of: subtype } : bad('unknown_subtype');
}

function decodeSmsChanged(push: unknown): Frame {
  const result = smsChanged.safeParse(push);
  if (!result.success) return bad('wrong_types');
  const { source_device_iden: deviceIden, notifications: given } = result.data;
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const notifications = list.flatMap((each) => {
    const one = notification.safeParse(each);
    return one.success ? [one.data] : [];
  });
  const refetch = notifications.length === 0 || notifications.length < list.length;
  return { kind: 'sms_changed', deviceIden, notifications, refetch };
}

function bad(reason: BadFrame): Frame {
  return { kind: 'bad', reason };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
