/** One bot on the server: its queue, the poll that waits, its webhook, and what hammering costs. */
import { createUpdateQueue, type Update, type UpdateQueue } from './queue';

export type PollEnd =
  | { readonly end: 'updates'; readonly updates: readonly Update[] }
  | { readonly end: 'conflict'; readonly description: string }
  /** The client has gone, or the simulator ends. */
  | { readonly end: 'gone' };

export interface PollParameters {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutSeconds: number;
  readonly allowedUpdates: readonly string[] | undefined;
  /** Ends the wait where the client goes away. */
  readonly onGone: (act: () => void) => void;
}

export interface Bot {
  readonly id: string;
  readonly token: string;
  readonly queue: UpdateQueue;
  /** What is not allowed is not queued; what is queued stays. */
  readonly push: (kind: string, payload: unknown) => number | undefined;
  readonly poll: (given: PollParameters) => Promise<PollEnd>;
  readonly waiting: () => boolean;
  readonly webhook: () => string;
  readonly setWebhook: (url: string) => void;
  readonly end: () => void;
}

export const OTHER_POLL =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const WEBHOOK_SET = 'Conflict: terminated by setWebhook request';

const MAX_TIMEOUT_SECONDS = 50;
/** Without `allowed_updates` these are left out. */
const NOT_BY_DEFAULT = ['chat_member', 'message_reaction', 'message_reaction_count'];
const HAMMER_MS = 3_000;
const HASTE_MS = 500;
const BETWEEN_CONFLICTS_MS = 3_000;

interface Waiting {
  readonly given: PollParameters;
  readonly limit: number;
  readonly finish: (end: PollEnd) => void;
}

export function createBot(token: string, firstUpdateId: number, nowMs: () => number): Bot {
  const queue = createUpdateQueue(nowMs, firstUpdateId);
  const timers = new Set<NodeJS.Timeout>();
  let waiting: Waiting | undefined;
  let webhook = '';
  let allowed: readonly string[] | undefined;
  let nextConflictAtMs = 0;
  const last = { offset: Number.NaN, startedAtMs: 0, endedAtMs: 0 };

  function later(delayMs: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  }

  /** The older poll is told; a second time within three seconds it is told late. */
  function terminate(description: string): void {
    const ended = waiting;
    waiting = undefined;
    if (!ended) return;
    const tell = (): void => ended.finish({ end: 'conflict', description });
    if (nowMs() >= nextConflictAtMs) {
      nextConflictAtMs = nowMs() + BETWEEN_CONFLICTS_MS;
      tell();
    } else later(BETWEEN_CONFLICTS_MS, tell);
  }

  function answer(offset: number, limit: number): PollEnd {
    last.endedAtMs = nowMs();
    return { end: 'updates', updates: queue.take(offset, limit) };
  }

  function poll(given: PollParameters): Promise<PollEnd> {
    if (given.allowedUpdates !== undefined)
      allowed = given.allowedUpdates.length === 0 ? undefined : given.allowedUpdates;
    terminate(OTHER_POLL);
    if (webhook !== '') return Promise.resolve({ end: 'conflict', description: WEBHOOK_ACTIVE });
    const again = given.offset === last.offset;
    const limit = again && nowMs() < last.endedAtMs + HASTE_MS ? 1 : given.limit;
    const asked = Math.min(Math.max(given.timeoutSeconds, 0), MAX_TIMEOUT_SECONDS);
    const timeoutSeconds = again && nowMs() < last.startedAtMs + HAMMER_MS ? Math.max(asked, HAMMER_MS / 1000) : asked;
    last.offset = given.offset;
    last.startedAtMs = nowMs();
    const ready = answer(given.offset, limit);
    if (timeoutSeconds === 0 || (ready.end === 'updates' && ready.updates.length > 0)) return Promise.resolve(ready);
    return new Promise((resolve) => {
      const cancel = later(timeoutSeconds * 1000, () => mine.finish(answer(given.offset, limit)));
      const mine: Waiting = {
        given,
        limit,
        finish(end) {
          if (waiting === mine) waiting = undefined;
          cancel();
          resolve(end);
        },
      };
      given.onGone(() => mine.finish({ end: 'gone' }));
      waiting = mine;
    });
  }

  return {
    id: token.split(':')[0] ?? token,
    token,
    queue,
    push(kind, payload) {
      if (allowed === undefined ? NOT_BY_DEFAULT.includes(kind) : !allowed.includes(kind)) return undefined;
      const id = queue.push(kind, payload);
      if (waiting) waiting.finish(answer(waiting.given.offset, waiting.limit));
      return id;
    },
    poll,
    waiting: () => waiting !== undefined,
    webhook: () => webhook,
    setWebhook(url) {
      if (url !== '') terminate(WEBHOOK_SET);
      webhook = url;
    },
    end() {
      waiting?.finish({ end: 'gone' });
      timers.forEach(clearTimeout);
    },
  };
}
