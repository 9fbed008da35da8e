/**
 * A mirrored notification of a messaging app is never the truth of an SMS: it bears the time at which it was shown, Android
 * may have shortened it, and apps show it again. So it is weighed against the SMS that the phone's threads gave.
 */
import { normaliseText } from './text';

/** An SMS of the same sender on the same line. */
export interface MirrorKin {
  readonly smsId: number;
  readonly body: string;
  /** The phone's clock: of an SMS that the network delayed, long before it was shown. */
  readonly receivedAt: Date;
  /** When it was taken in here. */
  readonly ingestedAt: Date;
  /** A notification was attached to it before. */
  readonly mirrored: boolean;
}

export type MirrorVerdict =
  /** `cut`: only the beginning of the text is known, and many texts of a bank begin alike. */
  | { readonly verdict: 'sighting'; readonly kin: MirrorKin; readonly cut: boolean }
  /** It shows again what is here. */
  | { readonly verdict: 'repeated' }
  | { readonly verdict: 'new' }
  /** Taken in for a person: the text is cut, or the same text was here minutes before. */
  | { readonly verdict: 'doubtful' };

/** Between the phone's receipt and the notification, or between that and what the threads gave because of it. */
const SHOWN_WITHIN_MS = 30_000;
/** A cut text is the beginning of an SMS of this long before or after. */
export const CUT_WITHIN_MS = 2 * 60_000;
/** Shorter beginnings fit too much. */
const MIN_BEGINNING = 8;

const ELLIPSIS = /\s*(?:\u2026|\.\.\.)$/u;

export function weighMirror(
  mirror: { readonly body: string; readonly at: Date },
  kin: readonly MirrorKin[],
): MirrorVerdict {
  const text = normaliseText(mirror.body);
  const same = kin.filter(({ body }) => normaliseText(body) === text);
  if (same.length > 0) {
    const shown = same.filter((other) => isShown(other, mirror.at, SHOWN_WITHIN_MS));
    const unseen = shown.find(({ mirrored }) => !mirrored);
    if (unseen) return { verdict: 'sighting', kin: unseen, cut: false };
    // Two honest equal payments may come within minutes: one of them must not be taken for the other's notification.
    return { verdict: shown.length > 0 ? 'repeated' : 'doubtful' };
  }
  if (!ELLIPSIS.test(text)) return { verdict: 'new' };
  const beginning = text.replace(ELLIPSIS, '');
  const whole = kin.filter(
    ({ body }) => beginning.length >= MIN_BEGINNING && normaliseText(body).startsWith(beginning),
  );
  const near = whole.filter((other) => isShown(other, mirror.at, CUT_WITHIN_MS));
  // The latest taken in: the notification made the threads be read.
  const unseen = near.findLast(({ mirrored }) => !mirrored);
  if (unseen) return { verdict: 'sighting', kin: unseen, cut: true };
  return { verdict: near.length > 0 ? 'repeated' : 'doubtful' };
}

function isShown({ receivedAt, ingestedAt }: MirrorKin, at: Date, withinMs: number): boolean {
  const apart = (other: Date) => Math.abs(other.getTime() - at.getTime());
  return apart(receivedAt) <= withinMs || apart(ingestedAt) <= Math.min(withinMs, SHOWN_WITHIN_MS);
}
