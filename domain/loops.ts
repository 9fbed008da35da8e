/** The loops of the house by name, and the age at which each counts as stale: the one table, overridden by LOOP_LIMITS. */

export interface LoopRule {
  /** Milliseconds since the last progress. */
  readonly limitMs: number;
  /** Worker `/health` is 503 while a critical loop is stale. */
  readonly critical: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const LOOPS = {
  sweeper: { limitMs: MINUTE, critical: true },
  deposit_watcher: { limitMs: 30 * SECOND, critical: true },
  redelivery: { limitMs: MINUTE, critical: true },
  trust: { limitMs: MINUTE, critical: true },
  outbox: { limitMs: MINUTE, critical: true },
  canary: { limitMs: 90 * SECOND, critical: true },
  freshness: { limitMs: MINUTE, critical: true },
  device_watch: { limitMs: 5 * MINUTE, critical: false },
  audit_seal: { limitMs: 5 * MINUTE, critical: false },
  housekeeping: { limitMs: 10 * MINUTE, critical: false },
  /** Longer than PUSHBULLET_WATCHDOG and a reconnect: a socket that died once is no fault yet. */
  pushbullet_listener: { limitMs: 2 * MINUTE, critical: true },
  missing_sms_sync: { limitMs: 5 * MINUTE, critical: true },
  sms_id_sync: { limitMs: 10 * MINUTE, critical: false },
  /** Longer than two polls of TELEGRAM_POLL_TIMEOUT. */
  telegram: { limitMs: 2 * MINUTE, critical: true },
  source_supervision: { limitMs: 2 * MINUTE, critical: true },
  gap_detector: { limitMs: 5 * MINUTE, critical: false },
} as const satisfies Readonly<Record<string, LoopRule>>;

export type LoopKind = keyof typeof LOOPS;
export const LOOP_KINDS: readonly LoopKind[] = Object.keys(LOOPS).filter(isLoopKind);
/** A loop that runs once for each account says of which: `pushbullet_listener:7`. */
export type LoopName = LoopKind | `${LoopKind}:${string}`;

export function isLoopKind(word: string): word is LoopKind {
  return Object.hasOwn(LOOPS, word);
}

export interface NamedLoop extends LoopRule {
  readonly name: string;
}

/** `limitsMs` is LOOP_LIMITS: by the name before the colon. */
export function loopOf(name: LoopName, limitsMs: ReadonlyMap<string, number>): NamedLoop {
  const [kind = ''] = name.split(':');
  if (!isLoopKind(kind)) throw new RangeError(`${kind} is no loop of this house`);
  return { name, critical: LOOPS[kind].critical, limitMs: limitsMs.get(kind) ?? LOOPS[kind].limitMs };
}
