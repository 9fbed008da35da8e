/** What an operator must hear of Telegram: each once an hour, or once a step of an outage. Ids and codes only. */
import { announceOnce } from '../../db/announce-once';
import type { Db } from '../../db/query';
import { readTelegramProgress } from '../../db/telegram-cursor';
import type { Conflict } from './bot-api';
import type { UnreadReason } from './read-update';

const HOUR_MS = 3_600_000;
const thisHour = (): number => Math.floor(Date.now() / HOUR_MS);

/** A message of a listed chat that is not taken in: for each chat once an hour; all of them are counted. */
export async function alarmUnread(db: Db, chat: string, messageId: number, reason: UnreadReason): Promise<void> {
  await announceOnce(db, {
    topic: 'alarm',
    key: `telegram_unread:${chat}:${thisHour()}`,
    payload: { alarm: 'telegram_unread', chat, message_id: messageId, reason },
  });
}

/** Somebody else reads the bot: between two of our polls SMS may go there. */
export async function alarmConflict(db: Db, conflict: Conflict): Promise<void> {
  await announceOnce(db, {
    topic: 'alarm',
    key: `telegram_conflict:${conflict}:${thisHour()}`,
    payload: { alarm: 'telegram_conflict', conflict },
  });
}

/** Telegram keeps updates for 24 hours: what waits longer than that is lost. */
export const BACKLOG_STEPS = [
  { afterMs: 6 * HOUR_MS, level: 'warning' },
  { afterMs: 18 * HOUR_MS, level: 'critical' },
] as const;
const MEMORY_HOURS = 24;

/** Asked by every worker now and then, since the poller itself may be what is away. Once for each step of an outage. */
export async function alarmBacklog(db: Db): Promise<void> {
  const progress = await readTelegramProgress(db);
  if (!progress) return;
  const { progressedAt, ageMs, fault } = progress;
  for (const { level } of BACKLOG_STEPS.filter((step) => ageMs >= step.afterMs)) {
    await announceOnce(db, {
      topic: 'alarm',
      // The moment of the last progress names the outage.
      key: `telegram_backlog:${progressedAt.getTime()}:${level}`,
      payload: {
        alarm: 'telegram_backlog',
        level,
        fault,
        age_hours: Math.floor(ageMs / HOUR_MS),
        lost_after_hours: MEMORY_HOURS,
      },
    });
  }
}
