/** What the poller has done so far, kept in one row with its offset, so that both survive it. */
import { z } from 'zod';
import type { LoopDetail } from '../../db/loops';

const count = z.number().int().min(0);
const stored = z.object({
  api: z.string().catch(''),
  offset: z.number().int().nullable().catch(null),
  /** `sms`, `duplicate`, `other_chat`, `other_kind`, and the reasons why messages were not read. */
  counts: z.record(z.string(), count).catch({}),
  /** The last messages of listed chats that no SMS was read from: `<chat>:<message> <reason>`. */
  unread: z.array(z.string()).catch([]),
  /** Chats that are not on the list, by the number of their messages. */
  strangers: z.record(z.string(), count).catch({}),
});
export type TelegramLedger = z.infer<typeof stored>;

/** Telegram forgets updates after this time: an offset that has not moved for so long confirms nothing any more. */
const MEMORY_MS = 86_400_000;
const KEPT = 10;

/**
 * The offset of another server, or of another time, is dropped: ids are counted by each server anew, and chosen anew after a
 * week without updates, so it might confirm what nobody has read. From the head nothing is missed, and what comes twice has
 * its delivery key.
 */
export function ledgerFrom(
  value: unknown,
  given: { readonly api: string; readonly movedAgoMs: number | null },
): TelegramLedger {
  const ledger = stored.parse(typeof value === 'object' && value !== null ? value : {});
  const isOurs = ledger.api === given.api && given.movedAgoMs !== null && given.movedAgoMs < MEMORY_MS;
  return { ...ledger, api: given.api, offset: isOurs ? ledger.offset : null };
}

export function counted(ledger: TelegramLedger, what: string): TelegramLedger {
  return { ...ledger, counts: { ...ledger.counts, [what]: (ledger.counts[what] ?? 0) + 1 } };
}

export function withUnread(ledger: TelegramLedger, chat: string, messageId: number, reason: string): TelegramLedger {
  return { ...counted(ledger, reason), unread: [...ledger.unread, `${chat}:${messageId} ${reason}`].slice(-KEPT) };
}

/** A stranger may write from as many chats as he likes: only the last ones are kept. */
export function withStranger(ledger: TelegramLedger, chat: string): TelegramLedger {
  const { [chat]: before = 0, ...others } = ledger.strangers;
  const kept = Object.entries(others).slice(1 - KEPT);
  return { ...counted(ledger, 'other_chat'), strangers: Object.fromEntries([...kept, [chat, before + 1]]) };
}

/** For the loop's row: counts, and ids of chats and messages. */
export function detailOf({ offset, counts, unread, strangers }: TelegramLedger): LoopDetail {
  return {
    offset,
    ...counts,
    ...(unread.length === 0 ? {} : { unread: unread.join(', ') }),
    ...(Object.keys(strangers).length === 0 ? {} : { other_chats: Object.keys(strangers).join(', ') }),
  };
}
