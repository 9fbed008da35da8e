/** The same step, added as a release may add it: runs that are under way keep to the way that they began. */
import { patched } from '@temporalio/workflow';
import { machine } from '../../../workflows/activity-proxies';
import type { SmsWorkflowInput, SmsWorkflowResult } from '../../../workflows/messages';
import { smsWorkflow as today } from '../../../workflows/sms';

export async function smsWorkflow(input: SmsWorkflowInput): Promise<SmsWorkflowResult> {
  if (patched('look-at-the-row-first')) await machine.readStanding(input.smsId);
  return today(input);
}
