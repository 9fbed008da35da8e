/** How long the poller waits, and for what. Data, so that tests need no clock magic. */
import type { LoopFault } from '../../domain/source-health';

export interface Wait {
  readonly firstMs: number;
  readonly mostMs: number;
}

export type TelegramFault = Extract<
  LoopFault,
  'conflict' | 'rate_limited' | 'token_refused' | 'unreachable' | 'unexpected_answer' | 'database'
>;

export interface TelegramPolicy {
  /** Then the listener's turn is over, and a new one begins; less than the activity's own limit. */
  readonly turnMs: number;
  readonly marginMs: number;
  /** Doubled from the first to the most with every failure in a row. */
  readonly waits: Readonly<Record<TelegramFault, Wait>>;
  /** The longest pause that the service may ask for. */
  readonly retryAfterCapMs: number;
  /** How often an SMS that the database refuses for itself is tried before it is set aside, loudly. */
  readonly refusedTries: number;
  /** Milliseconds between two writes of progress; absent: the reporter's own. */
  readonly reportEveryMs?: number;
}

export const TELEGRAM_POLICY: TelegramPolicy = {
  turnMs: 3_600_000,
  marginMs: 15_000,
  waits: {
    // More than the three seconds within which the server delays a second 409: who else polls is not fought with.
    conflict: { firstMs: 5_000, mostMs: 60_000 },
    rate_limited: { firstMs: 1_000, mostMs: 1_000 },
    // A person must act.
    token_refused: { firstMs: 30_000, mostMs: 300_000 },
    unreachable: { firstMs: 1_000, mostMs: 30_000 },
    unexpected_answer: { firstMs: 2_000, mostMs: 60_000 },
    database: { firstMs: 500, mostMs: 10_000 },
  },
  retryAfterCapMs: 3_600_000,
  refusedTries: 5,
};

/** With up to half as much again, so that what failed together does not come back together. */
export function waitMs({ firstMs, mostMs }: Wait, failures: number, random: () => number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20)) * (1 + random() / 2);
}
