/** Temporal: is it there, does it know our namespace and attributes, and does anybody poll our task queue? */
import { temporal } from '@temporalio/proto';
import type { TemporalLink } from '../../api/temporal-client';
import type { Config } from '../../service/config';
import { CliError } from '../cli-error';
import { asCliError } from '../histories/load-histories';
import { lackingSearchAttributes } from '../migrate/search-attributes';
import { formatAge } from '../words';
import { fail, ok, warn, type Check } from './checks';

const DAY_MS = 86_400_000;
/** A person may take days: shorter, and a decided SMS has no history left to look at. */
const SHORT_RETENTION_DAYS = 7;
/** A poller that has not been heard of for this long is gone. */
const POLLER_LIMIT_MS = 120_000;
const LIMIT_MS = 5_000;

export async function checkTemporal(link: TemporalLink, config: Config): Promise<Check[]> {
  try {
    const { client } = link;
    await asCliError(() => link.probe());
    return await asCliError(() =>
      client.withDeadline(Date.now() + LIMIT_MS, async () => [
        await checkNamespace(client, config.TEMPORAL_NAMESPACE),
        await checkAttributes(client),
        await checkPollers(client, config.TEMPORAL_TASK_QUEUE),
      ]),
    );
  } catch (error) {
    const words = error instanceof CliError ? error.message : 'it does not answer';
    const hint = 'Start it, or mend TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE. SMS are kept meanwhile, and run later.';
    return [fail('Temporal', words, hint, 'away')];
  }
}

type Client = TemporalLink['client'];

async function checkNamespace({ workflowService }: Client, namespace: string): Promise<Check> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000) / DAY_MS;
  const says = `answers, namespace ${namespace}, closed runs are kept ${Math.round(days * 10) / 10} days`;
  return days >= SHORT_RETENTION_DAYS
    ? ok('Temporal', says)
    : warn('Temporal', says, 'Keep them longer, or run "recon histories save" every night.');
}

async function checkAttributes(client: Client): Promise<Check> {
  const missing = await lackingSearchAttributes(client);
  return missing.length === 0
    ? ok('search attributes', 'all are there')
    : fail('search attributes', `missing: ${missing.join(', ')}`, 'Run "recon migrate": no workflow can start before.');
}

async function checkPollers({ workflowService, options }: Client, taskQueue: string): Promise<Check> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace: options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const ages = pollers.map((poller) => Date.now() - Number(poller.lastAccessTime?.seconds ?? 0) * 1_000);
  const fresh = ages.filter((ageMs) => ageMs < POLLER_LIMIT_MS);
  if (fresh.length > 0)
    return ok(
      'task queue',
      `${taskQueue}: ${fresh.length} ${fresh.length === 1 ? 'worker polls' : 'workers poll'} it, the last ${formatAge(Math.max(0, Math.min(...fresh)))} ago`,
    );
  return fail('task queue', `${taskQueue}: no worker polls it`, 'Start a worker, or mend TEMPORAL_TASK_QUEUE.', 'away');
}
