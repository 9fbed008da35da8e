/** How times, money and lists are written for people. */
import { formatMoney } from '../domain/money';

/** Local time with its offset, and ISO 8601 beside it: "2026-01-31 13:00:05 +01:00 (2026-01-31T12:00:05Z)". */
export function formatTime(iso: string | Date): string {
  const at = new Date(iso);
  return `${localTime(at)} (${at.toISOString().replace(/\.\d+Z$/, 'Z')})`;
}

/** Local time alone, for lists: "2026-01-31 13:00:05 +01:00". */
export function localTime(iso: string | Date): string {
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const minutes = -at.getTimezoneOffset();
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${offset}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** "250 ms", "42 s", "7 min", "3 h", "5 d": as much as a person needs. */
export function formatAge(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1_000) return `${Math.round(size)} ms`;
  if (size < 120_000) return `${Math.round(size / 1_000)} s`;
  if (size < 7_200_000) return `${Math.round(size / 60_000)} min`;
  return size < 172_800_000 ? `${Math.round(size / 3_600_000)} h` : `${Math.round(size / 86_400_000)} d`;
}

export function moneyOrDash(amountMinor: number | null, currency: string | null): string {
  return amountMinor === null || currency === null ? '-' : formatMoney({ amountMinor, currency });
}

/** Columns as wide as their widest cell; cells are kept on one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map(oneLine));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What comes from outside must not move the cursor or the lines of a terminal. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
