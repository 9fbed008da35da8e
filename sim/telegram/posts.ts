/** What is posted into chats, and the message that the Bot API makes of it. */
import type { Forwarder } from './forwarders';

export const UPDATE_KINDS = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'callback_query',
  'my_chat_member',
] as const;
export type UpdateKind = (typeof UPDATE_KINDS)[number];

export interface Post {
  /** The chat's id; supergroups and channels have negative ones. */
  readonly chat: string;
  readonly text?: string | undefined;
  readonly caption?: string | undefined;
  /** Default `channel_post`. */
  readonly kind?: UpdateKind | undefined;
  /** The bot that sees it; default every one. */
  readonly bot?: string | undefined;
  /** Default: now, in whole seconds. */
  readonly date?: Date | undefined;
  /** The message was forwarded by a person; when it was first sent. */
  readonly forwardedFrom?: Date | undefined;
  /** An edited message has the id of the one before. */
  readonly messageId?: number | undefined;
}

export interface ChatSms {
  readonly chat: string;
  readonly sender: string;
  readonly body: string;
  readonly bot?: string | undefined;
  readonly kind?: 'message' | 'channel_post' | undefined;
  readonly receivedAt?: Date | undefined;
  /** How it is written; default `labelled`. */
  readonly forwarder?: Forwarder | undefined;
}

export function messageOf(post: Post, kind: UpdateKind, messageId: number, date: number): object {
  const chat = { id: Number(post.chat), type: chatType(kind, post.chat), title: 'Bank SMS' };
  if (kind === 'my_chat_member') return { chat, date };
  if (kind === 'callback_query') return { id: String(messageId), data: 'none' };
  return {
    message_id: messageId,
    ...(kind.endsWith('channel_post')
      ? { sender_chat: chat }
      : { from: { id: 1, is_bot: false, first_name: 'Somebody' } }),
    chat,
    date,
    ...(kind.startsWith('edited_') ? { edit_date: date + 1 } : {}),
    ...(post.forwardedFrom
      ? {
          forward_origin: {
            type: 'hidden_user',
            date: Math.floor(post.forwardedFrom.getTime() / 1000),
            sender_user_name: 'x',
          },
        }
      : {}),
    ...(post.text === undefined ? {} : { text: post.text }),
    ...(post.caption === undefined ? {} : { caption: post.caption }),
  };
}

function chatType(kind: UpdateKind, chat: string): string {
  if (kind.endsWith('channel_post')) return 'channel';
  return chat.startsWith('-') ? 'supergroup' : 'private';
}
