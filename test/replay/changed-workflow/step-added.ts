/** Wrong on purpose: a step that the runs before it never took. Histories of today must not replay with it. */
import { machine } from '../../../workflows/activity-proxies';
import type { SmsWorkflowInput, SmsWorkflowResult } from '../../../workflows/messages';
import { smsWorkflow as today } from '../../../workflows/sms';

export async function smsWorkflow(input: SmsWorkflowInput): Promise<SmsWorkflowResult> {
  await machine.readStanding(input.smsId);
  return today(input);
}
