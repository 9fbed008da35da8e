/** How SMS come in: seen live, found later, seen by several, and from phones that are new. */
import type { PlayerName } from '../players';
import type { Story } from '../story';
import { APPROVED, awaits, check, deposit, HELD, send, story, storyOf } from '../story-words';
import { viaApp, viaAppOf, viaPushbullet, viaTelegram, type Way } from '../ways';

type Money = readonly [PlayerName, number];

const comes = (key: string, tells: string, money: Money, way: Way): Story => ({
  ...story(key, tells, money, [deposit(), send({ way })], APPROVED),
  onlyWith: 'pushbullet',
});

const seenThreeTimes = (key: string, money: Money): Story => ({
  ...story(
    key,
    'live, in its thread, and as the notification of the messaging app: one SMS',
    money,
    [
      deposit(),
      send({ way: viaPushbullet('counter', 'live', 'thread', 'mirror') }),
      { do: 'sighted', sms: 'sms', as: ['live', 'thread', 'mirror'] },
    ],
    APPROVED,
  ),
  onlyWith: 'pushbullet',
});

const twoSources = (key: string, tells: string, money: Money, first: Way, second: Way): Story => ({
  ...story(key, tells, money, [deposit(), send({ way: first }), { do: 'also', sms: 'sms', way: second }], APPROVED),
  onlyWith: 'pushbullet',
});

const PUSHBULLET: readonly Story[] = [
  seenThreeTimes('three-sightings-1', ['asha', 62_000_00]),
  seenThreeTimes('three-sightings-2', ['meera', 71_500_00]),
  comes(
    'missed-frame-1',
    'the live frame was lost: the sync finds it',
    ['ravi', 55_000_00],
    viaPushbullet('counter', 'thread'),
  ),
  comes('missed-frame-2', 'another one, of another phone', ['sita', 72_000_00], viaPushbullet('desk', 'thread')),
  comes(
    'missed-frame-3',
    'another one, of a phone that encrypts',
    ['joao', 5_200_00],
    viaPushbullet('sealed', 'thread'),
  ),
  comes('mirror-only-1', 'only the notification came through', ['layla', 12_300_00], viaPushbullet('desk', 'mirror')),
  comes('mirror-only-2', 'another one, encrypted', ['sule', 21_000_00], viaPushbullet('sealed', 'mirror')),
  comes('note-1', 'an app on the phone pushed it on as a note', ['omar', 14_700_00], viaPushbullet('desk', 'push')),
  comes('note-2', 'another one', ['taro', 900_000], viaPushbullet('counter', 'push')),
];

const TWO_SOURCES: readonly Story[] = [
  twoSources(
    'two-sources-1',
    "in the Telegram channel, and by Pushbullet from a phone on the channel's line: one SMS",
    ['reza', 31_000_000_00],
    viaTelegram(),
    viaPushbullet('desk'),
  ),
  twoSources(
    'two-sources-2',
    'by Pushbullet, and by an app on a phone with the same number: one SMS',
    ['karan', 57_000_00],
    viaPushbullet('counter'),
    viaApp('smsgate'),
  ),
];

const NEW_PHONES: readonly Story[] = [
  {
    ...storyOf(
      'new-app-phone',
      'a new phone with textbee: held until it is trusted, then at once',
      ['xiaoming', 31_000_00],
      [
        { do: 'new_phone', with: 'textbee', phone: { day: 'kiosk' } },
        deposit(),
        send({ sms: 'first', way: viaAppOf('textbee', 'kiosk') }),
        awaits(HELD, 'first'),
        { do: 'trust', device: 'kiosk', of: 'textbee' },
        awaits(APPROVED, 'first'),
        deposit({ order: 'next', amountMinor: 37_000_00 }),
        send({ sms: 'next', way: viaAppOf('textbee', 'kiosk'), text: { amountMinor: 37_000_00 } }),
      ],
      { first: APPROVED, next: APPROVED },
    ),
    onlyWith: 'apps',
  },
  {
    ...story(
      'new-account-phone',
      'a phone that joins the Pushbullet account later: held, then trusted',
      ['nasrin', 9_600_00],
      [
        { do: 'new_phone', with: 'pushbullet', phone: { day: 'till' } },
        deposit(),
        send({ way: viaPushbullet({ day: 'till' }) }),
        awaits(HELD),
        { do: 'trust', device: 'till', of: 'pushbullet' },
      ],
      APPROVED,
    ),
    onlyWith: 'pushbullet',
  },
  {
    ...story(
      'sent-away',
      'a phone with an app that a person sends away',
      ['taro', 700_000],
      [
        { do: 'new_phone', with: 'smsgate', phone: { day: 'stranger' } },
        send({ way: viaAppOf('smsgate', 'stranger') }),
        awaits(HELD),
        check('abandon', { remark: 'this phone is not ours' }),
      ],
      { status: 'abandoned' },
    ),
    onlyWith: 'apps',
  },
];

export const WAY_STORIES: readonly Story[] = [...PUSHBULLET, ...TWO_SOURCES, ...NEW_PHONES];
