/** The phones of an account while it is listened to: which there are, what their threads are called, which cannot be read. */
import { registerPhone } from '../../db/pushbullet-devices';
import type { Db } from '../../db/query';
import type { AccountLink } from './account-link';
import type { PhoneReader, Which } from './phone-reader';
import type { ThreadHead } from './protocol';

export interface Phones {
  /** Asks the service which phones there are; gives those that are new. Their names are kept, untrusted where not known. */
  refresh(): Promise<readonly string[]>;
  read(deviceIden: string, which: Which): Promise<readonly ThreadHead[]>;
  /** Because of a hint: the threads that moved; now and then the recent ones too, where a late message may be in the middle. */
  readHinted(deviceIden: string): Promise<readonly ThreadHead[]>;
  /** Phones that were hinted at and whose recent threads have not been read since, now that they may be. */
  owed(): readonly string[];
  /** As of the last read. */
  heads(deviceIden: string): readonly ThreadHead[];
  known(): readonly string[];
  encrypted(): readonly string[];
}

export interface PhonesDeps {
  readonly db: Db;
  readonly reader: PhoneReader;
  /** Milliseconds between two reads of a phone's recent threads because of hints. */
  readonly recentGapMs: number;
}

export function createPhones(link: AccountLink, { db, reader, recentGapMs }: PhonesDeps): Phones {
  let idens: ReadonlySet<string> = new Set();
  const heads = new Map<string, readonly ThreadHead[]>();
  const encrypted = new Set<string>();
  const recentAt = new Map<string, number>();
  const owed = new Set<string>();
  const isRecentDue = (iden: string) => Date.now() - (recentAt.get(iden) ?? 0) >= recentGapMs;

  const phones: Phones = {
    async refresh() {
      const phones = (await link.api.devices()).filter(({ active, hasSms }) => active && hasSms);
      for (const { iden, nickname } of phones)
        await registerPhone(db, { accountIden: link.iden, iden, name: nickname.slice(0, 200) });
      const found = new Set(phones.map(({ iden }) => iden));
      const added = [...found].filter((iden) => !idens.has(iden));
      for (const iden of encrypted) if (!found.has(iden)) encrypted.delete(iden);
      idens = found;
      return added;
    },
    async read(deviceIden, which) {
      const reading = await reader.read(link, deviceIden, which);
      if (which === 'recent') {
        recentAt.set(deviceIden, Date.now());
        owed.delete(deviceIden);
      }
      if (reading.state === 'encrypted') {
        encrypted.add(deviceIden);
        return heads.get(deviceIden) ?? [];
      }
      encrypted.delete(deviceIden);
      heads.set(deviceIden, reading.heads);
      return reading.heads;
    },
    readHinted(deviceIden) {
      owed.add(deviceIden);
      return phones.read(deviceIden, isRecentDue(deviceIden) ? 'recent' : 'moved');
    },
    owed: () => [...owed].filter(isRecentDue),
    heads: (deviceIden) => heads.get(deviceIden) ?? [],
    known: () => [...idens],
    encrypted: () => [...encrypted],
  };
  return phones;
}
