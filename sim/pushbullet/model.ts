/** What Pushbullet holds: accounts, their devices, the phones' threads and messages, pushes. Times of the service are floats in seconds. */

export interface Account {
  readonly iden: string;
  readonly email: string;
  readonly name: string;
  /** Access tokens that are valid now. */
  tokens: readonly string[];
  /** Set: everything of mirrors, clips and SMS is encrypted end to end. */
  password: string | null;
  readonly created: number;
  modified: number;
  readonly devices: Device[];
  /** In the order in which the service wrote them. */
  readonly pushes: Push[];
}

export interface Device {
  readonly iden: string;
  readonly accountIden: string;
  active: boolean;
  readonly created: number;
  modified: number;
  nickname: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly appVersion: number;
  readonly type: string;
  readonly icon: string;
  /** Absent for browsers and the like: they have no SMS. */
  readonly phone: Phone | null;
}

/** Ids of rows and threads are the phone's own database's: they start again after a wipe. */
export interface Phone {
  nextMessageId: number;
  nextThreadId: number;
  nextNotificationId: number;
  threads: Thread[];
  /** Away: it gets SMS, and the service hears of them when it is back. */
  online: boolean;
}

export interface Thread {
  readonly id: string;
  readonly address: string;
  readonly name: string;
  /** In the order in which they happened on the phone. */
  readonly messages: Message[];
}

export interface Message {
  readonly id: string;
  readonly type: 'sms' | 'mms';
  /** Whole seconds. */
  readonly timestamp: number;
  readonly direction: 'incoming' | 'outgoing';
  readonly body: string;
  /** Milliseconds since 1970 from which the service has it: a phone may be late in bringing its threads up. */
  visibleAtMs: number;
}

export interface Push {
  readonly iden: string;
  active: boolean;
  readonly created: number;
  modified: number;
  readonly title: string;
  readonly body: string;
  readonly guid: string;
  readonly sourceDeviceIden: string | null;
  dismissed: boolean;
}
