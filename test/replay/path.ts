/** A way that an SMS can take through the workflow. */
import type { ReviewReason, SmsStatus } from '../../domain/sms';
import type { Scene } from './scene';

export interface Path {
  /** The file of its history is named after it. */
  readonly name: string;
  readonly ends: { readonly status: SmsStatus; readonly reason?: ReviewReason };
  /** Runs of the workflow that it takes; default 1. */
  readonly runs?: number;
  /** Walks it; gives the SMS. */
  readonly walk: (scene: Scene) => Promise<number>;
}
