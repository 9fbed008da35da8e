/** Money that the machine could credit wrongly: it never guesses, a person decides. */
import type { Story } from '../story';
import { APPROVED, awaits, deposit, inReview, send, story, storyOf, WAITING } from '../story-words';
import { HOOK, viaApp } from '../ways';

const AMBIGUOUS: readonly Story[] = [
  story(
    'equal-deposits',
    'two deposits of the same money',
    ['asha', 10_000_00],
    [deposit(), deposit({ order: 'twin', player: 'ravi' }), send()],
    inReview('ambiguous'),
  ),
  story(
    'another-payer',
    'one deposit, but somebody else has paid',
    ['jorg', 3_300_00],
    [deposit(), send({ text: { payer: 'Klaus Weber' } })],
    inReview('ambiguous'),
  ),
  storyOf(
    'two-sms',
    'two SMS wait for one deposit',
    ['meera', 18_500_00],
    [
      send({ sms: 'one' }),
      send({ sms: 'other' }),
      awaits(WAITING, 'one'),
      awaits(WAITING, 'other'),
      deposit(),
      awaits(inReview('ambiguous'), 'one'),
    ],
    { one: inReview('ambiguous'), other: inReview('ambiguous') },
  ),
];

const TWICE: readonly Story[] = [
  storyOf(
    'reference-again-1',
    'a second SMS under the same bank reference',
    ['karan', 31_000_00],
    [
      deposit(),
      send({ sms: 'first' }),
      awaits(APPROVED, 'first'),
      deposit({ order: 'more', amountMinor: 32_000_00 }),
      send({ sms: 'second', text: { amountMinor: 32_000_00, referenceOf: 'first' } }),
    ],
    { first: APPROVED, second: inReview('duplicate_reference') },
  ),
  storyOf(
    'reference-again-2',
    'the same reference for another sum',
    ['lulu', 410_500],
    [
      deposit(),
      send({ sms: 'first' }),
      awaits(APPROVED, 'first'),
      deposit({ order: 'more', amountMinor: 820_500 }),
      send({ sms: 'second', text: { amountMinor: 820_500, referenceOf: 'first' } }),
    ],
    { first: APPROVED, second: inReview('duplicate_reference') },
  ),
  storyOf(
    'same-text-later',
    'the same message with another time: a copy or a second payment?',
    ['dana', 3_600_00],
    [
      deposit(),
      send({ sms: 'first', way: HOOK, received: { secondsAgo: 240 } }),
      awaits(APPROVED, 'first'),
      send({ sms: 'again', text: { copyOf: 'first', secondsLater: 90 }, messageOf: 'first' }),
    ],
    { first: APPROVED, again: inReview('possible_duplicate') },
  ),
];

const REST: readonly Story[] = [
  story(
    'fast-clock-1',
    'a phone whose clock is twenty minutes fast',
    ['ana', 4_200_00],
    [deposit(), send({ way: viaApp('smsgate'), received: { secondsAgo: -1_200 } })],
    inReview('clock_suspect'),
  ),
  story(
    'fast-clock-2',
    'a phone that lives in tomorrow',
    ['mohammed', 9_900_00],
    [deposit(), send({ received: { secondsAgo: -86_400 } })],
    inReview('clock_suspect'),
  ),
  story(
    'brought-over-1',
    'an SMS of the old system with another brand than its deposit',
    ['suresh', 14_000_00],
    [deposit(), { do: 'bring_over', sms: 'sms', brand: 'aurora' }],
    inReview('cross_brand'),
  ),
  story(
    'brought-over-2',
    'another one, from the other brand',
    ['joao', 7_500_00],
    [deposit(), { do: 'bring_over', sms: 'sms', brand: 'cascade' }],
    inReview('cross_brand'),
  ),
  story(
    'over-the-limit',
    "above what the template's daily limit lets the machine approve",
    ['john', 75_000_00],
    [deposit(), send()],
    inReview('proposed'),
  ),
];

export const DOUBT_STORIES: readonly Story[] = [...AMBIGUOUS, ...TWICE, ...REST];
