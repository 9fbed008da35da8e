/** What the outside world knows that happened on its phones: the other side of the conservation check. */

export interface SentSms {
  readonly source: 'pushbullet' | 'telegram' | 'webhook';
  readonly account: string;
  readonly device?: string;
  /** The phone's own id of it, where the protocol has one. */
  readonly messageId?: string;
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
  /** The ways by which it can reach recon at all; empty where a dial has lost it for good. */
  readonly ways: readonly string[];
}

export interface SentRecord {
  readonly add: (sms: SentSms) => void;
  readonly list: () => readonly SentSms[];
  readonly clear: () => void;
}

export function createRecord(): SentRecord {
  const sent: SentSms[] = [];
  return {
    add: (sms) => void sent.push(sms),
    list: () => [...sent],
    clear: () => void sent.splice(0),
  };
}
