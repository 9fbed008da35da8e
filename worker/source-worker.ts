/**
 * The Temporal worker of the sources: long-lived listeners on a task queue of their own, so that they take no place from the
 * pipeline's activities.
 */
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { createSourceActivities, type SourceActivityDeps } from '../activities/sources';
import type { Config } from '../service/config';

export interface SourceWorkerParts extends SourceActivityDeps {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly workflows: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>;
}

export function sourceTaskQueue({ TEMPORAL_TASK_QUEUE: taskQueue }: Pick<Config, 'TEMPORAL_TASK_QUEUE'>): string {
  return `${taskQueue}-sources`;
}

/** One worker can hold this many accounts. */
const MAX_LISTENERS = 500;

export function createSourceWorker({ config, connection, workflows, listeners }: SourceWorkerParts): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: sourceTaskQueue(config),
    ...workflows,
    activities: createSourceActivities({ listeners }),
    maxConcurrentActivityTaskExecutions: MAX_LISTENERS,
    maxConcurrentWorkflowTaskExecutions: 10,
    maxCachedWorkflows: 100,
    maxHeartbeatThrottleInterval: '3s',
    // A listener that is told to stop closes its socket and ends: another worker takes over at once.
    shutdownGraceTime: '1s',
  });
}
