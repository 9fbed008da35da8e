/** What the pipeline is set against, on the same server and the same worker process. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { SmsWorkflowInput } from '../workflows/messages';
import type { BareActivities } from './comparators';

const { doNothing } = proxyActivities<BareActivities>({ startToCloseTimeout: '30s' });
const steps = proxyActivities<
  Pick<Activities, 'checkWhitelist' | 'parseSms' | 'matchDeposit' | 'requestWalletApproval'>
>({ startToCloseTimeout: '30s' });

/** The least that a workflow with a remote activity can be. */
export async function bareWorkflow(): Promise<void> {
  await doNothing();
}

/** The least that a workflow can be. */
export function emptyWorkflow(): Promise<void> {
  return Promise.resolve();
}

/** The same four steps by the same activities, each of them remote. */
export async function fourRemoteWorkflow({ smsId, attempt }: SmsWorkflowInput): Promise<void> {
  const ref = { smsId, attempt };
  await steps.checkWhitelist(ref);
  await steps.parseSms(ref);
  await steps.matchDeposit(ref);
  await steps.requestWalletApproval(ref);
}
