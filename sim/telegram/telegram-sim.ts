/** The simulator of Telegram: its Bot API, the chats and the forwarders that post into them, and what a test may bend. */
import { createCounters } from '../counters';
import { createRecord, type SentSms } from '../record';
import type { Simulator, SimulatorDeps } from '../simulator';
import { createBot, type Bot } from './bot';
import { telegramControl } from './control';
import { createTelegramDials, type TelegramDialChanges } from './dials';
import { TELLS_TIME, writtenBy } from './forwarders';
import { messageOf, type ChatSms, type Post } from './posts';
import { telegramRest } from './rest';

export interface TelegramSim extends Simulator {
  readonly addBot: (token: string, firstUpdateId?: number) => Bot;
  readonly bot: (id: string) => Bot | undefined;
  /** Anything that is posted; gives the message's id in its chat. */
  readonly post: (post: Post) => number;
  /** An SMS comes to a phone, whose forwarder posts it. */
  readonly sms: (sms: ChatSms) => SentSms;
  /** An update as it is, whatever its shape. */
  readonly raw: (kind: string, payload: unknown, bot?: string) => void;
  readonly dial: (changes: TelegramDialChanges, bot?: string) => void;
  readonly record: () => readonly SentSms[];
  readonly counters: () => Record<string, number>;
  /** Dials, record and counters as at the start; bots and what waits for them stay. */
  readonly reset: () => void;
}

const FIRST_UPDATE_ID = 100_000;

export function createTelegramSim({ random, nowMs }: SimulatorDeps): TelegramSim {
  const counters = createCounters();
  const record = createRecord();
  const dials = createTelegramDials(random);
  const bots = new Map<string, Bot>();
  const lastMessageId = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  const rest = telegramRest({
    botByToken: (token) => [...bots.values()].find((bot) => bot.token === token),
    dials,
    counters,
  });

  function seenBy(bot: string | undefined): readonly Bot[] {
    if (bot === undefined) return [...bots.values()];
    const known = bots.get(bot);
    if (!known) throw new Error('no bot has this id');
    return [known];
  }

  function post(given: Post): number {
    const { chat, kind = 'channel_post', date = new Date(nowMs()), bot } = given;
    const messageId = given.messageId ?? (lastMessageId.get(chat) ?? 0) + 1;
    lastMessageId.set(chat, Math.max(messageId, lastMessageId.get(chat) ?? 0));
    const payload = messageOf(given, kind, messageId, Math.floor(date.getTime() / 1000));
    for (const one of seenBy(bot)) one.push(kind, payload);
    counters.add('posts');
    return messageId;
  }

  function deliver(given: ChatSms, text: string, date: Date, delayMs: number): void {
    const act = (): void => void post({ chat: given.chat, text, kind: given.kind, bot: given.bot, date });
    if (delayMs === 0) return act();
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  }

  const sim: Omit<TelegramSim, 'control'> = {
    name: 'telegram',
    router: rest.router,
    addBot(token, firstUpdateId = FIRST_UPDATE_ID) {
      const bot = createBot(token, firstUpdateId, nowMs);
      bots.set(bot.id, bot);
      return bot;
    },
    bot: (id) => bots.get(id),
    post,
    sms(given) {
      const { chat, sender, body, forwarder = 'labelled' } = given;
      const told = given.receivedAt ?? new Date(nowMs());
      const receivedAt = new Date(Math.floor(told.getTime() / 1000) * 1000);
      const { postDelayMs } = dials.settings(given.bot);
      const missed = dials.strikes('missedPost', given.bot);
      const text = writtenBy(forwarder, { sender, body, receivedAt });
      const sentAt = TELLS_TIME[forwarder] ? new Date(nowMs() + postDelayMs) : receivedAt;
      const expectedId = (lastMessageId.get(chat) ?? 0) + 1;
      if (!missed) deliver(given, text, sentAt, postDelayMs);
      if (!missed && dials.strikes('postedTwice', given.bot)) deliver(given, text, sentAt, postDelayMs);
      const sent: SentSms = {
        source: 'telegram',
        account: chat,
        ...(missed || postDelayMs > 0 ? {} : { messageId: `${chat}:${expectedId}` }),
        sender,
        body,
        receivedAt,
        ways: missed ? [] : [given.kind ?? 'channel_post'],
      };
      record.add(sent);
      return sent;
    },
    raw: (kind, payload, bot) => seenBy(bot).forEach((one) => void one.push(kind, payload)),
    dial: dials.set,
    record: record.list,
    counters: counters.all,
    reset() {
      dials.clear();
      record.clear();
      counters.clear();
    },
    close() {
      timers.forEach(clearTimeout);
      rest.close();
      bots.forEach((bot) => bot.end());
      return Promise.resolve();
    },
  };
  return { ...sim, control: telegramControl(sim, { random, dials, record }) };
}
