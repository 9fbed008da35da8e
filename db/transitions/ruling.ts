/** What a person's request does to the row, or why it does nothing. */
import type { Refusal } from '../../domain/review';
import type { SmsPatch } from '../move-sms';

export type Ruling =
  | { readonly ruled: 'applied'; readonly patch: SmsPatch }
  | { readonly ruled: 'refused'; readonly code: Refusal; readonly message: string };

/** `message` names ids, people and times, never the text of an SMS: it travels through the workflow. */
export function refuse(code: Refusal, message: string): Extract<Ruling, { ruled: 'refused' }> {
  return { ruled: 'refused', code, message };
}
