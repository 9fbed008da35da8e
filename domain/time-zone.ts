/** From the wall clock of a bank to the moment it means. */
import type { WallClock } from './parse-date';

export type ToInstant = (wall: WallClock) => Date;

const OFFSET = /^([+-])(0[0-9]|1[0-4]):([0-5][0-9])$/;

/** For `+05:30` or an IANA name such as `Europe/Berlin`; null where it is neither. */
export function wallClockReader(timeZone: string): ToInstant | null {
  const offset = OFFSET.exec(timeZone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    const offsetMs = (offset[1] === '-' ? -minutes : minutes) * 60_000;
    return (wall) => new Date(utcOf(wall) - offsetMs);
  }
  const format = zoneFormat(timeZone);
  return format === null ? null : (wall) => new Date(instantIn(format, utcOf(wall)));
}

function utcOf([year, month, day, hour, minute, second]: WallClock): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat | null {
  if (!/^[A-Za-z]/.test(timeZone)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
}

/** The offset is asked for twice, since the first guess may lie on the other side of a change of the clocks. */
function instantIn(format: Intl.DateTimeFormat, wallAsUtc: number): number {
  const guess = wallAsUtc - offsetAt(format, wallAsUtc);
  return wallAsUtc - offsetAt(format, guess);
}

function offsetAt(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return utcOf([part('year'), part('month'), part('day'), part('hour'), part('minute'), part('second')]) - instant;
}
