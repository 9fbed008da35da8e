/** Listening to a source for as long as this worker holds it: a heartbeating activity, once in the cluster. */
import { CancelledFailure, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { ListeningPost } from '../domain/delivery';
import type { SourceListener } from './ports';

export interface SourceActivityDeps {
  readonly listeners: Readonly<Record<ListeningPost['source'], SourceListener>>;
}

const BEAT_MS = 2_000;

export type SourceActivities = ReturnType<typeof createSourceActivities>;

export function createSourceActivities({ listeners }: SourceActivityDeps) {
  return {
    /** Running twice is safe: every delivery has its key, and cursors only move forward. */
    async listen({ source, accountId }: ListeningPost): Promise<'removed' | 'renew'> {
      const beat = setInterval(() => heartbeat(), BEAT_MS);
      heartbeat();
      const signal = cancellationSignal();
      try {
        return await listeners[source].listen({ accountId, signal });
      } catch (error) {
        // Told as cancelled, which nobody asked for, it would be missed only by its heartbeat; so another takes over at once.
        if (isShutdown(signal)) return 'renew';
        throw error;
      } finally {
        clearInterval(beat);
      }
    },
  };
}

function isShutdown({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
}
