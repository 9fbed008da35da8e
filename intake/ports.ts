/** The front door's words: what comes in, what is answered, and how a run is started. */
import type { Via } from '../domain/delivery';
import type { Source } from '../domain/sms';
import type { SmsWorkflowInput } from '../workflows/messages';

/** One delivery of one SMS by one source, checked and ready to be written. */
export interface Inbound {
  readonly source: Source;
  readonly sourceAccount: string;
  /** The sender's own name of the phone; null where the channel itself is trusted. */
  readonly deviceId: string | null;
  readonly messageId: string | null;
  readonly sender: string;
  readonly body: string;
  /** The phone's clock. */
  readonly receivedAt: Date;
  /** Default `direct`: the source has one way only. */
  readonly via?: Via;
  /**
   * The receiving line (a SIM, a number of ours) where the source names it; a line that an operator gave the device counts
   * more. Without either it is the source's account: what two devices of one account receive is then taken for one SMS.
   */
  readonly line?: string | null;
  /** Pushbullet's thread, where the phone's message id is looked up later. */
  readonly threadId?: string;
  /** The text is not surely whole, or not surely of this SMS: taken in for a person to decide, never for the machine. */
  readonly doubtful?: boolean;
  /**
   * The source may bring one SMS twice under two message ids: an equal text of the same origin, whose receipt times are at
   * most this many milliseconds apart, goes before a person instead of being taken for another payment.
   */
  readonly repeatsWithinMs?: number;
  /** The id of the signed request that brought it, for doors that remember those. */
  readonly hook?: { readonly channel: string; readonly webhookId: string; readonly bodyHash: string };
}

export interface Accepted {
  readonly smsId: number;
  readonly workflowId: string;
  /** The same delivery came before: this is its first answer again. */
  readonly duplicate: boolean;
  /** This delivery is another sighting of an SMS that another source brought. */
  readonly paired: boolean;
}

/** The id of a signed request was used before, for another body. Nothing was written. */
export interface HookConflict {
  readonly conflict: 'webhook_id_reused';
}

export interface Intake {
  /**
   * Writes the SMS and its sighting in one transaction and answers only after the commit; then starts the run. Rejects
   * with PostgreSQL's error where that is away: nothing is acknowledged.
   */
  acceptSms(inbound: Inbound): Promise<Accepted | HookConflict>;
  /** Waits for starts that are still under way. */
  drain(): Promise<void>;
}

export type StartResult = 'started' | 'already_started';

export interface SmsStarter {
  /** Intake's start: an id that ever ran is not started again. Rejects where Temporal is away. */
  startNew(sms: { readonly smsId: number; readonly source: Source }): Promise<StartResult>;
  /** Reset, rerun and sweeper: the same id may run again, but never twice at once. */
  startAgain(input: SmsWorkflowInput, source: Source): Promise<StartResult>;
}
