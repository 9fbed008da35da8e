/** Listening to a source for as long as this worker holds it: a heartbeating activity, once in the cluster. */
import { cancellationSignal, heartbeat } from '@temporalio/activity';
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
      try {
        return await listeners[source].listen({ accountId, signal: cancellationSignal() });
      } finally {
        clearInterval(beat);
      }
    },
  };
}
