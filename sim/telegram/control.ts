/** `/control/telegram`: the common doors, posts that are no SMS, and the bot's webhook. */
import { Router } from 'express';
import { z } from 'zod';
import { HttpError } from '../../service/http-errors';
import { controlRouter, parseControl } from '../control';
import type { Random } from '../random';
import type { SentRecord } from '../record';
import type { TelegramDials } from './dials';
import { FORWARDERS } from './forwarders';
import { UPDATE_KINDS } from './posts';
import type { TelegramSim } from './telegram-sim';

const chat = z.string().regex(/^-?\d{1,20}$/, 'is the id of a chat');
const time = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional();

const smsSchema = z.strictObject({
  chat,
  sender: z.string().min(1).max(200),
  body: z.string().max(100_000),
  bot: z.string().optional(),
  kind: z.enum(['message', 'channel_post']).optional(),
  receivedAt: time,
  forwarder: z.enum(FORWARDERS).optional(),
});

const postSchema = z.strictObject({
  chat,
  text: z.string().max(100_000).optional(),
  caption: z.string().max(100_000).optional(),
  kind: z.enum(UPDATE_KINDS).optional(),
  bot: z.string().optional(),
  date: time,
  forwardedFrom: time,
  messageId: z.int().min(1).optional(),
});

const webhookSchema = z.strictObject({ bot: z.string(), url: z.string() });

export interface TelegramControlDeps {
  readonly random: Random;
  readonly dials: TelegramDials;
  readonly record: SentRecord;
}

export function telegramControl(sim: Omit<TelegramSim, 'control'>, deps: TelegramControlDeps): Router {
  const known = (bot: string | undefined): void => {
    if (bot !== undefined && !sim.bot(bot)) throw new HttpError(404, 'unknown_bot', 'no bot has this id');
  };
  const common = controlRouter({
    ...deps,
    scope: { name: 'bot', isKnown: (id) => sim.bot(id) !== undefined },
    smsSchema,
    sms(input) {
      known(input.bot);
      return sim.sms(input);
    },
    counters: sim.counters,
    reset: sim.reset,
  });
  // Behind the common doors, whose reader of bodies it shares.
  const own = Router();
  own.post('/post', (request, response) => {
    const post = parseControl(postSchema, request.body);
    known(post.bot);
    response.status(201).json({ message_id: sim.post(post) });
  });
  own.put('/webhook', (request, response) => {
    const { bot, url } = parseControl(webhookSchema, request.body);
    known(bot);
    sim.bot(bot)?.setWebhook(url);
    response.json({ url });
  });
  return Router().use(common, own);
}
