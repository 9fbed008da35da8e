/**
 * The chain of an account's balances: balance(n) = balance(n-1) + change(n). Where it does not hold, an SMS is missing, and
 * the difference is its money. Pure: rows in, breaks out. In doubt the chain begins anew and nothing is reported.
 */
import { openingOf, orderBookings, type Booking } from './balance-order';

/** What one SMS of an account says. Neither change nor balance: a text that may have moved money and was not read. */
export interface ChainEntry {
  readonly smsId: number;
  /** The phone's clock. */
  readonly receivedAt: Date;
  /** Equal for equal texts: with its balance in it, the same text twice is one SMS that came twice. */
  readonly fingerprint: string;
  /** Signed minor units: a credit adds, a debit takes. */
  readonly changeMinor: number | null;
  /** After the change. */
  readonly balanceMinor: number | null;
}

export interface BalanceBreak {
  readonly beforeSmsId: number;
  readonly afterSmsId: number;
  /** Positive where credits are missing, negative where debits or fees are. */
  readonly missingMinor: number;
}

export interface ChainReading {
  readonly breaks: readonly BalanceBreak[];
  /** How many neighbours could be compared, among the latest `RELIABILITY_LINKS`, and how many of them did not fit. */
  readonly judged: number;
  readonly broken: number;
}

/** SMS of one account that come so soon after each other may have been booked in any order. */
export const TOGETHER_MS = 3_000;
/** A hold on the account is given back within so many SMS, where a bank tells the available balance. */
export const HOLD_LINKS = 20;
export const RELIABILITY_LINKS = 20;
const ENOUGH_LINKS = 6;

/** `unitMinor`: minor units in one unit of the currency (100 for EUR): some banks tell their balances without decimals. */
export function readChain(entries: readonly ChainEntry[], unitMinor: number): ChainReading {
  const sorted = withoutRepeats([...entries].sort(byClock));
  const links = withoutRounding(linksOf(sorted), sorted, unitMinor);
  const latest = links.slice(-RELIABILITY_LINKS);
  const noise = new Set([...takenBack(links), ...heldAndReleased(links)]);
  return {
    breaks: links
      .filter((link) => link.missingMinor !== 0 && !noise.has(link))
      .map(({ before, after, missingMinor }) => ({
        beforeSmsId: before.smsId,
        afterSmsId: after.smsId,
        missingMinor,
      })),
    judged: latest.length,
    broken: latest.filter(({ missingMinor }) => missingMinor !== 0).length,
  };
}

/** A chain that breaks more often than it holds says nothing: no balance of a ledger, or an account of which we see a part. */
export function isUnreliable({ judged, broken }: Pick<ChainReading, 'judged' | 'broken'>): boolean {
  return judged >= ENOUGH_LINKS && broken * 2 > judged;
}

function byClock(a: ChainEntry, b: ChainEntry): number {
  return a.receivedAt.getTime() - b.receivedAt.getTime() || a.smsId - b.smsId;
}

function withoutRepeats(sorted: readonly ChainEntry[]): ChainEntry[] {
  const seen = new Set<string>();
  return sorted.filter(({ fingerprint, balanceMinor }) => {
    if (balanceMinor === null) return true;
    const repeated = seen.has(fingerprint);
    seen.add(fingerprint);
    return !repeated;
  });
}

interface Link {
  readonly before: Pick<Booking, 'smsId' | 'balanceMinor'>;
  readonly after: Booking;
  readonly missingMinor: number;
}

/** What is known at a point of the chain: the last balance, and what was booked since then by SMS that name none. */
interface Standing {
  readonly last: Pick<Booking, 'smsId' | 'balanceMinor'> | null;
  readonly pendingMinor: number;
}

const NOTHING_KNOWN: Standing = { last: null, pendingMinor: 0 };

function linksOf(sorted: readonly ChainEntry[]): Link[] {
  const links: Link[] = [];
  const groups = groupsOf(sorted);
  let standing = NOTHING_KNOWN;
  groups.forEach((group, index) => {
    const bookings = bookingsOf(group);
    standing =
      bookings.length === group.length
        ? passBookings(bookings, standing, openings(groups[index + 1]), links)
        : passMixed(group, standing, links);
  });
  return links.filter(({ missingMinor }) => Number.isSafeInteger(missingMinor));
}

function groupsOf(sorted: readonly ChainEntry[]): ChainEntry[][] {
  const groups: ChainEntry[][] = [];
  let lastAtMs = Number.NEGATIVE_INFINITY;
  for (const entry of sorted) {
    const group = groups.at(-1);
    const atMs = entry.receivedAt.getTime();
    if (group && atMs - lastAtMs <= TOGETHER_MS) group.push(entry);
    else groups.push([entry]);
    lastAtMs = atMs;
  }
  return groups;
}

function bookingOf({ smsId, changeMinor, balanceMinor }: ChainEntry): Booking[] {
  return changeMinor === null || balanceMinor === null ? [] : [{ smsId, changeMinor, balanceMinor }];
}

function bookingsOf(group: readonly ChainEntry[]): Booking[] {
  return group.flatMap(bookingOf);
}

function openings(group: readonly ChainEntry[] | undefined): ReadonlySet<number> {
  return new Set(bookingsOf(group ?? []).map(openingOf));
}

function passBookings(
  bookings: readonly Booking[],
  standing: Standing,
  nextOpenings: ReadonlySet<number>,
  links: Link[],
): Standing {
  const expected = standing.last === null ? null : standing.last.balanceMinor + standing.pendingMinor;
  let { last, pendingMinor } = standing;
  for (const after of orderBookings(bookings, expected, nextOpenings)) {
    if (last) links.push({ before: last, after, missingMinor: openingOf(after) - last.balanceMinor - pendingMinor });
    last = after;
    pendingMinor = 0;
  }
  return { last, pendingMinor };
}

/**
 * SMS of one moment of which some do not say everything. One without a balance may have been booked before or after its
 * neighbours: what fits counts, and what does not fit either way is no proof of anything.
 */
function passMixed(group: readonly ChainEntry[], standing: Standing, links: Link[]): Standing {
  let { last, pendingMinor } = standing;
  let ofGroupMinor = 0;
  let inDoubt = false;
  for (const entry of group) {
    const [after] = bookingOf(entry);
    if (after) {
      const atOnce = last === null ? null : last.balanceMinor + pendingMinor;
      const opening = openingOf(after);
      const fits = atOnce !== null && (opening === atOnce || opening === atOnce + ofGroupMinor);
      if (fits && last) links.push({ before: last, after, missingMinor: 0 });
      else inDoubt = true;
      // Unless this one was booked ahead of what came before it.
      if (opening !== atOnce) ofGroupMinor = 0;
      last = after;
      pendingMinor = 0;
    } else if (entry.changeMinor !== null) ofGroupMinor += entry.changeMinor;
    else if (entry.balanceMinor !== null && group.length === 1) {
      return { last: { smsId: entry.smsId, balanceMinor: entry.balanceMinor }, pendingMinor: 0 };
    } else return NOTHING_KNOWN;
  }
  return last === null || inDoubt ? NOTHING_KNOWN : { last, pendingMinor: pendingMinor + ofGroupMinor };
}

/**
 * A balance that the next SMS takes back is wrong or of another account: the break before it and the one after it undo each
 * other, with its own money counted or left out.
 */
function takenBack(links: readonly Link[]): Link[] {
  const noise: Link[] = [];
  links.forEach((link, index) => {
    const next = links[index + 1];
    if (!next || link.missingMinor === 0 || next.missingMinor === 0 || next.before.smsId !== link.after.smsId) return;
    const rest = link.missingMinor + next.missingMinor;
    if (rest === 0 || rest === -link.after.changeMinor) noise.push(link, next);
  });
  return noise;
}

/** The available balance falls by a hold that no SMS tells of, and rises by the same once it is released. */
function heldAndReleased(links: readonly Link[]): Link[] {
  const noise: Link[] = [];
  const held: { readonly link: Link; readonly at: number }[] = [];
  links.forEach((link, at) => {
    if (link.missingMinor < 0) held.push({ link, at });
    if (link.missingMinor <= 0) return;
    const place = held.findIndex((one) => one.link.missingMinor === -link.missingMinor && at - one.at <= HOLD_LINKS);
    const [hold] = place < 0 ? [] : held.splice(place, 1);
    if (hold) noise.push(hold.link, link);
  });
  return noise;
}

/** Balances without decimals under amounts with them: less than a unit more or less is the rounding's. One alone proves nothing. */
function withoutRounding(links: readonly Link[], sorted: readonly ChainEntry[], unitMinor: number): Link[] {
  const isSmall = ({ missingMinor }: Link) => missingMinor !== 0 && Math.abs(missingMinor) < unitMinor;
  const isWhole = ({ balanceMinor }: ChainEntry) => balanceMinor === null || balanceMinor % unitMinor === 0;
  if (links.filter(isSmall).length < 2 || !sorted.every(isWhole)) return [...links];
  return links.map((link) => (isSmall(link) ? { ...link, missingMinor: 0 } : link));
}
