/** What reviewers decide, take back, and confirm for each other. */
import type { Story } from '../story';
import {
  APPROVED,
  APPROVED_BY_HAND,
  APPROVED_FORCED,
  awaits,
  check,
  deposit,
  inReview,
  MINA,
  send,
  story,
  storyOf,
  TOMAS,
  WAITING,
} from '../story-words';
import { HOOK, viaPushbullet } from '../ways';

/** Long enough that the demo ends first. */
const LONG_UNDO_SECONDS = 3_600;

const twoEqualDeposits = [deposit(), deposit({ order: 'twin' }), send(), awaits(inReview('ambiguous'))];
/** Worded by each branch, so that no two of them look like one. */
const unreadable = (branch: string) => ({ body: `Funds in! Ask your branch ${branch} for details.` });

const APPROVALS: readonly Story[] = [
  story(
    'told-apart',
    'a reviewer tells two equal deposits apart',
    ['karan', 41_000_00],
    [...twoEqualDeposits, check('note', { remark: 'the player called' }), check('approve', { order: 'order' })],
    APPROVED_BY_HAND,
  ),
  story(
    'found-later',
    'a reviewer finds the deposit of an SMS that came too late',
    ['xiaoming', 12_600_00],
    [
      send({ way: viaPushbullet('desk', 'thread'), received: 'beyond_the_wait' }),
      awaits(inReview('unmatched')),
      deposit(),
      check('approve', { order: 'order', reviewer: TOMAS }),
    ],
    APPROVED_BY_HAND,
  ),
  story(
    'undo-time-over',
    'nobody takes the decision back: it takes effect',
    ['ana', 6_150_00],
    [...twoEqualDeposits, check('approve', { order: 'twin', undoSeconds: 2 })],
    APPROVED_BY_HAND,
  ),
  story(
    'taken-back',
    'a decision taken back: where it was before',
    ['ali', 8_400_000_00],
    [
      ...twoEqualDeposits,
      check('approve', { order: 'order', undoSeconds: 600 }),
      awaits({ status: 'decision_pending' }),
      check('undo'),
    ],
    inReview('ambiguous'),
  ),
  story(
    'four-eyes',
    'unreadable, approved by one reviewer and confirmed by another',
    ['greta', 7_700_00],
    [
      deposit(),
      send({ text: unreadable('Mitte') }),
      awaits(inReview('parse_failed')),
      check('approve', { order: 'order' }),
      awaits({ status: 'awaiting_second_approval' }),
      check('confirm', { reviewer: TOMAS }),
    ],
    APPROVED_FORCED,
  ),
  story(
    'second-person-1',
    'approved by one reviewer, a second has to confirm',
    ['jorg', 9_300_00],
    [
      deposit(),
      send({ text: unreadable('Nord') }),
      awaits(inReview('parse_failed')),
      check('approve', { order: 'order', reviewer: TOMAS }),
    ],
    { status: 'awaiting_second_approval' },
  ),
  story(
    'second-person-2',
    'another one',
    ['lulu', 1_640_000],
    [
      deposit(),
      send({ text: unreadable('Hafen') }),
      awaits(inReview('parse_failed')),
      check('approve', { order: 'order', reviewer: MINA }),
    ],
    { status: 'awaiting_second_approval' },
  ),
  story(
    'undo-open-1',
    'approved, and can still be taken back',
    ['sule', 15_800_00],
    [...twoEqualDeposits, check('approve', { order: 'order', undoSeconds: LONG_UNDO_SECONDS })],
    { status: 'decision_pending' },
  ),
  story(
    'undo-open-2',
    'rejected, and can still be taken back',
    ['bilal', 71_000_00],
    [send(), awaits(WAITING), check('reject', { undoSeconds: LONG_UNDO_SECONDS, remark: 'paid by mistake' })],
    { status: 'decision_pending' },
  ),
];

const cancelledMeanwhile = (key: string, tells: string, money: readonly ['joao' | 'mohammed', number]): Story =>
  story(
    key,
    tells,
    money,
    [
      ...twoEqualDeposits,
      check('approve', { order: 'twin', undoSeconds: 600 }),
      awaits({ status: 'decision_pending' }),
      { do: 'cancel', order: 'twin' },
      check('confirm'),
    ],
    inReview('wallet_rejected'),
  );

const REFUSALS: readonly Story[] = [
  cancelledMeanwhile('cancelled-1', 'the player cancels while a reviewer decides: the wallet refuses', [
    'joao',
    9_100_00,
  ]),
  cancelledMeanwhile('cancelled-2', 'another one', ['mohammed', 15_000_00]),
  story(
    'rejected-1',
    'nobody knows this money',
    ['nasrin', 4_700_00],
    [send(), awaits(WAITING), check('reject', { remark: 'no player of ours' })],
    { status: 'rejected' },
  ),
  story(
    'rejected-2',
    'a text that turned out to be no payment',
    ['urs', 0],
    [send({ text: unreadable('Berg') }), awaits(inReview('parse_failed')), check('reject', { reviewer: TOMAS })],
    { status: 'rejected' },
  ),
  story(
    'abandoned',
    'given up: the player never answered',
    ['sita', 83_000_00],
    [
      send({ way: viaPushbullet('desk', 'thread'), received: 'beyond_the_wait' }),
      awaits(inReview('unmatched')),
      check('abandon'),
    ],
    { status: 'abandoned' },
  ),
  story(
    'second-thoughts',
    'rejected, then reset: from now on the machine only proposes',
    ['suresh', 23_000_00],
    [
      send(),
      awaits(WAITING),
      check('reject'),
      awaits({ status: 'rejected' }),
      deposit(),
      { do: 'reset', sms: 'sms', actor: TOMAS, reason: 'the player has shown the receipt' },
    ],
    inReview('proposed'),
  ),
  storyOf(
    'no-copy',
    'what looked like a copy is looked at again: proposed, never approved by the machine',
    ['taro', 480_000],
    [
      deposit(),
      send({ sms: 'first', way: HOOK, received: { secondsAgo: 240 } }),
      awaits(APPROVED, 'first'),
      send({ sms: 'again', text: { copyOf: 'first', secondsLater: 120 }, messageOf: 'first' }),
      awaits(inReview('possible_duplicate'), 'again'),
      deposit({ order: 'more' }),
      check('retry', { sms: 'again' }),
    ],
    { first: APPROVED, again: inReview('proposed') },
  ),
];

export const PEOPLE_STORIES: readonly Story[] = [...APPROVALS, ...REFUSALS];
