/** One rule of the built-in guards: what an SMS is, if it is no credit, and the words that say so. */
import type { NotCreditKind } from './template-version';

export interface GuardRule {
  /** Shown to reviewers and in decision records. */
  readonly name: string;
  readonly kind: NotCreditKind;
  readonly patterns: readonly string[];
  /**
   * What lifts the rule when it stands in the text outside of the rule's own words. `settled`: a credit that has
   * happened, so that the rule's words are a tail of advertising, say. `came_to_you`: a credit that is told before the
   * rule's words, or money that went to the reader's account.
   */
  readonly unless?: 'settled' | 'came_to_you';
}
