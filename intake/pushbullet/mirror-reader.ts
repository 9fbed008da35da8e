/** What a phone's messaging app showed, weighed against the phone's threads. */
import { createHash } from 'node:crypto';
import { deliveryKeyOf, senderKey } from '../../domain/fingerprint';
import { weighMirror, type MirrorKin } from '../../domain/mirror';
import { DOUBT_MS } from '../../domain/pairing';
import { touchDevice } from '../../db/devices';
import { attachMirror, findMirrorKin } from '../../db/pushbullet-sms';
import type { Db } from '../../db/query';
import type { AccountLink } from './account-link';
import { lineOf, type Deliver } from './deliver';
import type { Mirror, ThreadHead } from './protocol';
import { addressBehind } from './sender-of';

/** Android's messaging apps by their packages; a mirror of anything else is somebody's private affair. */
const MESSAGING_APPS: ReadonlySet<string> = new Set([
  'com.google.android.apps.messaging',
  'com.android.mms',
  'com.android.messaging',
  'com.samsung.android.messaging',
  'com.sonyericsson.conversations',
  'com.motorola.messaging',
  'com.htc.sense.mms',
  'com.lge.message',
  'com.asus.message',
  'com.oneplus.mms',
  'com.huawei.message',
  'com.hihonor.mms',
  'com.textra',
  'com.p1.chompsms',
  'org.fossify.messages',
  'com.simplemobiletools.smsmessenger',
]);

export type MirrorOutcome = 'sighting' | 'repeated' | 'new' | 'doubtful' | 'other_app' | 'empty';

export interface MirrorReader {
  /**
   * `refetch` reads the phone's threads and gives their heads. Rejects where that does, or where PostgreSQL is away: the
   * mirror is then to be read again.
   */
  read(given: {
    readonly link: AccountLink;
    readonly mirror: Mirror;
    readonly arrivedAt: Date;
    readonly heads: readonly ThreadHead[];
    readonly refetch: () => Promise<readonly ThreadHead[]>;
  }): Promise<MirrorOutcome>;
}

export interface MirrorReaderDeps {
  readonly db: Db;
  readonly deliver: Deliver;
  readonly defaultCountry: string | undefined;
}

export function createMirrorReader({ db, deliver, defaultCountry }: MirrorReaderDeps): MirrorReader {
  return {
    async read({ link, mirror, arrivedAt, heads, refetch }) {
      if (!MESSAGING_APPS.has(mirror.packageName)) return 'other_app';
      if (mirror.title.trim() === '' || mirror.body.trim() === '') return 'empty';
      const identity = { source: 'pushbullet', sourceAccount: link.iden, externalId: mirror.deviceIden } as const;
      const device = await touchDevice(db, identity);
      const at = mirror.createdMs === null ? arrivedAt : new Date(mirror.createdMs);
      const line = device.line ?? lineOf(link.iden, mirror.deviceIden);

      const weigh = async (known: readonly ThreadHead[]) => {
        const sender = addressBehind(known, { threadId: null, title: mirror.title }) ?? mirror.title;
        const senderNormal = senderKey(sender, defaultCountry);
        const kin = await findMirrorKin(db, { senderNormal, line, at, withinMs: DOUBT_MS });
        return { sender, weighed: weighMirror({ body: mirror.body, at }, kin) };
      };
      const attach = async (kin: MirrorKin): Promise<MirrorOutcome> => {
        const { deviceIden, body } = mirror;
        const sighted = { ...phoneSms, messageId: null, sender: mirror.title, body, receivedAt: at } as const;
        const attached = await attachMirror(db, {
          smsId: kin.smsId,
          accountIden: link.iden,
          deviceId: device.id,
          trusted: device.trusted,
          receivedAt: kin.receivedAt,
          bodyHash: createHash('sha256').update(mirror.title).update('\0').update(body).digest('hex'),
          deliveryKey: deliveryKeyOf({
            source: 'pushbullet',
            sourceAccount: link.iden,
            deviceId: deviceIden,
            ...sighted,
          }),
        });
        return attached ? 'sighting' : 'repeated';
      };
      const phoneSms = { via: 'mirror' } as const;

      const first = await weigh(heads);
      if (first.weighed.verdict === 'sighting' && !first.weighed.cut) return attach(first.weighed.kin);
      const { sender, weighed } = await weigh(await refetch());
      if (weighed.verdict === 'sighting') return attach(weighed.kin);
      if (weighed.verdict === 'repeated') return 'repeated';
      const doubtful = weighed.verdict === 'doubtful';
      const { deviceIden, body } = mirror;
      const delivered = await deliver({
        ...phoneSms,
        accountIden: link.iden,
        deviceIden,
        sender,
        body,
        receivedAt: at,
        doubtful,
      });
      if (delivered === 'duplicate') return 'repeated';
      if (delivered === 'paired') return 'sighting';
      return doubtful ? 'doubtful' : 'new';
    },
  };
}
