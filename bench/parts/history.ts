/** What one SMS costs the server: events and state transitions of its straight path, as the server itself counts them. */
import { queryOne } from '../../db/query';
import type { Ground } from '../ground';
import type { PartResult } from '../results';

export async function measureHistory(ground: Ground): Promise<PartResult> {
  const worker = await ground.worker();
  await worker.runSms('pipeline', await ground.items.take(1));
  const { workflow_id: workflowId } = await queryOne<{ workflow_id: string }>(
    ground.owner,
    `SELECT workflow_id FROM shooter_sms WHERE status = 'approved' ORDER BY id DESC LIMIT 1`,
  );
  const described = await ground.client.workflow.getHandle(workflowId).describe();
  return {
    counts: {
      events: described.historyLength,
      transitions: Number(described.raw.workflowExecutionInfo?.stateTransitionCount ?? 0),
    },
  };
}
