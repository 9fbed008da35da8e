/** Proves that the task queue moves: a workflow that does nothing, started and awaited. */
import type { Client } from '@temporalio/client';

export async function runCanary(client: Client, taskQueue: string, limitMs: number): Promise<void> {
  await client.withDeadline(Date.now() + limitMs, () =>
    client.workflow.execute('canaryWorkflow', {
      taskQueue,
      workflowId: `recon-canary-${taskQueue}`,
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      workflowExecutionTimeout: limitMs,
      staticSummary: 'does the task queue move?',
    }),
  );
}
