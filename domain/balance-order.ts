/**
 * The order in which SMS of one moment changed the balance. Each is an edge from the balance before it to the balance
 * after it: an order in which the chain holds is a trail over all edges (Euler; found as Hierholzer does), and one missing
 * SMS is the one edge that the trail lacks.
 */

export interface Booking {
  readonly smsId: number;
  /** Signed minor units. */
  readonly changeMinor: number;
  /** The balance after it. */
  readonly balanceMinor: number;
}

export function openingOf({ balanceMinor, changeMinor }: Booking): number {
  return balanceMinor - changeMinor;
}

/**
 * `start` is the balance before them, null where nothing is known of it; `nextOpenings` are those of the SMS that follow.
 * Where more than one SMS is missing among them no order is better than the clock's, which is how they came.
 */
export function orderBookings<One extends Booking>(
  byClock: readonly One[],
  start: number | null,
  nextOpenings: ReadonlySet<number>,
): readonly One[] {
  if (byClock.length < 2 || holds(byClock, start)) return byClock;
  const from = start ?? likelyStart(byClock);
  const { surplus, deficit } = imbalances(byClock, from);
  if (surplus.length === 0) return trail(byClock, from, null) ?? byClock;
  const [into] = surplus;
  if (surplus.length > 1 || into === undefined) return byClock;
  const last = byClock.at(-1)?.balanceMinor;
  const leavers = [...deficit].sort((a, b) => rank(b) - rank(a));
  function rank(leaver: number): number {
    const end = deficit.find((node) => node !== leaver) ?? leaver;
    return (nextOpenings.has(end) ? 2 : 0) + (end === last ? 1 : 0);
  }
  for (const leaver of leavers) {
    const found = trail(byClock, from, { leaver, into });
    if (found !== null) return found;
  }
  return byClock;
}

function holds(bookings: readonly Booking[], start: number | null): boolean {
  return bookings.every((one, index) => {
    const before = index === 0 ? start : bookings[index - 1]?.balanceMinor;
    return before === null || before === undefined || before === openingOf(one);
  });
}

/** A balance that none of the others leads to; the first one's in doubt. */
function likelyStart(bookings: readonly Booking[]): number {
  const balances = new Set(bookings.map(({ balanceMinor }) => balanceMinor));
  const [first] = bookings;
  const opener = bookings.find((one) => !balances.has(openingOf(one))) ?? first;
  return opener === undefined ? 0 : openingOf(opener);
}

/** Balances that are left more often than reached (`surplus`), and the other way round; the start was reached once already. */
function imbalances(bookings: readonly Booking[], start: number): { surplus: number[]; deficit: number[] } {
  const left = new Map<number, number>([[start, -1]]);
  const add = (node: number, by: number) => left.set(node, (left.get(node) ?? 0) + by);
  for (const one of bookings) {
    add(openingOf(one), 1);
    add(one.balanceMinor, -1);
  }
  const repeated = (sign: number) =>
    [...left].flatMap(([node, count]) => (count * sign > 0 ? Array<number>(Math.abs(count)).fill(node) : []));
  return { surplus: repeated(1), deficit: repeated(-1) };
}

interface Edge<One> {
  readonly to: number;
  /** Null: the jump over the missing SMS. */
  readonly booking: One | null;
}

/** Null where no trail takes in every SMS. */
function trail<One extends Booking>(
  bookings: readonly One[],
  start: number,
  jump: { readonly leaver: number; readonly into: number } | null,
): readonly One[] | null {
  const leaving = new Map<number, Edge<One>[]>();
  const put = (from: number, edge: Edge<One>) => leaving.set(from, [...(leaving.get(from) ?? []), edge]);
  // Taken from the end of its list: the clock's first SMS is put last.
  if (jump) put(jump.leaver, { to: jump.into, booking: null });
  for (const booking of [...bookings].reverse()) put(openingOf(booking), { to: booking.balanceMinor, booking });
  const stack: { readonly node: number; readonly via: One | null }[] = [{ node: start, via: null }];
  const backwards: One[] = [];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = leaving.get(top.node)?.pop();
    if (edge) {
      stack.push({ node: edge.to, via: edge.booking });
      continue;
    }
    stack.pop();
    if (top.via) backwards.push(top.via);
  }
  return backwards.length === bookings.length ? backwards.reverse() : null;
}
