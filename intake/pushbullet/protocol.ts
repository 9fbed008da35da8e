/**
 * Pushbullet's things as they are used here, decoded. Times are as the service gives them: whole seconds in an SMS, floats
 * elsewhere, which stay text so that none of their digits is lost.
 */

export interface PushbulletUser {
  readonly iden: string;
  readonly email: string;
  readonly name: string;
}

export interface PushbulletDevice {
  readonly iden: string;
  readonly active: boolean;
  /** A phone whose app gives its SMS. */
  readonly hasSms: boolean;
  readonly nickname: string;
}

export interface Recipient {
  /** What the phone's owner calls it: a contact's name, or the address again. */
  readonly name: string;
  /** The sender as the network named it. */
  readonly address: string;
}

export interface ThreadHead {
  readonly id: string;
  readonly recipients: readonly Recipient[];
  /** The newest message, where the service says. */
  readonly latest: { readonly id: string; readonly timestamp: number } | null;
}

export interface ThreadMessage {
  /** The phone's row id: it starts again when the phone is wiped. */
  readonly id: string;
  readonly incoming: boolean;
  /** Unix seconds by the phone's clock. */
  readonly timestamp: number;
  readonly body: string;
  /** Who of a group wrote it. */
  readonly recipientIndex: number;
}

export interface Push {
  readonly iden: string;
  readonly active: boolean;
  readonly type: string;
  /** `self`: by a device or program of the account's owner. Everything else came from somebody else. */
  readonly direction: string;
  readonly title: string;
  readonly body: string;
  readonly sourceDeviceIden: string | null;
  /** Unix seconds with a fraction. */
  readonly created: number;
  /** Unix seconds with a fraction, as text: the cursor. */
  readonly modified: string;
}

export interface PushPage {
  readonly pushes: readonly Push[];
  readonly cursor: string | null;
}

/** One SMS in a `sms_changed` frame. */
export interface LiveSms {
  readonly threadId: string | null;
  /** A contact's name or the address. */
  readonly title: string;
  readonly body: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

export interface Mirror {
  readonly deviceIden: string;
  readonly packageName: string;
  readonly title: string;
  readonly body: string;
  /** Unix milliseconds at which the notification was seen; null where the frame does not say. */
  readonly createdMs: number | null;
}

/** Why Pushbullet did not give what was asked: a closed list. */
export type PushbulletFault =
  | { readonly kind: 'token_refused' }
  | { readonly kind: 'rate_limited'; readonly resetAt: Date | null }
  | { readonly kind: 'invalid_cursor' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unexpected_answer' }
  /** The owner set an end-to-end password, and we have none or another one. */
  | { readonly kind: 'encrypted' };

/** Says what kind of fault it is and nothing else: no address, no token, no text. */
export class PushbulletError extends Error {
  override readonly name = 'PushbulletError';
  constructor(readonly fault: PushbulletFault) {
    super(`pushbullet: ${fault.kind}`);
  }
}
