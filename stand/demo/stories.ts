/** The demo day: every status and every review reason at least twice, a day's work of a small house otherwise. */
import { DOUBT_STORIES } from './stories/doubt';
import { GAP_STORIES } from './stories/gaps';
import { NO_PAYMENT_STORIES } from './stories/no-payments';
import { PEOPLE_STORIES } from './stories/people';
import { PHONE_STORIES } from './stories/phones';
import { STRAIGHT_STORIES } from './stories/straight';
import { WAITING_STORIES } from './stories/waiting';
import { WAY_STORIES } from './stories/ways';
import type { Story } from './story';

export const STORIES: readonly Story[] = [
  // The first ones wait longest.
  ...GAP_STORIES,
  ...WAY_STORIES,
  ...STRAIGHT_STORIES,
  ...DOUBT_STORIES,
  ...PEOPLE_STORIES,
  ...PHONE_STORIES,
  ...WAITING_STORIES,
  ...NO_PAYMENT_STORIES,
];
