/** Pushbullet's dials: docs/simulators.md tells what each does. */
import { z } from 'zod';
import { createDials, type DialChanges, type Dials } from '../dials';
import type { Random } from '../random';

const CHANCES = [
  // Which ways an SMS takes from the phone.
  'byMirror',
  'byPush',
  'missedLive',
  'missedThread',
  'lateThread',
  'emptyNotifications',
  'mirrorShortened',
  'tiedModified',
  // The stream.
  'halfOpen',
  'abruptClose',
  'politeClose',
  'refuseSockets',
  'duplicateFrames',
  'disorderFrames',
  'delayFrames',
  'tickleStorm',
  'badFrame',
  'wrongKey',
  // REST.
  'unauthorized',
  'forbidden',
  'rateLimited',
  'serverError',
  'notJson',
  'cutAnswer',
  'hang',
  'slow',
  'invalidCursor',
] as const;
export type PushbulletChance = (typeof CHANCES)[number];

export const BAD_FRAMES = [
  'not_json',
  'empty',
  'json_null',
  'json_array',
  'wrong_types',
  'unknown_type',
  'unknown_subtype',
  'binary',
  'huge',
] as const;
export type BadFrame = (typeof BAD_FRAMES)[number];

export const REST_AREAS = ['users', 'devices', 'pushes', 'permanents'] as const;
export type RestArea = (typeof REST_AREAS)[number];

/** `silence`: the connection is taken and the upgrade never answered. */
export const REFUSALS = ['status_503', 'status_429', 'cut', 'silence'] as const;
export type Refusal = (typeof REFUSALS)[number];

const milliseconds = z.int().min(0).max(86_400_000);
const closeCode = z.union([z.literal([1001, 1008, 1011, 1012, 1013]), z.int().min(4000).max(4999)]);

const settings = z.strictObject({
  nopIntervalMs: z.int().min(1).max(86_400_000).default(30_000),
  closeCode: closeCode.default(1001),
  refuseHow: z.enum(REFUSALS).default('status_503'),
  /** 401: the upgrade itself is refused; else the socket opens and is closed with this code. */
  badTokenClose: z.union([z.literal(401), closeCode]).default(1008),
  delayMs: milliseconds.default(2_000),
  disorderHoldMs: milliseconds.default(1_000),
  tickleStormSize: z.int().min(1).max(10_000).default(50),
  badFrameKinds: z
    .array(z.enum(BAD_FRAMES))
    .min(1)
    .default([...BAD_FRAMES]),
  hugeFrameBytes: z.int().min(1).max(20_000_000).default(5_000_000),
  mirrorLength: z.int().min(1).default(100),
  mirrorDelayMs: milliseconds.default(0),
  pushDelayMs: milliseconds.default(0),
  lateThreadMs: milliseconds.default(5_000),
  threadWindow: z.int().min(0).default(100),
  keepOneWay: z.boolean().default(true),
  encryptionPassword: z.string().min(1).nullable().default(null),
  rateLimit: z.int().min(1).default(32_768),
  rateWindowMs: z.int().min(1).default(3_600_000),
  rateResetMs: milliseconds.default(2_000),
  serverErrorStatus: z.int().min(500).max(599).default(500),
  slowMs: milliseconds.default(2_000),
  cursorTtlMs: milliseconds.default(3_600_000),
  invalidCursorStatus: z.literal([400, 410]).default(400),
  restFaultsOn: z.array(z.enum(REST_AREAS)).default([...REST_AREAS]),
});

export type PushbulletDials = Dials<PushbulletChance, typeof settings>;
export type PushbulletDialChanges = DialChanges<PushbulletChance, typeof settings>;
export type PushbulletSettings = z.output<typeof settings>;

export const createPushbulletDials = (random: Random, onChange: () => void): PushbulletDials =>
  createDials({ chances: CHANCES, settings }, random, onChange);
