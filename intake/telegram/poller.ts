/**
 * One bot's long poll, once in the cluster. The offset in PostgreSQL moves with each SMS, after its commit, and the next poll
 * tells Telegram; so whatever ends this poller, what it did not commit is delivered again. A poller that another one has taken
 * over from can move nothing, and ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoopDetail, LoopIdentity } from '../../db/loops';
import type { Db } from '../../db/query';
import { claimTelegramCursor, moveTelegramCursor, readTelegramCursor } from '../../db/telegram-cursor';
import type { Logger } from '../../service/logger';
import { createLoopReporter, type LoopReporter } from '../loop-reporter';
import type { Intake } from '../ports';
import { alarmConflict } from './alarms';
import type { BotApi, PollAnswer } from './bot-api';
import { detailOf, ledgerFrom } from './ledger';
import { waitMs, type TelegramFault, type TelegramPolicy } from './policy';
import { updatesInOrder, type Reading } from './read-update';
import { createBatchTaker } from './take-batch';

export interface PollerDeps {
  readonly db: Db;
  readonly intake: Pick<Intake, 'acceptSms'>;
  readonly api: BotApi;
  readonly logger: Logger;
  readonly reading: Reading;
  readonly botId: string;
  /** TELEGRAM_API_URL: an offset is only good for the server that gave it. */
  readonly apiRoot: string;
  readonly loop: LoopIdentity;
  readonly policy: TelegramPolicy;
  readonly random?: () => number;
}

type Turn =
  | { readonly turn: 'done'; readonly detail: LoopDetail }
  | {
      readonly turn: 'failed';
      readonly fault: TelegramFault;
      readonly detail: LoopDetail;
      /** The pause that the service asks for. */
      readonly retryAfterMs?: number;
      readonly error?: unknown;
    }
  | { readonly turn: 'superseded' };

const BATCH = 100;

export interface TelegramPoller {
  /** `renew` when its turn is over or another poller has taken over; rejects only with the signal's reason. */
  listen(given: { readonly signal: AbortSignal }): Promise<'renew'>;
}

export const telegramCursorName = (botId: string): string => `telegram:${botId}`;

export function createTelegramPoller(deps: PollerDeps): TelegramPoller {
  return {
    async listen({ signal }) {
      const { db, loop, policy } = deps;
      const reporter = createLoopReporter({
        db,
        ...loop,
        ...(policy.reportEveryMs === undefined ? {} : { everyMs: policy.reportEveryMs }),
      });
      try {
        return await pollOn(deps, reporter, signal);
      } finally {
        await reporter.settled();
      }
    },
  };
}

async function pollOn(deps: PollerDeps, reporter: LoopReporter, signal: AbortSignal): Promise<'renew'> {
  const { policy, logger, random = Math.random } = deps;
  const endsAt = performance.now() + policy.turnMs;
  const takeTurn = createTurns(deps, signal);
  let failures = 0;
  let last: TelegramFault | undefined;
  // What was counted stays in sight while a fault lasts.
  let known: LoopDetail = {};
  while (performance.now() < endsAt) {
    signal.throwIfAborted();
    const turn = await takeTurn();
    if (turn.turn === 'superseded') {
      logger.info({ loop: 'telegram' }, 'another worker polls now');
      return 'renew';
    }
    if (turn.turn === 'done') {
      known = turn.detail;
      reporter.progressed(known);
      failures = 0;
      last = undefined;
      continue;
    }
    failures = turn.fault === last ? failures + 1 : 1;
    last = turn.fault;
    reporter.failed(turn.fault, { ...known, ...turn.detail });
    // One line when it begins and one every so often: an outage must not fill the disk.
    if (failures === 1 || failures % 20 === 0)
      logger.warn(
        { loop: 'telegram', fault: turn.fault, why: turn.detail['why'], err: turn.error, failures },
        'telegram is not read',
      );
    const asked = Math.min(turn.retryAfterMs ?? 0, policy.retryAfterCapMs);
    await sleep(Math.max(asked, waitMs(policy.waits[turn.fault], failures, random)), undefined, { signal }).catch(
      () => {
        signal.throwIfAborted();
      },
    );
  }
  return 'renew';
}

/** One poll after the other; whatever PostgreSQL does is a failed turn, never an end. */
function createTurns(deps: PollerDeps, signal: AbortSignal): () => Promise<Turn> {
  const { db, api, botId, apiRoot } = deps;
  const name = telegramCursorName(botId);
  const taker = createBatchTaker(deps);
  let epoch: number | undefined;
  let limit = BATCH;

  async function turn(): Promise<Turn> {
    epoch ??= (await claimTelegramCursor(db, name)).epoch;
    const mine = epoch;
    const held = await readTelegramCursor(db, name, mine);
    if (!held) return { turn: 'superseded' };
    const ledger = ledgerFrom(held.value, { api: apiRoot, movedAgoMs: held.movedAgoMs });
    const answer = await api.getUpdates({ offset: ledger.offset ?? undefined, limit, signal });
    if (answer.is !== 'updates') {
      // One update at a time, in case it is the batch that cannot be read.
      if (answer.is === 'unexpected_answer') limit = 1;
      if (answer.is === 'conflict') {
        // The other one may be of this house: then this poller is the one to go, and nobody need hear of it.
        if (!(await readTelegramCursor(db, name, mine))) return { turn: 'superseded' };
        await alarmConflict(db, answer.conflict);
      }
      return failed(answer);
    }
    limit = BATCH;
    const updates = updatesInOrder(answer.updates);
    // They would come again at once, and for ever.
    if (updates.length === 0 && answer.updates.length > 0)
      return failed({ is: 'unexpected_answer', why: 'no_update_id' });
    const taken = await taker.take(updates, ledger, {
      signal,
      move: (moved) => moveTelegramCursor(db, name, mine, moved),
    });
    if (taken.is === 'superseded') return { turn: 'superseded' };
    return { turn: 'done', detail: detailOf(taken.ledger) };
  }

  return async () => {
    try {
      return await turn();
    } catch (error) {
      signal.throwIfAborted();
      return { turn: 'failed', fault: 'database', detail: {}, error };
    }
  };
}

function failed(answer: Exclude<PollAnswer, { is: 'updates' }>): Turn {
  switch (answer.is) {
    case 'conflict':
      return { turn: 'failed', fault: 'conflict', detail: { why: answer.conflict } };
    case 'rate_limited':
      return {
        turn: 'failed',
        fault: 'rate_limited',
        detail: { retry_after_ms: answer.retryAfterMs },
        retryAfterMs: answer.retryAfterMs,
      };
    case 'token_refused':
      return { turn: 'failed', fault: 'token_refused', detail: {} };
    case 'unreachable':
    case 'unexpected_answer':
      return { turn: 'failed', fault: answer.is, detail: { why: answer.why } };
  }
}
