/** What belongs to one run of the workflow: its SMS, the messages that wait for it, and the story that ops read. */
import type { ReviewEffect } from '../domain/review';
import type { Standing } from '../domain/sms';
import type { ReviewMessage } from './messages';
import type { Story } from './story';

/** Where the row stands, and what the step that said so came to. */
export type Place = Standing & { readonly outcome?: string };

export interface Run {
  readonly smsId: number;
  readonly inbox: Inbox;
  readonly story: Story;
}

/** A request by a person: its row is looked up under `reviewId` when its turn comes. */
export interface Request {
  readonly reviewId: string;
  readonly attempt: number;
  readonly verdict: ReviewMessage['verdict'] | null;
  readonly orderId: string | null;
  readonly settle: (effect: ReviewEffect) => void;
  readonly fail: (error: unknown) => void;
}

export type Message =
  | { readonly says: 'request'; readonly request: Request }
  | { readonly says: 'deposit_available' }
  | { readonly says: 'device_trusted' };

export interface Inbox {
  isEmpty(): boolean;
  take(): Message | undefined;
  /** Resolves when a message is there or, if `waitMs` is not null, when that time is over. */
  wait(waitMs: number | null): Promise<void>;
  /** Answers messages while an activity is under way; gives the activity's result. */
  answeringUntil<T>(run: Run, activity: Promise<T>): Promise<T>;
  answersFrom(standing: () => Standing, story: Story): void;
}
