/** What a failure means for the loop that met it, and how long it should wait. */
import type { LoopFault } from '../../domain/source-health';
import { isTransientPostgresError } from '../../service/postgres';
import { SecretBoxError } from '../../service/secret-box';
import { PushbulletError, type PushbulletFault } from './protocol';
import { backoffMs, jitter, type ListenerTiming } from './timing';

const BY_KIND: Readonly<Record<PushbulletFault['kind'], LoopFault>> = {
  token_refused: 'token_refused',
  rate_limited: 'rate_limited',
  unreachable: 'unreachable',
  unexpected_answer: 'unexpected_answer',
  invalid_cursor: 'unexpected_answer',
  not_found: 'unexpected_answer',
  encrypted: 'encrypted',
};

export function loopFaultOf(error: unknown): LoopFault {
  if (error instanceof PushbulletError) return BY_KIND[error.fault.kind];
  // Stored under another SECRETS_KEY: the account is to be added again.
  if (error instanceof SecretBoxError) return 'token_refused';
  return isTransientPostgresError(error) ? 'database' : 'no_progress';
}

type Waits = Pick<ListenerTiming, 'refusedMs' | 'retryMs' | 'maxRetryMs' | 'maxRateLimitMs'>;

export function pauseAfter(error: unknown, failures: number, timing: Waits, nowMs = Date.now()): number {
  if (error instanceof SecretBoxError) return jitter(timing.refusedMs);
  if (error instanceof PushbulletError) {
    if (error.fault.kind === 'token_refused') return jitter(timing.refusedMs);
    if (error.fault.kind === 'rate_limited' && error.fault.resetAt)
      return (
        Math.min(timing.maxRateLimitMs, Math.max(0, error.fault.resetAt.getTime() - nowMs)) + jitter(timing.retryMs)
      );
  }
  return backoffMs(timing.retryMs, timing.maxRetryMs, failures);
}
