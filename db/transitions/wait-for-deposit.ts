/** How long an SMS without a deposit waits, and when it looks again by itself in between. */
import { referenceTime } from '../../domain/match';
import type { SmsRow } from '../sms-row';

/**
 * Null once no deposit can fit any more: one created later than `ref + MATCH_WAIT` is not a candidate, so waiting past
 * that moment could not end in a match. A deposit's arrival wakes the run at once; the ladder is the belt.
 */
export function nextLook(
  row: Pick<SmsRow, 'receivedAt' | 'ingestedAt' | 'waitingSince'>,
  settings: { readonly waitMs: number; readonly lookAgainMs: readonly number[] },
  now: Date = new Date(),
): { readonly since: Date; readonly until: Date; readonly waitMs: number } | null {
  const until = new Date(referenceTime(row).getTime() + settings.waitMs);
  const leftMs = until.getTime() - now.getTime();
  if (leftMs <= 0) return null;
  const since = row.waitingSince ?? now;
  const waitedMs = now.getTime() - since.getTime();
  const rungMs = settings.lookAgainMs.find((rung) => rung > waitedMs) ?? Number.POSITIVE_INFINITY;
  return { since, until, waitMs: Math.min(leftMs, rungMs - waitedMs) };
}
