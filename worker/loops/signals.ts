/** Telling a run something that the rows hold already. A run that is gone is the sweeper's to start again. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { workflowIdOf } from '../../domain/sms';
import { depositAvailableSignal, deviceTrustedSignal, resetSignal, reviewSignal } from '../../workflows/messages';
import type { ReviewRow } from '../../db/reviews';
import { VERDICTS } from '../../domain/sms';

export type Signalled = 'signalled' | 'not_running';

async function tell(signal: () => Promise<void>): Promise<Signalled> {
  try {
    await signal();
    return 'signalled';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'not_running';
    throw error;
  }
}

export interface Signaller {
  depositAvailable(sms: {
    readonly smsId: number;
    readonly attempt: number;
    readonly orderId: string;
  }): Promise<Signalled>;
  deviceTrusted(sms: { readonly smsId: number; readonly attempt: number }): Promise<Signalled>;
  /** The verdict, reset or rerun that a review row holds. */
  review(row: ReviewRow): Promise<Signalled>;
}

export function createSignaller(client: Client): Signaller {
  const handleOf = (smsId: number) => client.workflow.getHandle(workflowIdOf(smsId));
  return {
    depositAvailable: ({ smsId, attempt, orderId }) =>
      tell(() => handleOf(smsId).signal(depositAvailableSignal, { attempt, orderId })),
    deviceTrusted: ({ smsId, attempt }) => tell(() => handleOf(smsId).signal(deviceTrustedSignal, { attempt })),
    review(row) {
      const { reviewId, attempt, orderId, smsId } = row;
      const verdict = VERDICTS.find((known) => known === row.command);
      return tell(() =>
        verdict === undefined
          ? handleOf(smsId).signal(resetSignal, { requestId: reviewId, attempt })
          : handleOf(smsId).signal(reviewSignal, { reviewId, attempt, verdict, orderId }),
      );
    },
  };
}
