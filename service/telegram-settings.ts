/** How the settings of Telegram are written in the environment. */
import { z } from 'zod';

/** `<bot id>:<secret>`, as BotFather gives it. */
export const botToken = z
  .string()
  .regex(/^\d{1,20}:[\w-]{3,100}$/, 'is not a bot token: digits, a colon, and letters, as BotFather gives it');

/** By the chat's id: its receiving number, where it has one. */
export type TelegramChats = ReadonlyMap<string, string | null>;

/** `-1001234567890=+989121234567,-1009876543210`. */
export const telegramChats = z.string().transform((text, context): TelegramChats => {
  const chats = new Map<string, string | null>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [, id, line] = /^(-?\d{1,20})(?:=(\+?[\w.-]{3,40}))?$/.exec(part) ?? [];
    if (id === undefined || chats.has(id)) {
      context.addIssue({
        code: 'custom',
        message: 'is not a list of chat ids such as -1001234567890=+989121234567,-1009876543210, each of them once',
      });
      return z.NEVER;
    }
    chats.set(id, line ?? null);
  }
  return chats;
});
