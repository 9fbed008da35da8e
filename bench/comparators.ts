/** The worker of the comparators, and how each of them is started. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Activities } from '../activities';
import { workflowIdOf } from '../domain/sms';
import type { SmsStarter } from '../intake/ports';

export const COMPARATOR_TASK_QUEUE = 'recon-bench-comparators';

export interface BareActivities {
  doNothing(): Promise<void>;
}

export interface ComparatorParts {
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly activities: Activities;
  readonly bundleFile: string;
  readonly maxConcurrent: number;
}

export interface Comparators {
  readonly worker: Worker;
  /** Resolves when the workflow is done. */
  readonly runBare: () => Promise<void>;
  readonly runEmpty: () => Promise<void>;
  /** For an intake of its own: the SMS is written as always, and runs as four remote activities. */
  readonly fourRemoteStarter: SmsStarter;
}

export async function createComparators(parts: ComparatorParts): Promise<Comparators> {
  const { client, maxConcurrent } = parts;
  const bare: BareActivities = { doNothing: () => Promise.resolve() };
  const worker = await Worker.create({
    connection: parts.connection,
    namespace: client.options.namespace,
    taskQueue: COMPARATOR_TASK_QUEUE,
    workflowBundle: { codePath: parts.bundleFile },
    activities: { ...parts.activities, ...bare },
    maxConcurrentLocalActivityExecutions: maxConcurrent,
    maxConcurrentActivityTaskExecutions: maxConcurrent,
    maxConcurrentWorkflowTaskExecutions: maxConcurrent,
  });
  const run = async (workflow: string, requestEagerStart: boolean): Promise<void> => {
    const workflowId = `bench-${randomUUID()}`;
    await client.workflow.execute(workflow, { workflowId, taskQueue: COMPARATOR_TASK_QUEUE, requestEagerStart });
  };
  return {
    worker,
    runBare: () => run('bareWorkflow', false),
    runEmpty: () => run('emptyWorkflow', true),
    fourRemoteStarter: {
      async startNew({ smsId }) {
        await client.workflow.start('fourRemoteWorkflow', {
          workflowId: workflowIdOf(smsId),
          taskQueue: COMPARATOR_TASK_QUEUE,
          args: [{ smsId, attempt: 1, startAt: 'whitelist', requestId: null }],
        });
        return 'started';
      },
      startAgain: () => Promise.reject(new Error('the comparators start nothing again')),
    },
  };
}
