/**
 * What the stream has said and nobody has acted on yet. Frames wait here while the back-fill runs; hints are only remembered,
 * so that a storm of them is one look.
 */
import type { Cipher } from './crypto';
import { decodeDeciphered, decodeFrame, type BadFrame, type Frame } from './decode-frame';

/** What has to be handled in its turn; icons and the like are gone from it. */
export interface Waiting {
  readonly frame: Extract<Frame, { kind: 'sms_changed' | 'mirror' }>;
  readonly arrivedAt: Date;
}

export interface Hints {
  readonly phones: Set<string>;
  allPhones: boolean;
  pushes: boolean;
  devices: boolean;
}

export interface Inbox {
  /** Never throws. `bad` is told of what could not be used. */
  put(data: Buffer, isBinary: boolean): void;
  readonly waiting: Waiting[];
  readonly hints: Hints;
  /** The hints so far; from here on they are gathered anew. */
  takeHints(): Hints;
  readonly counts: { frames: number; bad: number; unreadable: number; dropped: number };
}

/** The rest is brought by the threads, for which the phone is remembered. */
const MAX_WAITING = 1_000;

export interface InboxDeps {
  readonly cipher: Cipher | null;
  readonly onBad: (reason: BadFrame, times: number) => void;
}

export function createInbox({ cipher, onBad }: InboxDeps): Inbox {
  const waiting: Waiting[] = [];
  const hints = noHints();
  const counts = { frames: 0, bad: 0, unreadable: 0, dropped: 0 };

  function sort(frame: Frame): void {
    switch (frame.kind) {
      case 'nop':
      case 'other':
        return;
      case 'tickle':
        if (frame.of === 'push') hints.pushes = true;
        else hints.devices = true;
        return;
      case 'sms_changed':
        if (frame.refetch) hints.phones.add(frame.deviceIden);
        return frame.notifications.length > 0 ? queue(frame, frame.deviceIden) : undefined;
      case 'mirror':
        return queue(frame, frame.mirror.deviceIden);
      case 'encrypted':
        return decipher(frame.ciphertext);
      case 'bad':
        counts.bad += 1;
        onBad(frame.reason, counts.bad);
        return;
    }
  }

  function queue(frame: Waiting['frame'], deviceIden: string): void {
    if (waiting.length < MAX_WAITING) return void waiting.push({ frame, arrivedAt: new Date() });
    counts.dropped += 1;
    hints.phones.add(deviceIden);
  }

  function decipher(ciphertext: string): void {
    const plain = cipher?.open(ciphertext);
    if (plain !== undefined) return sort(decodeDeciphered(plain));
    counts.unreadable += 1;
    onBad('undecipherable', counts.unreadable);
    // It does not say of which phone it is: the threads do.
    hints.allPhones = true;
  }

  return {
    waiting,
    hints,
    counts,
    put(data, isBinary) {
      counts.frames += 1;
      sort(decodeFrame(data, isBinary));
    },
    takeHints() {
      const taken = { ...hints, phones: new Set(hints.phones) };
      hints.phones.clear();
      Object.assign(hints, { allPhones: false, pushes: false, devices: false });
      return taken;
    },
  };
}

function noHints(): Hints {
  return { phones: new Set(), allPhones: false, pushes: false, devices: false };
}

export function hasHints({ phones, allPhones, pushes, devices }: Hints): boolean {
  return phones.size > 0 || allPhones || pushes || devices;
}
