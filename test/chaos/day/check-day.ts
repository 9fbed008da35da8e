/**
 * Was anything lost or doubled? What the simulators know that they sent is held against the rows, by nothing but sender's
 * text, origin and the phone's time. Pure, so that a test can plant each fault and see it found.
 */
import type { Via } from '../../../domain/delivery';
import type { HappeningKind } from './plan';

/** One line of a simulator's record, and which happening of the plan it is of. */
export interface SentEntry {
  readonly happening: number;
  readonly kind: HappeningKind;
  readonly source: string;
  /** Source, account and, where the protocol names it, the device. */
  readonly origin: string;
  readonly body: string;
  readonly receivedAtMs: number;
  /** False where a dial has lost it before it left the phone. */
  readonly reachable: boolean;
  /** False for an app that gives up by itself. */
  readonly sure: boolean;
  readonly orderId: string | null;
}

export interface SeenSighting {
  readonly source: string;
  readonly origin: string;
  readonly via: Via;
  readonly receivedAtMs: number;
  readonly seenAtMs: number;
}

export interface SeenSms {
  readonly id: number;
  readonly body: string;
  readonly status: string;
  readonly reviewReason: string | null;
  /** Whether it may be a copy of another one, or its text is not surely whole. */
  readonly inDoubt: boolean;
  readonly orderId: string | null;
  readonly sightings: readonly SeenSighting[];
}

export type DayFindingKind =
  /** Nothing of it is here. */
  | 'lost'
  /** Another source brought it; this one, which was sure to, did not. */
  | 'sighting_missing'
  /** Two payments became one. */
  | 'merged'
  /** One payment became two, and neither is in doubt. */
  | 'doubled'
  /** A row that nobody has sent and nobody doubts. */
  | 'invented'
  /** In doubt, and not before a person as `possible_duplicate`. */
  | 'doubt_unseen'
  /** In doubt, though it bears the phone's own time and so does the row that it may be a copy of. */
  | 'needless_doubt'
  /** Every row of it is in doubt: nobody would be paid without a person. */
  | 'only_in_doubt'
  /** It came to another end than its kind must. */
  | 'wrong_end'
  /** Its run is still under way. */
  | 'unsettled';

export interface DayFinding {
  readonly kind: DayFindingKind;
  readonly happening: number | null;
  readonly smsId: number | null;
  /** Ids, origins and codes; never a text. */
  readonly detail: string;
}

export interface SourceTally {
  readonly sent: number;
  readonly neverLeft: number;
  readonly received: number;
  readonly paired: number;
  readonly late: number;
  readonly gaveUp: number;
}

export interface DayVerdict {
  readonly findings: readonly DayFinding[];
  readonly bySource: Readonly<Record<string, SourceTally>>;
  readonly sent: number;
  readonly received: number;
  readonly rows: number;
  readonly inDoubt: number;
}

/** Beyond this after the phone's time a first sighting counts as late. */
const LATE_MS = 10_000;
/** A source that carries the phone's own time carries it to the second. */
const SAME_MS = 1_000;
/** Mirrored notifications and pushed notes bear the time at which Pushbullet saw them. */
const LATE_STAMPED_MS = 15 * 60_000;

const isLateStamped = ({ via }: SeenSighting) => via === 'mirror' || via === 'push';
const OPEN = ['received', 'matched', 'approving'];

export function checkDay(sent: readonly SentEntry[], rows: readonly SeenSms[]): DayVerdict {
  const findings: DayFinding[] = [];
  const rowsByBody = groupBy(rows, ({ body }) => body);
  const sentByBody = groupBy(sent, ({ body }) => body);
  const claims = new Map<SentEntry, Claim[]>();
  const explained = new Set<SeenSms>();

  for (const [body, entries] of sentByBody) {
    const group = rowsByBody.get(body) ?? [];
    for (const [entry, claimed] of claim(entries, group)) {
      claims.set(entry, claimed);
      for (const { row } of claimed) explained.add(row);
    }
    findings.push(...checkGroup(entries, group, claims));
  }
  for (const row of rows) {
    const { id: smsId, status, reviewReason, inDoubt } = row;
    const at = { happening: null, smsId };
    if (!explained.has(row) && !inDoubt) findings.push({ ...at, kind: 'invented', detail: originsOf(row) });
    if (inDoubt && !(status === 'awaiting_review' && reviewReason === 'possible_duplicate'))
      findings.push({ ...at, kind: 'doubt_unseen', detail: `${status} ${reviewReason ?? ''}` });
    if (OPEN.includes(status)) findings.push({ ...at, kind: 'unsettled', detail: status });
  }
  const bySource = tally(sent, claims);
  const tallies = Object.values(bySource);
  return {
    findings,
    bySource,
    sent: tallies.reduce((sum, one) => sum + one.sent - one.neverLeft, 0),
    received: tallies.reduce((sum, one) => sum + one.received, 0),
    rows: rows.length,
    inDoubt: rows.filter(({ inDoubt }) => inDoubt).length,
  };
}

interface Claim {
  readonly row: SeenSms;
  readonly sighting: SeenSighting;
}

/** Each sighting belongs to one entry of its origin, by the time; an entry may have several, one by each way. */
function claim(entries: readonly SentEntry[], rows: readonly SeenSms[]): Map<SentEntry, Claim[]> {
  const claims = new Map<SentEntry, Claim[]>(entries.map((entry) => [entry, []]));
  const seen = rows
    .flatMap((row) => row.sightings.map((sighting) => ({ row, sighting })))
    .sort((a, b) => a.sighting.receivedAtMs - b.sighting.receivedAtMs);
  for (const one of seen) {
    const { origin, via, receivedAtMs } = one.sighting;
    const within = isLateStamped(one.sighting) ? LATE_STAMPED_MS : SAME_MS;
    const apart = (entry: SentEntry) => Math.abs(entry.receivedAtMs - receivedAtMs);
    const [owner] = entries
      .filter((entry) => entry.origin === origin && entry.reachable && apart(entry) <= within)
      .filter((entry) => !claims.get(entry)?.some(({ sighting }) => sighting.via === via))
      .sort((a, b) => apart(a) - apart(b) || a.receivedAtMs - b.receivedAtMs);
    if (owner) claims.get(owner)?.push(one);
  }
  return claims;
}

/** All happenings with one text: mostly one, two where an honest payment has the text of another. */
function checkGroup(
  entries: readonly SentEntry[],
  rows: readonly SeenSms[],
  claims: ReadonlyMap<SentEntry, readonly Claim[]>,
): DayFinding[] {
  const findings: DayFinding[] = [];
  const reachable = entries.filter((entry) => entry.reachable);
  const happenings = groupBy(reachable, ({ happening }) => happening);
  const rowsOf = new Map<number, ReadonlySet<SeenSms>>();
  for (const [happening, told] of happenings) {
    const found = new Set(told.flatMap((entry) => (claims.get(entry) ?? []).map(({ row }) => row)));
    rowsOf.set(happening, found);
    const at = { happening, smsId: null };
    const sure = told.filter((entry) => entry.sure);
    if (found.size === 0) {
      // An app that gives up was the only one left: its phone knows, and it is no loss of ours.
      if (sure.length > 0) findings.push({ ...at, kind: 'lost', detail: told.map(describe).join(', ') });
      continue;
    }
    for (const entry of sure)
      if (claims.get(entry)?.length === 0) findings.push({ ...at, kind: 'sighting_missing', detail: describe(entry) });
  }
  const here = [...rowsOf].filter(([, found]) => found.size > 0);
  const apart = greatestMatching(here.map(([, found]) => [...found]));
  if (apart < here.length)
    findings.push({
      kind: 'merged',
      happening: here[0]?.[0] ?? null,
      smsId: rows[0]?.id ?? null,
      detail: `${here.length} payments, ${apart} rows`,
    });
  const clean = rows.filter(({ inDoubt }) => !inDoubt);
  if (clean.length > happenings.size)
    findings.push({
      kind: 'doubled',
      happening: here[0]?.[0] ?? null,
      smsId: clean.at(-1)?.id ?? null,
      detail: `${clean.map(({ id }) => id).join(', ')} of ${happenings.size}: ${clean.map(originsOf).join(' | ')}`,
    });
  if (happenings.size === 1) findings.push(...needlessDoubts(entries, rows, claims));
  for (const [happening] of here) findings.push(...checkEnd(happening, happenings.get(happening) ?? [], clean));
  return findings;
}

/** A doubt is for times that no phone told, for what came twice, and for texts that two payments share. */
function needlessDoubts(
  entries: readonly SentEntry[],
  rows: readonly SeenSms[],
  claims: ReadonlyMap<SentEntry, readonly Claim[]>,
): DayFinding[] {
  const claimed = entries.flatMap((entry) => claims.get(entry) ?? []);
  const bearsTime = (row: SeenSms) => claimed.some((one) => one.row === row && !isLateStamped(one.sighting));
  if (!rows.some((row) => !row.inDoubt && bearsTime(row))) return [];
  return rows
    .filter((row) => row.inDoubt && bearsTime(row))
    .map((row) => ({ kind: 'needless_doubt', happening: null, smsId: row.id, detail: originsOf(row) }));
}

/** What its kind must come to, where the text is of this happening alone. */
function checkEnd(happening: number, told: readonly SentEntry[], clean: readonly SeenSms[]): DayFinding[] {
  const [entry] = told;
  if (!entry || entry.kind === 'repeat') return [];
  const [row] = clean;
  if (!row) return [{ kind: 'only_in_doubt', happening, smsId: null, detail: describe(entry) }];
  const wanted = endOf(entry);
  const came = `${row.status}${row.reviewReason === null ? '' : ` ${row.reviewReason}`}`;
  if (OPEN.includes(row.status) || (came === wanted && row.orderId === entry.orderId)) return [];
  return [{ kind: 'wrong_end', happening, smsId: row.id, detail: `${came} instead of ${wanted}, ${entry.kind}` }];
}

function endOf({ kind }: SentEntry): string {
  switch (kind) {
    case 'credit':
    case 'late_deposit':
    case 'repeat':
      return 'approved';
    case 'no_deposit':
      return 'waiting_for_deposit';
    case 'debit':
    case 'otp':
      return 'not_a_credit';
  }
}

/** How many can have a row of their own (Kuhn's algorithm; the groups are small). */
function greatestMatching(wishes: readonly (readonly SeenSms[])[]): number {
  const owner = new Map<SeenSms, number>();
  const give = (wish: number, tried: Set<SeenSms>): boolean =>
    (wishes[wish] ?? []).some((row) => {
      if (tried.has(row)) return false;
      tried.add(row);
      const held = owner.get(row);
      if (held !== undefined && !give(held, tried)) return false;
      owner.set(row, wish);
      return true;
    });
  return wishes.filter((_, wish) => give(wish, new Set())).length;
}

function tally(
  sent: readonly SentEntry[],
  claims: ReadonlyMap<SentEntry, readonly Claim[]>,
): Record<string, SourceTally> {
  const tallies: Record<string, SourceTally> = {};
  for (const [source, entries] of groupBy(sent, (entry) => entry.source)) {
    const reached = entries.map((entry) => ({ entry, claimed: claims.get(entry) ?? [] }));
    const received = reached.filter(({ claimed }) => claimed.length > 0);
    tallies[source] = {
      sent: entries.length,
      neverLeft: entries.filter((entry) => !entry.reachable).length,
      received: received.length,
      paired: received.filter(({ claimed }) => claimed.some(({ row }) => row.sightings.length > 1)).length,
      late: received.filter(({ entry, claimed }) => firstSeen(claimed) - entry.receivedAtMs > LATE_MS).length,
      gaveUp: reached.filter(({ entry, claimed }) => entry.reachable && !entry.sure && claimed.length === 0).length,
    };
  }
  return tallies;
}

const firstSeen = (claimed: readonly Claim[]) => Math.min(...claimed.map(({ sighting }) => sighting.seenAtMs));

function describe({ origin, receivedAtMs }: SentEntry): string {
  return `${origin} at ${new Date(receivedAtMs).toISOString()}`;
}

function originsOf({ sightings }: SeenSms): string {
  return sightings
    .map(({ origin, via, receivedAtMs }) => `${origin} ${via} ${new Date(receivedAtMs).toISOString()}`)
    .join(', ');
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
