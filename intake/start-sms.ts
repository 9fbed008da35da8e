/** Starting the one workflow of an SMS. An id that is running or ran is a normal answer here, not an error. */
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  type Client,
} from '@temporalio/client';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { Source } from '../domain/sms';
import { workflowIdOf } from '../domain/sms';
import { SMS_WORKFLOW, type SmsWorkflowInput } from '../workflows/messages';
import type { SmsStarter, StartResult } from './ports';

export interface StarterOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Where the review app lives; the Temporal UI links to it. Undefined: no link. */
  readonly reviewUrl: string | undefined;
  /** Only with a client on the NativeConnection of a worker in the same process: the first task then needs no poll. */
  readonly eager: boolean;
  readonly workflowTaskTimeoutMs: number;
  /** Milliseconds for one start call; past it the sweeper takes over. */
  readonly startTimeoutMs?: number;
}

const STATUS = defineSearchAttributeKey('ReconStatus', SearchAttributeType.KEYWORD);
const SOURCE = defineSearchAttributeKey('ReconSource', SearchAttributeType.KEYWORD);

export function createSmsStarter(options: StarterOptions): SmsStarter {
  const { client, startTimeoutMs = 5_000 } = options;

  async function start(
    input: SmsWorkflowInput,
    source: Source,
    reusePolicy: WorkflowIdReusePolicy,
  ): Promise<StartResult> {
    try {
      await client.withDeadline(Date.now() + startTimeoutMs, () =>
        client.workflow.start(SMS_WORKFLOW, {
          workflowId: workflowIdOf(input.smsId),
          taskQueue: options.taskQueue,
          args: [input],
          workflowIdReusePolicy: reusePolicy,
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
          workflowTaskTimeout: options.workflowTaskTimeoutMs,
          requestEagerStart: options.eager,
          typedSearchAttributes: [
            { key: STATUS, value: 'received' },
            { key: SOURCE, value: source },
          ],
          staticSummary: `SMS ${input.smsId} from ${source}, attempt ${input.attempt}`,
          ...(options.reviewUrl === undefined
            ? {}
            : { memo: { reviewUrl: `${options.reviewUrl}/sms/${input.smsId}` } }),
        }),
      );
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
      throw error;
    }
  }

  return {
    startNew: ({ smsId, source }) =>
      start(
        { smsId, attempt: 1, startAt: 'whitelist', requestId: null },
        source,
        WorkflowIdReusePolicy.REJECT_DUPLICATE,
      ),
    startAgain: (input, source) => start(input, source, WorkflowIdReusePolicy.ALLOW_DUPLICATE),
  };
}
