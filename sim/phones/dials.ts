/** The phones' dials; each holds for every phone or for one (`?phone=<app>:<device>`). */
import { z } from 'zod';
import { createDials, type DialChanges, type Dials } from '../dials';
import type { Random } from '../random';

/** Those that send something bad send it beside the good: what a stranger does loses no SMS. */
const CHANCES = [
  /** The app makes two events of one SMS, five seconds apart. */
  'duplicate',
  /** Held for `disorderMs`, so that later ones overtake it. */
  'disorder',
  /** The request arrives, and its answer does not: the app tries again if it ever does. */
  'dropAnswer',
  /** The request does not arrive. */
  'noNetwork',
  /** The app is dead: the SMS stays on the phone for good. */
  'missed',
  /** Signed with the next secret. */
  'secondSecret',
  /** Beside it: the same, signed with a secret of nobody. */
  'wrongSignature',
  /** Beside it: the same without a signature. */
  'missingSignature',
  /** Beside it: the same as `staleMs` ago. */
  'staleTimestamp',
  /** Afterwards: the very same bytes once more. */
  'replayed',
  /** Afterwards: the same signature over another text, which SmsForwarder's scheme cannot tell: that one is in no record. */
  'otherBody',
] as const;
export type PhoneChance = (typeof CHANCES)[number];

const settings = z.strictObject({
  /** What the apps wait is multiplied by this: their own delays run up to weeks. */
  timeScale: z.number().min(0).max(1).default(1),
  disorderMs: z.int().min(0).max(3_600_000).default(10_000),
  staleMs: z.int().min(0).max(86_400_000).default(1_200_000),
  /** SmsForwarder's own setting. */
  retryTimes: z.int().min(0).max(10).default(0),
  timeoutMs: z.int().min(10).max(120_000).default(30_000),
});

export type PhoneDials = Dials<PhoneChance, typeof settings>;
export type PhoneDialChanges = DialChanges<PhoneChance, typeof settings>;

export const createPhoneDials = (random: Random): PhoneDials => createDials({ chances: CHANCES, settings }, random);
