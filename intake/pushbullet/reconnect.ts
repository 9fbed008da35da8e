/** Keeps a stream open: again and again with growing pauses, slowly where the service refuses us, never in a hot loop. */
import type { LoopFault } from '../../domain/source-health';
import type { AccountLink } from './account-link';
import type { Bell } from './bell';
import { PushbulletError } from './protocol';
import { runStream, type StreamEnd } from './stream';
import { backoffMs, jitter, type ListenerTiming } from './timing';

export interface ReconnectOptions {
  readonly link: AccountLink;
  readonly url: string;
  readonly timing: ListenerTiming;
  readonly signal: AbortSignal;
  readonly bell: Bell;
  onOpen(): void;
  onFrame(data: Buffer, isBinary: boolean): void;
  onEnd(fault: LoopFault): void;
}

/** Resolves once the signal is aborted. */
export async function keepConnected(options: ReconnectOptions): Promise<void> {
  const { link, timing, signal, bell } = options;
  const isOver = () => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    const startedAt = performance.now();
    const end = await runStream({
      url: options.url,
      token: link.token,
      watchdogMs: timing.watchdogMs,
      signal,
      onOpen: () => options.onOpen(),
      onFrame: (data, isBinary) => options.onFrame(data, isBinary),
    });
    if (end === 'stopped') return;
    // A socket that went silent was a good one until then.
    const wasSteady = end === 'silent' || performance.now() - startedAt >= timing.steadyMs;
    failures = wasSteady ? 1 : failures + 1;
    const fault = await faultOf(end, link);
    if (isOver()) return;
    options.onEnd(fault);
    await bell.pause(pauseOf(end, fault, failures, timing));
  }
}

/** Pushbullet closes with the same codes for a token that it refuses and for faults of its own: REST tells which it is. */
async function faultOf(end: StreamEnd, { api }: AccountLink): Promise<LoopFault> {
  if (end === 'rate_limited') return 'rate_limited';
  if (end !== 'refused') return 'socket_dead';
  try {
    await api.me();
    return 'socket_dead';
  } catch (error) {
    return error instanceof PushbulletError && error.fault.kind === 'token_refused' ? 'token_refused' : 'socket_dead';
  }
}

function pauseOf(end: StreamEnd, fault: LoopFault, failures: number, timing: ListenerTiming): number {
  if (fault === 'token_refused' || fault === 'rate_limited') return jitter(timing.refusedMs);
  // Five times as slow: who closes with such a code does not want us back at once.
  const slow = end === 'refused' ? 5 : 1;
  return backoffMs(
    timing.reconnectMs * slow,
    Math.max(timing.maxReconnectMs, (timing.refusedMs * (slow - 1)) / 4),
    failures,
  );
}
