/** Balances that do not add up: an SMS is missing, and the difference is its money. */
import type { PlayerName } from '../players';
import type { Story } from '../story';
import { APPROVED, awaits, awaitsGap, deposit, send, storyOf } from '../story-words';
import { viaPushbullet } from '../ways';

/** A phone of its own for each account, so that nothing else moves its balances. */
const PHONE = { day: 'books' } as const;

/** Apart from each other by more than what banks book in any order. */
const AGO = { first: 180, missing: 120, last: 60 } as const;

type Amounts = readonly [first: number, missing: number, last: number];

function aroundTheGap([first, missing, last]: Amounts) {
  const way = viaPushbullet(PHONE);
  const text = { amountMinor: last, onTopOf: [first, missing] };
  return [
    deposit(),
    send({ sms: 'first', way, text: { amountMinor: first, onTopOf: [] }, received: { secondsAgo: AGO.first } }),
    awaits(APPROVED, 'first'),
    deposit({ order: 'missing', amountMinor: missing }),
    deposit({ order: 'last', amountMinor: last }),
    send({ sms: 'last', way, text, received: { secondsAgo: AGO.last } }),
    awaits(APPROVED, 'last'),
  ] as const;
}

const lost = (key: string, player: PlayerName, amounts: Amounts): Story => ({
  ...storyOf(
    key,
    'an SMS that never came: its deposit waits, and a person is told what fits',
    [player, amounts[0]],
    [...aroundTheGap(amounts), awaitsGap('first', 'last', 'awaiting_review')],
    { first: APPROVED, last: APPROVED },
  ),
  phones: [PHONE],
  onlyWith: 'pushbullet',
});

const found = (key: string, player: PlayerName, amounts: Amounts): Story => ({
  ...storyOf(
    key,
    'the balances break, the phone is asked again, and there it is',
    [player, amounts[0]],
    [
      ...aroundTheGap(amounts),
      awaitsGap('first', 'last', 'backfilling', 'awaiting_review'),
      send({
        sms: 'late',
        // Older than the thread's latest: only who reads it all again finds it.
        way: viaPushbullet(PHONE, 'thread'),
        text: { amountMinor: amounts[1], onTopOf: [amounts[0]] },
        received: { secondsAgo: AGO.missing },
      }),
      awaitsGap('first', 'last', 'mended'),
    ],
    { first: APPROVED, last: APPROVED, late: APPROVED },
  ),
  phones: [PHONE],
  onlyWith: 'pushbullet',
});

export const GAP_STORIES: readonly Story[] = [
  lost('gap-1', 'urs', [6_100_00, 6_500_00, 6_900_00]),
  lost('gap-2', 'greta', [11_000_00, 11_500_00, 12_000_00]),
  found('gap-mended-1', 'urs', [7_600_00, 8_100_00, 8_500_00]),
  found('gap-mended-2', 'greta', [13_000_00, 13_500_00, 14_000_00]),
];
