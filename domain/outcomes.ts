/** What each step of the workflow answers. Outcomes are values; only surprises are failures (domain/failures.ts). */
import type { Standing } from './sms';
import type { ReviewEffect } from './review';

/** `superseded`: the row was not where this step expected it; the standing says where it is, and nothing was changed. */
export type Stepped<Outcome extends string> = Standing & { readonly outcome: Outcome | 'superseded' };

export type WhitelistOutcome = 'listed' | 'not_listed';
export type ParseOutcome = 'parsed' | 'not_a_credit' | 'parse_failed';
export type MatchOutcome =
  'matched' | 'no_candidate' | 'ambiguous' | 'cross_brand' | 'duplicate_reference' | 'clock_suspect' | 'proposed';

/** `unclear`: no definite answer yet; the remote activity goes on asking with the same key. */
export type WalletOutcome = 'approved' | 'refused' | 'unclear' | 'unknown';

/** What came of a message from a person, and where the row stands now. */
export type MessageAnswer = Standing & { readonly answer: ReviewEffect };
