/** How long the listener waits for what: named, in one place, passed in. All in milliseconds. */
export interface ListenerTiming {
  /** PUSHBULLET_WATCHDOG. */
  readonly watchdogMs: number;
  /** The first pause after a connection that broke, and the longest; each is drawn between half and the whole of it. */
  readonly reconnectMs: number;
  readonly maxReconnectMs: number;
  /** A connection that lasted this long was a good one: the pauses begin anew. */
  readonly steadyMs: number;
  /** Between two tries with a token that the service refuses. */
  readonly refusedMs: number;
  /** The first pause after a call that failed, and the longest. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  /** The longest pause that the service may ask for by X-Ratelimit-Reset. */
  readonly maxRateLimitMs: number;
  /** Between two looks at the account's row: is it still there, has it another token. */
  readonly accountPollMs: number;
  /** Between two reads that hints ask for, however many they are. */
  readonly hintGapMs: number;
  /** Between two reads of all recent threads of a phone because of hints. */
  readonly recentGapMs: number;
  /** Between two tries to read what is encrypted. */
  readonly encryptedRetryMs: number;
  /** The supervisor's history stays short: after this the listener hands over. */
  readonly turnMs: number;
}

export const LISTENER_TIMING: Omit<ListenerTiming, 'watchdogMs'> = {
  reconnectMs: 1_000,
  maxReconnectMs: 60_000,
  steadyMs: 60_000,
  refusedMs: 120_000,
  retryMs: 1_000,
  maxRetryMs: 60_000,
  maxRateLimitMs: 15 * 60_000,
  accountPollMs: 3_000,
  hintGapMs: 250,
  recentGapMs: 10_000,
  encryptedRetryMs: 60_000,
  turnMs: 60 * 60_000,
};

/** Between half and the whole of what doubles with each failure: many accounts must not come back in one moment. */
export function backoffMs(firstMs: number, maxMs: number, failures: number): number {
  return jitter(Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 16)));
}

export function jitter(ms: number): number {
  return Math.round(ms * (0.5 + Math.random() / 2));
}
