/** Why a source does not deliver: closed lists, so that health, events, people and tests use the same words. */

/** What a phone suffers from; the surest first. */
export const DEVICE_FAULTS = [
  /** Its owner set an end-to-end password that we do not have, or ours is wrong: what it sends cannot be read. */
  'encrypted',
  /** Its app sent heartbeats and no longer does. */
  'app_killed',
  /** It has been quiet for much longer than it usually is. */
  'phone_silent',
] as const;
export type DeviceFault = (typeof DEVICE_FAULTS)[number];

/** Whether a fault says more of a phone than the one that it has: an app that was killed is silent too. */
export function outranks(fault: DeviceFault, present: DeviceFault): boolean {
  return DEVICE_FAULTS.indexOf(fault) < DEVICE_FAULTS.indexOf(present);
}

/** What a loop suffers from; a loop that is stale without any of them says `no_progress`. */
export const LOOP_FAULTS = [
  ...DEVICE_FAULTS,
  /** The socket is open and silent, or cannot be opened. */
  'socket_dead',
  /** The service refuses the token: a person must give another. */
  'token_refused',
  /** The service asks for a pause. */
  'rate_limited',
  /** Another reader holds the bot, or a webhook is set on it. */
  'conflict',
  /** No answer, or an answer of the kind 5xx. */
  'unreachable',
  /** The service answers what its protocol does not know. */
  'unexpected_answer',
  'database',
  'redis',
  'temporal',
  'no_progress',
] as const;
export type LoopFault = (typeof LOOP_FAULTS)[number];
