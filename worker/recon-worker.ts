/**
 * Composes the Temporal worker of the `recon` task queue from its parts. Tests and benchmarks call it with parts of their
 * own; `main.ts` calls it with those that the environment names.
 */
import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createActivities, type Activities } from '../activities';
import type { ActivityDeps, Metrics, TemplateSource, WalletClient } from '../activities/ports';
import type { Db } from '../db/query';
import { createIntake } from '../intake/accept-sms';
import type { Intake, SmsStarter } from '../intake/ports';
import { createSmsStarter } from '../intake/start-sms';
import type { Config } from '../service/config';
import type { Logger } from '../service/logger';

export interface ReconWorkerParts {
  readonly config: Config;
  readonly db: Db;
  readonly connection: NativeConnection;
  /** On the same NativeConnection, so that a start can hand its first task to this worker at once. */
  readonly client: Client;
  readonly wallet: WalletClient;
  readonly templates: TemplateSource;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Where the workflows' code is: the bundle of the build. */
  readonly workflows: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>;
}

export interface ReconWorker {
  readonly worker: Worker;
  readonly intake: Intake;
  readonly starter: SmsStarter;
  /** Those that the worker runs. */
  readonly activities: Activities;
}

export async function createReconWorker(parts: ReconWorkerParts): Promise<ReconWorker> {
  const { config, client, db, logger } = parts;
  const activities = createActivities(activityDeps(parts));
  const worker = await Worker.create({
    connection: parts.connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    ...parts.workflows,
    activities,
    maxConcurrentLocalActivityExecutions: config.WORKER_MAX_CONCURRENT,
    maxConcurrentActivityTaskExecutions: config.WORKER_MAX_CONCURRENT,
    maxConcurrentWorkflowTaskExecutions: config.WORKER_MAX_CONCURRENT,
    // A worker that was killed holds its sticky tasks for this long before another may take them.
    stickyQueueScheduleToStartTimeout: config.STICKY_QUEUE_TIMEOUT,
    shutdownGraceTime: '10s',
  });
  const starter = createSmsStarter({
    client,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    reviewUrl: config.ADMIN_SERVICE_URL,
    eager: true,
    workflowTaskTimeoutMs: config.WORKFLOW_TASK_TIMEOUT,
  });
  const intake = createIntake({ db, starter, logger, defaultCountry: config.DEFAULT_COUNTRY });
  return { worker, starter, intake, activities };
}

function activityDeps({ config, db, wallet, templates, metrics, logger }: ReconWorkerParts): ActivityDeps {
  return {
    db,
    wallet,
    templates,
    metrics,
    logger,
    fourEyes: config.FOUR_EYES_AMOUNT_MINOR,
    match: {
      beforeMs: config.MATCH_BEFORE,
      waitMs: config.MATCH_WAIT,
      brandEnforcement: config.MULTI_BRAND_ENFORCEMENT,
      autoApproval: config.AUTO_APPROVAL,
      lookAgainMs: config.MATCH_LADDER,
    },
    walletPolicy: {
      localTimeoutMs: config.WALLET_LOCAL_TIMEOUT,
      timeoutMs: config.WALLET_TIMEOUT,
      ladderMs: config.APPROVAL_LADDER,
      retryAfterCapMs: config.WALLET_RETRY_AFTER_CAP,
      misconfiguredRetryMs: config.WALLET_CONFIG_FAULT_RETRY,
    },
  };
}
