/** The SMS comes before its deposit, or without one. */
import type { PlayerName } from '../players';
import type { Story } from '../story';
import { APPROVED, awaits, deposit, inReview, send, story, WAITING } from '../story-words';
import { HOOK, viaPushbullet } from '../ways';

const late = (key: string, player: PlayerName, amountMinor: number): Story =>
  story(key, 'the SMS first, its deposit later', [player, amountMinor], [send(), awaits(WAITING), deposit()], APPROVED);

const waits = (key: string, player: PlayerName, amountMinor: number): Story => ({
  ...story(key, 'nobody has asked for this money yet', [player, amountMinor], [send()], WAITING),
  last: true,
});

const offline = (key: string, player: PlayerName, amountMinor: number): Story =>
  story(
    key,
    'a phone that was offline: too late for any deposit',
    [player, amountMinor],
    [send({ way: viaPushbullet('desk', 'thread'), received: 'beyond_the_wait' })],
    inReview('unmatched'),
  );

export const WAITING_STORIES: readonly Story[] = [
  late('late-deposit-1', 'asha', 7_300_00),
  late('late-deposit-2', 'jorg', 2_040_00),
  late('late-deposit-3', 'reza', 12_000_000_00),
  waits('waits-1', 'sita', 61_000_00),
  waits('waits-2', 'dana', 2_480_00),
  waits('waits-3', 'layla', 5_400_00),
  offline('offline-1', 'urs', 3_100_00),
  offline('offline-2', 'nasrin', 2_900_00),
  story(
    'wait-ends',
    'the wait for a deposit ends: a person looks',
    ['omar', 8_800_00],
    [send({ way: HOOK, received: { waitEndsInSeconds: 5 } }), awaits(WAITING)],
    inReview('unmatched'),
  ),
];
