/** Dates and times as banks write them. They inform people; nothing is matched on them, so what does not fit is null. */

export interface DateFormat {
  readonly calendar: 'gregorian' | 'jalali';
  readonly parts: readonly DatePart[];
}
type DatePart = 'yyyy' | 'yy' | 'MM' | 'MMM' | 'dd';
/** A wall clock: year, month 1-12, day, hour, minute, second. */
export type WallClock = readonly [number, number, number, number, number, number];

const DAY_MS = 24 * 60 * 60 * 1000;
const JALALI = 'jalali:';
const PARTS: readonly DatePart[] = ['yyyy', 'yy', 'MMM', 'MM', 'dd'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads `dd-MM-yy`, `jalali:yyyy/MM/dd` and the like; separators are free. Null: not a format with a day and a month. */
export function compileDateFormat(format: string): DateFormat | null {
  const jalali = format.startsWith(JALALI);
  const parts: DatePart[] = [];
  for (let rest = jalali ? format.slice(JALALI.length) : format; rest !== '';) {
    const part = PARTS.find((candidate) => rest.startsWith(candidate));
    if (part === undefined && /^[A-Za-z]/.test(rest)) return null;
    if (part !== undefined) parts.push(part);
    rest = rest.slice(part?.length ?? 1);
  }
  const kinds = parts.map((part) => part.charAt(0));
  const complete = kinds.includes('d') && kinds.includes('M') && new Set(kinds).size === kinds.length;
  return complete ? { calendar: jalali ? 'jalali' : 'gregorian', parts } : null;
}

/** The moment that a folded date and time mean at the bank; a date without a year is the last one before `receivedAt`. */
export function parseMoment(
  date: string,
  time: string,
  format: DateFormat,
  toInstant: (wall: WallClock) => Date,
  receivedAt: Date,
): Date | null {
  const clock = parseTime(time);
  const day = parseDay(date, format);
  if (clock === null || day === null) return null;
  const [year, month, dayOfMonth] = day;
  if (year !== null) return momentOf(year, month, dayOfMonth, clock, format, toInstant);
  const thisYear = receivedAt.getUTCFullYear() - (format.calendar === 'jalali' ? 621 : 0);
  const dayLater = receivedAt.getTime() + DAY_MS;
  for (const candidate of [thisYear + 1, thisYear, thisYear - 1]) {
    const moment = momentOf(candidate, month, dayOfMonth, clock, format, toInstant);
    if (moment !== null && moment.getTime() <= dayLater) return moment;
  }
  return null;
}

type Clock = readonly [number, number, number];

function momentOf(
  year: number,
  month: number,
  day: number,
  clock: Clock,
  { calendar }: DateFormat,
  toInstant: (wall: WallClock) => Date,
): Date | null {
  const days = calendar === 'jalali' ? jalaliDay(year, month, day) : Date.UTC(year, month - 1, day) / DAY_MS;
  const date = new Date(days * DAY_MS);
  const exists =
    calendar === 'jalali' ? month < 12 || days < jalaliDay(year + 1, 1, 1) : date.getUTCMonth() === month - 1;
  return exists ? toInstant([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), ...clock]) : null;
}

/** Digits and month names in order; two-digit years are of this century (Jalali: 1400 on). */
function parseDay(text: string, { calendar, parts }: DateFormat): readonly [number | null, number, number] | null {
  const words: readonly string[] = text.match(/[0-9]+|[a-z]+/g) ?? [];
  const found = words.length === 1 ? splitPacked(words[0] ?? '', parts) : words;
  if (found?.length !== parts.length) return null;
  let year: number | null = null;
  let month = 0;
  let day = 0;
  for (const [place, part] of parts.entries()) {
    const word = found[place] ?? '';
    const value = part === 'MMM' ? MONTHS.indexOf(word.slice(0, 3)) + 1 : Number(word);
    if (!Number.isInteger(value) || value > 9999) return null;
    if (part === 'yyyy') year = word.length === 4 ? value : Number.NaN;
    else if (part === 'yy') year = word.length === 2 ? value + (calendar === 'jalali' ? 1400 : 2000) : Number.NaN;
    else if (part === 'dd') day = value;
    else month = value;
  }
  const lastDay = calendar === 'jalali' && month > 6 ? 30 : 31;
  if (Number.isNaN(year) || month < 1 || month > 12 || day < 1 || day > lastDay) return null;
  return [year, month, day];
}

/** "240315" and "12mar24": parts of known width without separators between them. */
function splitPacked(word: string, parts: readonly DatePart[]): readonly string[] | null {
  if (word.length !== parts.join('').length) return null;
  let place = 0;
  return parts.map((part) => word.slice(place, (place += part.length)));
}

/** "14:05", "14.05.09", "2:05 pm", "1405". */
function parseTime(text: string): Clock | null {
  const found = /^([0-9]{1,2})[:.]?([0-9]{2})(?:[:.]?([0-9]{2}))? ?([ap])?\.?(?:m\.?)?$/.exec(text);
  if (found === null) return null;
  const half = found[4];
  const hour = Number(found[1]);
  if (half !== undefined && (hour < 1 || hour > 12)) return null;
  const hours = half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0);
  const minutes = Number(found[2]);
  const seconds = Number(found[3] ?? '0');
  return hours < 24 && minutes < 60 && seconds < 60 ? [hours, minutes, seconds] : null;
}

/** Days since 1970 of a day of the Iranian calendar, by its 33-year cycle: good for the years 1206 to 1498. */
function jalaliDay(year: number, month: number, day: number): number {
  const years = year + 1595;
  const monthDays = month < 7 ? (month - 1) * 31 : (month - 7) * 30 + 186;
  const leaps = Math.floor(years / 33) * 8 + Math.floor(((years % 33) + 3) / 4);
  return 365 * years + leaps + monthDays + day - 1_075_196;
}
