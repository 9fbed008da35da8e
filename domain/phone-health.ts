/** What a phone suffers from, as far as its silence tells. */
import { silenceLimitMs, type Rhythm, type SilencePolicy } from './phone-rhythm';

export interface PhonePolicy extends SilencePolicy {
  /** Milliseconds without a heartbeat: no app is taken for killed before. */
  readonly heartbeatLimitMs: number;
}

/** Times in milliseconds since the epoch, all of one clock. */
export interface PhoneFacts {
  /** Trusted since, where it has not delivered an SMS yet. */
  readonly watchedSinceMs: number;
  readonly lastSmsAtMs: number | null;
  readonly rhythm: Rhythm | null;
  readonly heartbeatAtMs: number | null;
  /** What is usual between two heartbeats; null: there were no two yet. */
  readonly heartbeatGapMs: number | null;
  /** Since when its app counts as killed, whoever said so; null: it does not. */
  readonly killedSinceMs: number | null;
  /** False: its silence is nobody's concern (it is not trusted). */
  readonly watched: boolean;
}

export interface PhoneTrouble {
  readonly fault: 'app_killed' | 'phone_silent';
  readonly ageMs: number;
  readonly limitMs: number;
}

/** Heartbeats are held up by a phone that saves its battery: several may be missing. */
const HEARTBEATS_MISSED = 4;

/** Null: nothing unusual. A killed app is named before the silence that follows from it. */
export function troubleOf(facts: PhoneFacts, nowMs: number, policy: PhonePolicy): PhoneTrouble | null {
  const killed = stillKilled(facts, nowMs, policy);
  if (killed || !facts.watched) return killed;
  return appKilled(facts, nowMs, policy) ?? phoneSilent(facts, nowMs, policy);
}

/** An SMS that it delivered is as good as a heartbeat. */
function signOfLife({ heartbeatAtMs, lastSmsAtMs, watchedSinceMs }: PhoneFacts): number {
  return Math.max(heartbeatAtMs ?? watchedSinceMs, lastSmsAtMs ?? watchedSinceMs);
}

/** Also where its service said that it is gone before its silence did: only a sign of life ends it. */
function stillKilled(facts: PhoneFacts, nowMs: number, policy: PhonePolicy): PhoneTrouble | null {
  const aliveAtMs = signOfLife(facts);
  if (facts.killedSinceMs === null || aliveAtMs > facts.killedSinceMs) return null;
  return { fault: 'app_killed', ageMs: nowMs - aliveAtMs, limitMs: policy.heartbeatLimitMs };
}

function appKilled(facts: PhoneFacts, nowMs: number, policy: PhonePolicy): PhoneTrouble | null {
  const { heartbeatAtMs, heartbeatGapMs } = facts;
  if (heartbeatAtMs === null || heartbeatGapMs === null) return null;
  const ageMs = nowMs - signOfLife(facts);
  const limitMs = Math.max(policy.heartbeatLimitMs, HEARTBEATS_MISSED * heartbeatGapMs);
  return ageMs > limitMs ? { fault: 'app_killed', ageMs, limitMs } : null;
}

function phoneSilent(facts: PhoneFacts, nowMs: number, policy: PhonePolicy): PhoneTrouble | null {
  const lastAtMs = facts.lastSmsAtMs ?? facts.watchedSinceMs;
  const ageMs = nowMs - lastAtMs;
  const limitMs = silenceLimitMs(facts.rhythm, lastAtMs, policy);
  return ageMs > limitMs ? { fault: 'phone_silent', ageMs, limitMs } : null;
}
