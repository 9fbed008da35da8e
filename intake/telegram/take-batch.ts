/** Takes in one batch of updates, in their order, and moves the offset over each SMS once it is committed. */
import type { Db } from '../../db/query';
import type { Logger } from '../../service/logger';
import { isTransientPostgresError } from '../../service/postgres';
import type { Intake } from '../ports';
import { alarmUnread } from './alarms';
import { counted, withStranger, withUnread, type TelegramLedger } from './ledger';
import type { TelegramPolicy } from './policy';
import { readUpdate, type Reading, type ReadUpdate, type Update } from './read-update';

export interface BatchDeps {
  readonly db: Db;
  readonly intake: Pick<Intake, 'acceptSms'>;
  readonly logger: Logger;
  readonly reading: Reading;
  readonly policy: TelegramPolicy;
}

export type Taken = { readonly is: 'taken'; readonly ledger: TelegramLedger } | { readonly is: 'superseded' };

export interface BatchTaker {
  /**
   * In the order given. `move` answers false where another poller has taken over. Rejects where PostgreSQL is away, and then everything up to the
   * last move is done; and with the signal's reason between two updates.
   */
  take(
    updates: readonly Update[],
    ledger: TelegramLedger,
    given: { readonly signal: AbortSignal; readonly move: (ledger: TelegramLedger) => Promise<boolean> },
  ): Promise<Taken>;
}

export function createBatchTaker(deps: BatchDeps): BatchTaker {
  const { db, intake, logger, reading, policy } = deps;
  /** How often the SMS of an update was refused by the database for itself. */
  const refusals = new Map<number, number>();

  /** True where the SMS is in; false where it is set aside for good. */
  async function accept(
    updateId: number,
    { inbound }: Extract<ReadUpdate, { is: 'sms' }>,
  ): Promise<'sms' | 'duplicate' | 'refused'> {
    try {
      const accepted = await intake.acceptSms(inbound);
      refusals.delete(updateId);
      return 'duplicate' in accepted && accepted.duplicate ? 'duplicate' : 'sms';
    } catch (error) {
      const tried = (refusals.get(updateId) ?? 0) + 1;
      if (isTransientPostgresError(error)) throw error;
      refusals.set(updateId, tried);
      if (tried < policy.refusedTries) throw error;
      // One SMS that cannot be stored must not hold up all others until Telegram forgets them.
      logger.error({ err: error, loop: 'telegram', updateId }, 'an SMS cannot be stored; it is set aside');
      refusals.delete(updateId);
      return 'refused';
    }
  }

  async function taken(update: Update, ledger: TelegramLedger): Promise<TelegramLedger> {
    const read = readUpdate(update, reading);
    switch (read.is) {
      case 'sms': {
        const came = await accept(update.update_id, read);
        if (came !== 'refused') return counted(ledger, came);
        await alarmUnread(db, read.chat, read.messageId, 'refused');
        return withUnread(ledger, read.chat, read.messageId, 'refused');
      }
      case 'unread':
        await alarmUnread(db, read.chat, read.messageId, read.reason);
        return withUnread(ledger, read.chat, read.messageId, read.reason);
      case 'other_chat':
        return withStranger(ledger, read.chat);
      case 'other_kind':
        return counted(ledger, 'other_kind');
    }
  }

  return {
    async take(updates, before, { signal, move }) {
      let ledger = before;
      let moved = true;
      for (const update of updates) {
        signal.throwIfAborted();
        const smsBefore = smsIn(ledger);
        // An id below the offset is one that comes again, or one of a new count: the last one seen is what counts.
        ledger = { ...(await taken(update, ledger)), offset: update.update_id + 1 };
        moved = false;
        if (smsIn(ledger) === smsBefore) continue;
        if (!(await move(ledger))) return { is: 'superseded' };
        moved = true;
      }
      if (!moved && !(await move(ledger))) return { is: 'superseded' };
      return { is: 'taken', ledger };
    },
  };
}

function smsIn({ counts }: TelegramLedger): number {
  return (counts['sms'] ?? 0) + (counts['duplicate'] ?? 0);
}
