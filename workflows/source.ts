/**
 * Supervises what must run once in the whole cluster: one account's socket, one bot's poll. The listener is a heartbeating
 * activity; a worker that dies is noticed by its heartbeat, and the listener goes on elsewhere from its cursor in PostgreSQL.
 */
import { continueAsNew, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { SourceActivities } from '../activities/sources';
import type { ListeningPost } from '../domain/delivery';

/** An owner that dies is noticed after this; with the first retry's second the listener is elsewhere well within 30 s. */
const HEARTBEAT_TIMEOUT = '10s';

const { listen } = proxyActivities<SourceActivities>({
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  startToCloseTimeout: '2h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Listeners hand over now and then, and the history starts anew. */
const TURNS_PER_RUN = 50;

export async function sourceWorkflow(input: ListeningPost): Promise<'removed'> {
  setCurrentDetails(`Listens to ${input.source}, account ${input.accountId}, in one worker at a time.`);
  for (let turn = 0; turn < TURNS_PER_RUN; turn += 1) {
    const ended = await listen(input);
    if (ended === 'removed') return 'removed';
  }
  return continueAsNew<typeof sourceWorkflow>(input);
}
