/**
 * Is a delivery another sighting of an SMS that is here already? Decided on the phone's receipt time, never on ingestion
 * (back-fills come hours later). Two honest equal payments are never merged: in doubt there are two rows, the second in
 * review.
 */
import type { Source } from './sms';

/** Milliseconds by which a source's receipt time of one SMS may differ from another's: clocks of forwarders, whole seconds, people. */
export const PAIRING_TOLERANCE_MS: Readonly<Record<Source, number>> = {
  pushbullet: 5_000,
  webhook: 5_000,
  telegram: 120_000,
  manual: 120_000,
};

/** Beyond the tolerance and within this, equal texts of two sources may be one SMS or two: a person tells. */
export const DOUBT_MS = 10 * 60_000;

export interface Origin {
  readonly source: Source;
  readonly sourceAccount: string;
  readonly deviceId: number | null;
}

/** An SMS with the same fingerprint (sender, text, receiving line) near in time. */
export interface Kin {
  readonly smsId: number;
  readonly receivedAt: Date;
  /** Only untrusted devices have seen it so far: it anchors nothing. */
  readonly held: boolean;
  readonly sightings: readonly Origin[];
}

export interface Delivery extends Origin {
  readonly receivedAt: Date;
  readonly trusted: boolean;
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
  const same = unseen.find((other) => apartMs(other, delivery) <= toleranceMs(other, delivery));
  if (same) return { pairing: 'same', smsId: same.smsId, reanchor: same.held && delivery.trusted };
  // What only untrusted devices claim casts no doubt on a trusted delivery, or a stranger could stop any payment.
  const doubtful = unseen.find((other) => apartMs(other, delivery) <= DOUBT_MS && !(other.held && delivery.trusted));
  return doubtful ? { pairing: 'in_doubt', smsId: doubtful.smsId } : { pairing: 'new' };
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return a.source === b.source && a.sourceAccount === b.sourceAccount && a.deviceId === b.deviceId;
}

function apartMs(kin: Kin, delivery: Delivery): number {
  return Math.abs(kin.receivedAt.getTime() - delivery.receivedAt.getTime());
}

function toleranceMs(kin: Kin, delivery: Delivery): number {
  const seenBy = kin.sightings.map((origin) => PAIRING_TOLERANCE_MS[origin.source]);
  return Math.max(PAIRING_TOLERANCE_MS[delivery.source], ...seenBy);
}
