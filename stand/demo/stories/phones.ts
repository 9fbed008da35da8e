/** Phones that deliver SMS, and senders that are listed late. */
import type { Story } from '../story';
import { APPROVED, awaits, check, deposit, HELD, inReview, send, story, storyOf } from '../story-words';

export const PHONE_STORIES: readonly Story[] = [
  storyOf(
    'two-phones',
    'a new phone is trusted; a second one sees what it sees',
    ['walt', 1_900_00],
    [
      deposit(),
      send({ sms: 'first', device: 'till' }),
      awaits(HELD, 'first'),
      { do: 'trust', device: 'till' },
      awaits(APPROVED, 'first'),
      deposit({ order: 'next', amountMinor: 2_150_00 }),
      send({ sms: 'next', device: 'till', text: { amountMinor: 2_150_00 } }),
      { do: 'see_again', sms: 'next', device: 'desk', secondsLater: 2 },
      { do: 'trust', device: 'desk' },
      deposit({ order: 'third', amountMinor: 2_800_00 }),
      send({ sms: 'third', device: 'till', text: { amountMinor: 2_800_00 }, received: { secondsAgo: 240 } }),
      awaits(APPROVED, 'third'),
      send({ sms: 'doubtful', device: 'desk', text: { copyOf: 'third', secondsLater: 60 } }),
    ],
    { first: APPROVED, next: APPROVED, third: APPROVED, doubtful: inReview('possible_duplicate') },
  ),
  story(
    'unknown-phone-1',
    'a phone that nobody trusts yet',
    ['urs', 5_600_00],
    [deposit(), send({ device: 'unknown' })],
    HELD,
  ),
  story('unknown-phone-2', 'another one', ['sule', 6_400_00], [deposit(), send({ device: 'unknown' })], HELD),
  story(
    'unknown-phone-3',
    'one that a person sends away',
    ['taro', 310_000],
    [
      send({ device: 'unknown' }),
      awaits(HELD),
      check('abandon', { remark: 'this phone is not ours' }),
      awaits({ status: 'abandoned' }),
    ],
    { status: 'abandoned' },
  ),
  story(
    'listed-late',
    'a sender is listed, and what it had stopped runs again',
    ['dana', 4_900_00],
    [
      { do: 'unlist', sender: 'PRAIRIEBANK' },
      deposit(),
      send({ sender: 'PRAIRIEBANK' }),
      awaits({ status: 'not_whitelisted' }),
      { do: 'list', sender: 'PRAIRIEBANK' },
    ],
    APPROVED,
  ),
];
