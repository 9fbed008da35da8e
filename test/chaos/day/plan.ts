/** The SMS of the day, drawn from the seed: what happens when, on which line, and what must come of it. */
import { randomUUID } from 'node:crypto';
import { DAY_BANKS, DEBIT_SENDER, debitText, otpText } from './bank-texts';
import { DAY_LINES, type DayLine } from './reporters';

/**
 * `late_deposit`: the player orders seconds after the SMS. `repeat`: an honest payment with the very text of another one, both
 * on one line; a person may have to tell which deposit is whose.
 */
export type HappeningKind = 'credit' | 'late_deposit' | 'no_deposit' | 'debit' | 'otp' | 'repeat';

export interface DayDeposit {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

export interface Happening {
  readonly id: number;
  readonly kind: HappeningKind;
  /** Milliseconds after the beginning of the day. */
  readonly atMs: number;
  readonly line: DayLine;
  readonly sender: string;
  readonly body: string;
  readonly deposit: DayDeposit | null;
}

export interface PlanOptions {
  /** What the sources are told: an SMS on a line with two reporters is two. */
  readonly sms: number;
  readonly feedMs: number;
  readonly startsAt: Date;
  readonly random: () => number;
}

/** Of a hundred. */
const KINDS: readonly (readonly [kind: HappeningKind, share: number])[] = [
  ['credit', 83],
  ['late_deposit', 4],
  ['no_deposit', 4],
  ['debit', 4],
  ['otp', 3],
  ['repeat', 2],
];
const FIRST_AMOUNT = 1_000;
/** Some of the equal texts fall into one minute, others minutes apart. */
const REPEAT_AFTER_MS = { least: 3_000, most: 40_000 };

export function planDay({ sms, feedMs, startsAt, random }: PlanOptions): readonly Happening[] {
  const planned: Happening[] = [];
  // Ids are told apart between two days on one database as well.
  const day = randomUUID().slice(0, 8);
  let told = 0;
  while (told < sms) {
    const line = pick(DAY_LINES, ({ share }) => share, random);
    const [kind] = pick(KINDS, ([, share]) => share, random);
    const happening = draw({ id: planned.length, kind, line, atMs: random() * feedMs, startsAt, day, random });
    planned.push(happening);
    told += line.reporters.length;
    if (kind !== 'repeat') continue;
    const { least, most } = REPEAT_AFTER_MS;
    const atMs = Math.min(feedMs, happening.atMs + least + random() * (most - least));
    const id = planned.length;
    planned.push({ ...happening, id, atMs, deposit: depositOf(happening.deposit, `${day}-${id}`) });
    told += line.reporters.length;
  }
  return planned.sort((a, b) => a.atMs - b.atMs);
}

interface Drawing {
  readonly id: number;
  readonly kind: HappeningKind;
  readonly line: DayLine;
  readonly atMs: number;
  readonly startsAt: Date;
  readonly day: string;
  readonly random: () => number;
}

function draw({ id, kind, line, atMs, startsAt, day, random }: Drawing): Happening {
  const bank = DAY_BANKS[Math.floor(random() * DAY_BANKS.length)] ?? DAY_BANKS[0]!;
  const amountMinor = (FIRST_AMOUNT + id) * bank.stepMinor;
  const money = { amountMinor, reference: String(4_065_000_000 + id) };
  const at = new Date(startsAt.getTime() + atMs);
  const base = { id, kind, line, atMs };
  if (kind === 'debit') return { ...base, sender: DEBIT_SENDER, body: debitText(money), deposit: null };
  if (kind === 'otp') return { ...base, sender: DEBIT_SENDER, body: otpText(money), deposit: null };
  const wanted = { orderId: `day-${day}-${id}`, amountMinor, currency: bank.currency };
  const deposit = kind === 'no_deposit' ? null : wanted;
  return { ...base, sender: bank.sender, body: bank.credit(money, at), deposit };
}

function depositOf(like: DayDeposit | null, unique: string): DayDeposit | null {
  return like && { ...like, orderId: `day-${unique}` };
}

function pick<Item>(items: readonly Item[], weightOf: (item: Item) => number, random: () => number): Item {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0);
  let left = random() * total;
  for (const item of items) {
    left -= weightOf(item);
    if (left < 0) return item;
  }
  return items.at(-1)!;
}
