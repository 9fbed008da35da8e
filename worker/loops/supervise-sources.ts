/** Sees to it that every account has its supervisor workflow: started where it is missing, left alone where it runs. */
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy, type Client } from '@temporalio/client';
import type { Db } from '../../db/query';
import { queryRows } from '../../db/query';
import type { ListeningPost } from '../../domain/delivery';
import { SOURCE_WORKFLOW, sourceWorkflowIdOf } from '../../workflows/messages';

export interface SupervisionDeps {
  readonly db: Db;
  readonly client: Client;
  readonly taskQueue: string;
  /** SECRETS_KEY is configured, so that the accounts' tokens can be opened. */
  readonly pushbullet: boolean;
  /** A bot's token is configured. */
  readonly telegram: boolean;
}

const START_LIMIT_MS = 5_000;

export async function superviseSources(deps: SupervisionDeps): Promise<void> {
  const { client, taskQueue } = deps;
  for (const input of await wanted(deps)) {
    await client.withDeadline(Date.now() + START_LIMIT_MS, () =>
      client.workflow.start(SOURCE_WORKFLOW, {
        taskQueue,
        workflowId: sourceWorkflowIdOf(input),
        args: [input],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `listens to ${input.source}, account ${input.accountId}`,
      }),
    );
  }
}

async function wanted({ db, pushbullet: listens, telegram }: SupervisionDeps): Promise<ListeningPost[]> {
  const sql = `SELECT id FROM shooter_pushbullet WHERE deleted_at IS NULL ORDER BY id`;
  const accounts = listens ? await queryRows<{ id: number }>(db, sql) : [];
  const pushbullet = accounts.map(({ id }): ListeningPost => ({ source: 'pushbullet', accountId: id }));
  return telegram ? [...pushbullet, { source: 'telegram', accountId: 0 }] : pushbullet;
}
