/** From the service's JSON to what is used here: every field is checked, what is not used is not asked for. */
import { z } from 'zod';
import type {
  PushbulletDevice,
  PushbulletUser,
  Push,
  PushPage,
  Recipient,
  ThreadHead,
  ThreadMessage,
} from './protocol';

/** Unix seconds, until the year 2100. */
export const seconds = z.number().min(0).max(4_102_444_800);
/** Ids are strings; a client that meets a number takes it for what it is. */
export const idText = z.union([z.string().min(1).max(200), z.number().int().transform(String)]);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const iden = z.string().min(1).max(200);
/** Times with a fraction. A number of JSON is a double on both sides, and its shortest text is that double again. */
const floatText = z.union([z.number().min(0).transform(String), z.string().regex(/^\d{1,12}(\.\d{1,12})?$/)]);

/** One item that cannot be read must not hide the others; `PushbulletOptions.onUnreadable` is told how many there were. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((items) =>
    items.flatMap((each): z.output<Item>[] => {
      const result = item.safeParse(each);
      return result.success ? [result.data] : [];
    }),
  );
}

const user = z
  .object({ iden, email: text, name: text })
  .transform((row): PushbulletUser => ({ iden: row.iden, email: row.email, name: row.name }));

const device = z
  .object({ iden, active: z.boolean().optional(), has_sms: z.boolean().nullish(), nickname: text })
  .transform((row): PushbulletDevice => ({
    iden: row.iden,
    active: row.active ?? true,
    hasSms: row.has_sms ?? false,
    nickname: row.nickname,
  }));
const devices = z.object({ devices: listOf(device), cursor: z.string().min(1).nullish() });

const push = z
  .object({
    iden,
    active: z.boolean().optional(),
    type: text,
    direction: text,
    title: text,
    body: text,
    source_device_iden: iden.nullish(),
    created: z.number().min(0).nullish(),
    modified: floatText,
  })
  .transform((row): Push => ({
    iden: row.iden,
    active: row.active ?? true,
    type: row.type,
    direction: row.direction,
    title: row.title,
    body: row.body,
    sourceDeviceIden: row.source_device_iden ?? null,
    created: row.created ?? Number(row.modified),
    modified: row.modified,
  }));
const pushes = z
  .object({ pushes: listOf(push), cursor: z.string().min(1).nullish() })
  .transform((page): PushPage => ({ pushes: page.pushes, cursor: page.cursor ?? null }));

const recipient = z
  .object({ name: text, address: text, number: text })
  .transform((row): Recipient => ({ name: row.name, address: row.address || row.number || row.name }));
const head = z
  .object({
    id: idText,
    recipients: z
      .array(recipient)
      .nullish()
      .transform((list) => list ?? []),
    latest: z.object({ id: idText, timestamp: seconds }).nullish(),
  })
  .transform((row): ThreadHead => ({ id: row.id, recipients: row.recipients, latest: row.latest ?? null }));
const threads = z.object({ threads: listOf(head) }).transform((body) => body.threads);

const message = z
  .object({
    id: idText,
    timestamp: seconds,
    direction: z.string(),
    body: text,
    recipient_index: z.number().int().min(0).nullish(),
  })
  .transform((row): ThreadMessage => ({
    id: row.id,
    incoming: row.direction === 'incoming',
    timestamp: row.timestamp,
    body: row.body,
    recipientIndex: row.recipient_index ?? 0,
  }));
const thread = z.object({ thread: listOf(message) }).transform((body) => body.thread);

/** `{"encrypted":true,"ciphertext":"…"}`, in place of a payload or of the part of it that carries texts. */
export const sealed = z.object({ encrypted: z.literal(true), ciphertext: z.string() });

export const errorReply = z.object({
  error: z.object({ type: z.string().optional(), code: z.string().optional(), message: z.string().optional() }),
});

export const decodeReply = { user, devices, pushes, threads, thread } as const;
