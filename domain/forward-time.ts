/** The time that a forwarder wrote into its message, as the moment that it means. Nothing is guessed. */
import type { ForwardRule } from './forward-rule';
import { compileDateFormat, parseMoment } from './parse-date';
import { foldText } from './text';

/** `absent`: none is told, or one without a zone. `unclear`: one is told that is none, or can be read in two ways. */
export type ForwardedTime =
  { readonly time: 'read'; readonly at: Date } | { readonly time: 'absent' } | { readonly time: 'unclear' };

const ABSENT: ForwardedTime = { time: 'absent' };
const UNCLEAR: ForwardedTime = { time: 'unclear' };
const DAY_MS = 86_400_000;
/** Years in which an SMS can have come: also what tells a Jalali year from another. */
const PLAUSIBLE = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };
/** How much later than the message's own time its SMS may claim to be. */
const AHEAD_MS = 10 * 60_000;

const OFFSET = /(z|[+-][0-9]{2}:?[0-9]{2})$/;
const ISO_DATE = compileDateFormat('yyyy-MM-dd');

/** `sentAt`: when the message itself was sent; it chooses between two readings and gives a bare clock its day. */
export function readForwardedTime(
  rule: ForwardRule,
  told: { readonly date: string | null; readonly time: string | null },
  sentAt: Date,
): ForwardedTime {
  if (told.time === null) return ABSENT;
  const clock = foldText(told.time).text.replace(/[.,][0-9]{1,9}(?![0-9])/, '');
  const date = told.date === null ? null : foldText(told.date).text;
  const whole = wholeMoment(date, clock);
  if (whole !== null) return whole;
  if (rule.toInstant === null) return ABSENT;
  return date === null ? onTheDayOf(sentAt, clock, rule) : onTheDayNamed(date, clock, rule, sentAt);
}

/** Seconds or milliseconds since 1970, or a time with its offset: null where it is neither. */
function wholeMoment(date: string | null, clock: string): ForwardedTime | null {
  if (/^[0-9]{10}$/.test(clock)) return plausible(Number(clock) * 1000);
  if (/^[0-9]{13}$/.test(clock)) return plausible(Number(clock));
  const offset = OFFSET.exec(clock)?.[1];
  if (offset === undefined) return null;
  const [day, time] = date === null ? clock.split(/[t ]/) : [date, clock];
  const bare = (time ?? '').slice(0, -offset.length).trim();
  const parts = /^([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})$/.exec(day ?? '');
  if (parts === null || !/^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$/.test(bare)) return UNCLEAR;
  const iso = parts
    .slice(1)
    .map((part) => part.padStart(2, '0'))
    .join('-');
  const zone = offset === 'z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  return plausible(Date.parse(`${iso}T${bare.replace(/^(?=[0-9]:)/, '0')}${zone}`));
}

function onTheDayNamed(date: string, clock: string, rule: ForwardRule, sentAt: Date): ForwardedTime {
  const { toInstant } = rule;
  if (toInstant === null) return ABSENT;
  const readings = rule.dateFormats
    .map((format) => parseMoment(date, clock, format, toInstant, sentAt)?.getTime() ?? Number.NaN)
    .filter(isPlausible);
  const different = [...new Set(readings)];
  if (different.length === 1) return at(different[0]);
  // 05/03 and 03/05: only one of them is of the day on which it was forwarded.
  const near = different.filter((ms) => ms <= sentAt.getTime() + AHEAD_MS && ms > sentAt.getTime() - DAY_MS);
  return near.length === 1 ? at(near[0]) : UNCLEAR;
}

/** The last such time of day before the message was sent. */
function onTheDayOf(sentAt: Date, clock: string, { toInstant }: ForwardRule): ForwardedTime {
  if (toInstant === null || ISO_DATE === null) return ABSENT;
  const found = [-1, 0, 1]
    .map((days) => new Date(sentAt.getTime() + days * DAY_MS).toISOString().slice(0, 10))
    .map((day) => parseMoment(day, clock, ISO_DATE, toInstant, sentAt)?.getTime() ?? Number.NaN)
    .filter((ms) => ms <= sentAt.getTime() + AHEAD_MS);
  return found.length === 0 ? UNCLEAR : at(Math.max(...found));
}

function plausible(ms: number): ForwardedTime {
  return isPlausible(ms) ? at(ms) : UNCLEAR;
}

function isPlausible(ms: number): boolean {
  return ms >= PLAUSIBLE.from && ms < PLAUSIBLE.to;
}

function at(ms: number | undefined): ForwardedTime {
  return ms === undefined ? UNCLEAR : { time: 'read', at: new Date(ms) };
}
