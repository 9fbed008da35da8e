/** Telegram's dials; each holds for every bot or for one (`?bot=<id>`). */
import { z } from 'zod';
import { createDials, type DialChanges, type Dials } from '../dials';
import type { Random } from '../random';

const CHANCES = [
  /** 401. */
  'unauthorized',
  /** 409, as when another program polls. */
  'conflict',
  /** 429 with `retryAfterSeconds`. */
  'rateLimited',
  /** 5xx with `serverErrorStatus`. */
  'serverError',
  /** A web page instead of JSON, with `htmlStatus`. */
  'html',
  /** JSON that ends in the middle. */
  'malformed',
  /** JSON of another shape. */
  'wrongShape',
  /** The updates are on their way and the connection ends. */
  'dropAnswer',
  /** No answer, and no end of it. */
  'hang',
  /** The answer comes after `slowMs`. */
  'slow',
  /** What was confirmed is delivered once more. */
  'duplicateDelivery',
  /** What was posted comes twice, under two message ids: the forwarder did not hear that the first was taken. */
  'postedTwice',
  /** A post never reaches the chat. */
  'missedPost',
] as const;
export type TelegramChance = (typeof CHANCES)[number];

const settings = z.strictObject({
  retryAfterSeconds: z.int().min(1).max(86_400).default(2),
  serverErrorStatus: z.int().min(500).max(599).default(500),
  htmlStatus: z.union([z.literal(200), z.int().min(500).max(599)]).default(502),
  slowMs: z.int().min(0).max(600_000).default(2_000),
  /** How much later than the phone received it an SMS is posted. */
  postDelayMs: z.int().min(0).max(86_400_000).default(0),
});

export type TelegramDials = Dials<TelegramChance, typeof settings>;
export type TelegramDialChanges = DialChanges<TelegramChance, typeof settings>;

export const createTelegramDials = (random: Random): TelegramDials =>
  createDials({ chances: CHANCES, settings }, random);
