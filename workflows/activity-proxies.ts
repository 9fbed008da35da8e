/**
 * How the workflow reaches the activities. The straight path is local activities only: one workflow task, so that it costs
 * the server no more than an empty workflow. Every one of them may run again, and finds its row moved on.
 */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';

/** Unavailable parts are asked again until they are back; every other fault ends itself after a few tries (activities/guard.ts). */
export const machine = proxyLocalActivities<Omit<Activities, 'askWalletAgain'>>({
  startToCloseTimeout: '15s',
  // Beyond this backoff the wait is a durable timer instead of a workflow task held open.
  localRetryThreshold: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** The ladder: a pending activity with its attempts and last failure, for as long as the wallet gives no clear answer. */
export const wallet = proxyActivities<Pick<Activities, 'askWalletAgain'>>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
  summary: 'the wallet gave no clear answer; asking again with the same key',
});
