/**
 * getUpdates of the Bot API (core.telegram.org/bots/api, tdlib/telegram-bot-api v10.0). Every reply is sorted into one of a few
 * answers, and none of them throws. The token is part of the address: no address, no error of the network and no description
 * of the service goes any further than this file, only fixed words.
 */
import { Agent, request } from 'undici';
import { z } from 'zod';

export const CONFLICTS = ['other_poller', 'webhook_active', 'webhook_set', 'unknown'] as const;
export type Conflict = (typeof CONFLICTS)[number];

export type PollAnswer =
  | { readonly is: 'updates'; readonly updates: readonly unknown[] }
  | { readonly is: 'conflict'; readonly conflict: Conflict }
  | { readonly is: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly is: 'token_refused' }
  /** `why`: `timeout`, `network`, `http_502`. */
  | { readonly is: 'unreachable'; readonly why: string }
  /** `why`: `html`, `not_json`, `wrong_shape`, `too_large`, `http_418`. */
  | { readonly is: 'unexpected_answer'; readonly why: string };

export interface BotApi {
  /** Only the signal makes it reject, with its reason. `offset` absent: from the head of the queue. */
  getUpdates(given: {
    readonly offset: number | undefined;
    readonly limit: number;
    readonly signal: AbortSignal;
  }): Promise<PollAnswer>;
  close(): Promise<void>;
}

export interface BotApiOptions {
  /** TELEGRAM_API_URL. */
  readonly baseUrl: string;
  readonly token: string;
  /** How long the service may hold a poll; it takes 50 seconds at most. */
  readonly pollSeconds: number;
  /** Beyond the poll's own time: for the connection and the answer's way. */
  readonly marginMs: number;
}

/** Telegram cuts a reply at about 4 MiB of updates. */
const MAX_REPLY_BYTES = 8 * 1024 * 1024;
const WANTED = ['message', 'channel_post'];
const DEFAULT_RETRY_MS = 5_000;

const success = z.object({ ok: z.literal(true), result: z.array(z.unknown()) });
const refusal = z.object({
  ok: z.literal(false),
  description: z.string().catch(''),
  parameters: z
    .object({ retry_after: z.number().min(0).optional() })
    .optional()
    .catch(undefined),
});

export function createBotApi({ baseUrl, token, pollSeconds, marginMs }: BotApiOptions): BotApi {
  const limitMs = pollSeconds * 1000 + marginMs;
  const agent = new Agent({ connections: 2, headersTimeout: limitMs, bodyTimeout: limitMs });
  const address = `${baseUrl}/bot${token}/getUpdates`;

  return {
    async getUpdates({ offset, limit, signal }) {
      const ended = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      try {
        const reply = await request(address, {
          method: 'POST',
          dispatcher: agent,
          signal: ended,
          headers: { accept: 'application/json', 'content-type': 'application/json' },
          body: JSON.stringify({
            ...(offset === undefined ? {} : { offset }),
            limit,
            timeout: pollSeconds,
            allowed_updates: WANTED,
          }),
        });
        return sort(reply.statusCode, await readBounded(reply.body));
      } catch (error) {
        signal.throwIfAborted();
        return error instanceof TooLarge
          ? { is: 'unexpected_answer', why: 'too_large' }
          : { is: 'unreachable', why: ended.aborted ? 'timeout' : 'network' };
      }
    },
    close: () => agent.destroy(),
  };
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

function sort(status: number, text: string): PollAnswer {
  const json = jsonOf(text);
  const refused = refusal.safeParse(json).data;
  if (status === 409) return { is: 'conflict', conflict: conflictOf(refused?.description ?? '') };
  if (status === 429) return { is: 'rate_limited', retryAfterMs: retryAfterMs(refused) };
  // 404 is what a server says to a token that was never one.
  if (status === 401 || status === 404) return { is: 'token_refused' };
  if (status >= 500) return { is: 'unreachable', why: `http_${status}` };
  if (json === undefined) return { is: 'unexpected_answer', why: /^\s*</.test(text) ? 'html' : 'not_json' };
  if (status !== 200) return { is: 'unexpected_answer', why: `http_${status}` };
  const found = success.safeParse(json).data;
  return found ? { is: 'updates', updates: found.result } : { is: 'unexpected_answer', why: 'wrong_shape' };
}

function conflictOf(description: string): Conflict {
  if (description.includes('terminated by other getUpdates')) return 'other_poller';
  if (description.includes('webhook is active')) return 'webhook_active';
  return description.includes('setWebhook') ? 'webhook_set' : 'unknown';
}

function retryAfterMs(refused: z.infer<typeof refusal> | undefined): number {
  const seconds = refused?.parameters?.retry_after ?? Number(/retry after (\d+)/.exec(refused?.description ?? '')?.[1]);
  return Number.isFinite(seconds) ? seconds * 1000 : DEFAULT_RETRY_MS;
}

function jsonOf(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_REPLY_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
