/** Durations as people write them in the environment and on the command line: `500ms`, `15m`, `24h`, `2d`. */
import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `15m`; undefined where the text is no duration (a bare number has no unit and is refused). */
export function parseDurationMs(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  return amount === undefined || unitMs === undefined ? undefined : Math.round(Number(amount) * unitMs);
}

export const durationMs = z.string().transform((text, context) => {
  const parsed = parseDurationMs(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a duration: write a number and ms, s, m, h or d, such as 15m' });
  return z.NEVER;
});

/** `1s,5s,30s`: a ladder of waits, one after the other. */
export const durationLadderMs = z.string().transform((text, context) => {
  const rungs = text.split(',').map((rung) => parseDurationMs(rung.trim()));
  const parsed = rungs.filter((rung) => rung !== undefined);
  if (parsed.length === rungs.length) return parsed;
  context.addIssue({ code: 'custom', message: 'is not a comma-separated list of durations such as 1s,5s,30s' });
  return z.NEVER;
});
