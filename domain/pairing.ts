/**
 * Is a delivery another sighting of an SMS that is here already? Decided on the phone's receipt time, never on ingestion
 * (back-fills come hours later). Two honest equal payments are never merged: in doubt there are two rows, the second in
 * review.
 */
import type { Via } from './delivery';
import type { Source } from './sms';

/** Milliseconds by which a source's receipt time of one SMS may differ from another's: clocks of forwarders, whole seconds, people. */
export const PAIRING_TOLERANCE_MS: Readonly<Record<Source, number>> = {
  pushbullet: 5_000,
  webhook: 5_000,
  telegram: 120_000,
  manual: 120_000,
};

/**
 * The same for what does not carry the phone's own receipt time: a mirrored notification and a pushed note have the time at
 * which Pushbullet saw them.
 */
const LATE_STAMPED_MS = 30_000;

/**
 * Two ways that both carry the phone's own receipt time in whole seconds, of one phone: only rounding lies between them. A
 * greater difference is another SMS, or a doubt.
 */
export const SAME_CLOCK_MS = 2_000;

/** Beyond the tolerance and within this, equal texts of two sources may be one SMS or two: a person tells. */
export const DOUBT_MS = 10 * 60_000;

export interface Origin {
  readonly source: Source;
  readonly sourceAccount: string;
  readonly deviceId: number | null;
  readonly via: Via;
}

export interface Sighting extends Origin {
  readonly receivedAt: Date;
}

/** An SMS with the same fingerprint (sender, text, receiving line) near in time. */
export interface Kin {
  readonly smsId: number;
  readonly receivedAt: Date;
  /** Only untrusted devices have seen it so far: it anchors nothing. */
  readonly held: boolean;
  readonly sightings: readonly Sighting[];
}

export interface Delivery extends Sighting {
  readonly trusted: boolean;
  /** Milliseconds within which an equal text of the same origin may be this SMS once more, under another id. */
  readonly repeatsWithinMs?: number | undefined;
}

export type Pairing =
  | { readonly pairing: 'new' }
  | {
      readonly pairing: 'same';
      readonly smsId: number;
      /** The trusted delivery takes over an SMS that only untrusted devices saw. */ readonly reanchor: boolean;
    }
  | { readonly pairing: 'in_doubt'; readonly smsId: number };

/**
 * The k-th occurrence of a text at one source is the k-th at another: the earliest SMS in tolerance that this origin has
 * not seen yet. What the origin has seen already is a payment of its own.
 */
export function pairDelivery(delivery: Delivery, kin: readonly Kin[]): Pairing {
  const unseen = kin
    .filter((other) => !other.sightings.some((origin) => sameOrigin(origin, delivery)))
    // What trusted devices saw comes first: a stranger's copy must not draw a trusted sighting away from the SMS it is of.
    .sort(
      (a, b) => Number(a.held) - Number(b.held) || a.receivedAt.getTime() - b.receivedAt.getTime() || a.smsId - b.smsId,
    );
  const same = unseen.find((other) => other.sightings.every((sighting) => agree(sighting, delivery)));
  if (same) return { pairing: 'same', smsId: same.smsId, reanchor: same.held && delivery.trusted };
  // What only untrusted devices claim casts no doubt on a trusted delivery, or a stranger could stop any payment.
  const doubtful = unseen.find((other) => apartMs(other, delivery) <= DOUBT_MS && !(other.held && delivery.trusted));
  const inDoubt = doubtful ?? kin.find((other) => mayRepeat(other, delivery));
  return inDoubt ? { pairing: 'in_doubt', smsId: inDoubt.smsId } : { pairing: 'new' };
}

function mayRepeat({ sightings }: Kin, delivery: Delivery): boolean {
  const { repeatsWithinMs } = delivery;
  if (repeatsWithinMs === undefined) return false;
  return sightings.some((seen) => sameOrigin(seen, delivery) && apartMs(seen, delivery) <= repeatsWithinMs);
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return samePhone(a, b) && a.via === b.via;
}

function samePhone(a: Origin, b: Origin): boolean {
  return a.source === b.source && a.sourceAccount === b.sourceAccount && a.deviceId === b.deviceId;
}

function apartMs(a: { readonly receivedAt: Date }, b: { readonly receivedAt: Date }): number {
  return Math.abs(a.receivedAt.getTime() - b.receivedAt.getTime());
}

/** Asked of every sighting: a mirrored notification's wide tolerance must not lend itself to what has the phone's own clock. */
function agree(sighting: Sighting, delivery: Delivery): boolean {
  return apartMs(sighting, delivery) <= toleranceBetween(sighting, delivery);
}

function toleranceBetween(a: Origin, b: Origin): number {
  if (isLateStamped(a) || isLateStamped(b)) return LATE_STAMPED_MS;
  if (a.source === 'pushbullet' && samePhone(a, b)) return SAME_CLOCK_MS;
  return Math.max(PAIRING_TOLERANCE_MS[a.source], PAIRING_TOLERANCE_MS[b.source]);
}

function isLateStamped({ via }: Origin): boolean {
  return via === 'mirror' || via === 'push';
}
