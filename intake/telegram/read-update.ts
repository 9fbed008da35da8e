/** From one update to the SMS in it, or to the reason why it is none. */
import { z } from 'zod';
import { parseForwarded, type ForwardRefusal } from '../../domain/forward-format';
import type { ForwardRule } from '../../domain/forward-rule';
import type { TelegramChats } from '../../service/telegram-settings';
import type { Inbound } from '../ports';

/** Closed: counted by. `malformed`: not what the Bot API documents. `refused`: the house could not store it. */
export type UnreadReason = ForwardRefusal | 'malformed' | 'refused';

export type ReadUpdate =
  | { readonly is: 'sms'; readonly chat: string; readonly messageId: number; readonly inbound: Inbound }
  | { readonly is: 'unread'; readonly chat: string; readonly messageId: number; readonly reason: UnreadReason }
  /** Of a chat that is not on the list. */
  | { readonly is: 'other_chat'; readonly chat: string }
  /** Edited messages and whatever else there is: what was asked for before is delivered still. */
  | { readonly is: 'other_kind' };

export interface Reading {
  readonly chats: TelegramChats;
  readonly rules: readonly ForwardRule[];
}

const id = z.number().int();
const seconds = z.number().int().min(0).max(99_999_999_999);
const chatted = z.object({ message_id: id.catch(0), chat: z.object({ id }) });
const message = z.object({
  date: seconds,
  text: z.string().optional(),
  caption: z.string().optional(),
  forward_origin: z.object({ date: seconds }).optional(),
});
const updateSchema = z.object({
  update_id: id.min(0),
  message: z.unknown().optional(),
  channel_post: z.unknown().optional(),
});
export type Update = z.infer<typeof updateSchema>;

/** In the order of their ids. What has none can be confirmed by no offset of its own, and is left out. */
export function updatesInOrder(updates: readonly unknown[]): readonly Update[] {
  return updates
    .map((update) => updateSchema.safeParse(update).data)
    .filter((update) => update !== undefined)
    .sort((a, b) => a.update_id - b.update_id);
}

/** A caption ends here, whatever was to follow. */
const CAPTION_LENGTH = 1_024;
/**
 * A forwarder that does not hear Telegram's answer posts again, under another id. Milliseconds within which an equal text of
 * one chat is not taken for another payment without a person: where the phone's time is told, none; else a minute.
 */
const REPEATS_TOLD_MS = 0;
const REPEATS_UNTOLD_MS = 60_000;

export function readUpdate(update: Update, { chats, rules }: Reading): ReadUpdate {
  const given = update.message ?? update.channel_post;
  if (given === undefined) return { is: 'other_kind' };
  const where = chatted.safeParse(given).data;
  if (!where) return { is: 'unread', chat: 'unknown', messageId: 0, reason: 'malformed' };
  const chat = String(where.chat.id);
  const messageId = where.message_id;
  if (!chats.has(chat)) return { is: 'other_chat', chat };
  const post = message.safeParse(given).data;
  if (!post || messageId === 0) return { is: 'unread', chat, messageId, reason: 'malformed' };
  const origin = post.forward_origin;
  const sentAt = new Date((origin?.date ?? post.date) * 1000);
  const read = parseForwarded({ title: null, text: post.text ?? post.caption ?? '', chat, sentAt }, rules);
  if (!read.ok) return { is: 'unread', chat, messageId, reason: read.refused };
  const isCut = post.text === undefined && (post.caption ?? '').length >= CAPTION_LENGTH;
  return {
    is: 'sms',
    chat,
    messageId,
    inbound: {
      source: 'telegram',
      // A chat is trusted because it is on the list, and what comes twice in one chat came twice; two chats that name one line
      // see the same SMS.
      sourceAccount: chat,
      deviceId: read.device,
      messageId: `${chat}:${messageId}`,
      sender: read.sender,
      body: read.body,
      receivedAt: read.receivedAt ?? sentAt,
      line: read.line ?? chats.get(chat) ?? (read.sim === null ? null : `${chat}/${read.sim}`),
      // What a person forwards may be of any day, and may have been posted before.
      doubtful: read.timeUnclear || origin !== undefined || isCut,
      repeatsWithinMs: read.receivedAt === null ? REPEATS_UNTOLD_MS : REPEATS_TOLD_MS,
    },
  };
}
