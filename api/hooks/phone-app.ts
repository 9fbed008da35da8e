/** What the door of a phone app must tell: whose request it is, who signed it, and what it says. The rest is alike for all. */
import type { z } from 'zod';
import type { PhoneApp, Vitals } from '../../domain/phone-apps';

export interface PhoneSms {
  readonly kind: 'sms';
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
  /** The receiving number or SIM where the app names it. */
  readonly line: string | null;
  /** Only an id that the phone itself gave: one that the app's server makes is another one for the same SMS sent twice. */
  readonly messageId: string | null;
  /** What stays the same when the app tries again, and is used for nothing else; null where the app has none. */
  readonly webhookId: string | null;
  /** See `Inbound.doubtful`. */
  readonly doubtful: boolean;
  /** The text came end-to-end encrypted: what is kept is unreadable, and the phone is at fault. */
  readonly encrypted: boolean;
}

export type PhoneEvent =
  | PhoneSms
  | {
      readonly kind: 'heartbeat';
      readonly vitals: Vitals;
      /** Sent by schedule, so that its absence tells something. */
      readonly regular: boolean;
    }
  /** The app's server has not heard of the phone for too long. */
  | { readonly kind: 'offline' }
  /** Well signed and no business of ours: answered 200, so that the app does not try again for ever. */
  | { readonly kind: 'not_for_us' };

/** A request whose device is known by name only; nothing of it counts before a secret has signed it. */
export interface Claim {
  /** The app's name of the phone; null where this event has none. */
  readonly deviceId: string | null;
  /** In constant time. */
  signedBy(secret: string): boolean;
  /** Asked only of what is signed. @throws HttpError 400 naming the fields at fault */
  event(): PhoneEvent;
}

export type ReadHeader = (name: string) => string | undefined;

export interface HookRequest {
  /** The bytes as they came, which are what is signed. */
  readonly rawBody: string;
  /** `application/json`, without parameters. */
  readonly mediaType: string;
  readonly header: ReadHeader;
}

export interface PhoneAppDoor {
  readonly app: PhoneApp;
  readonly summary: string;
  readonly description: string;
  /** False: whoever sees one request can send another text under its signature while it is fresh, so TLS is a must. */
  readonly signsBody: boolean;
  /** What a `webhookId` under another body is: refused with 409, or an SMS that a person decides. */
  readonly reusedSignature: 'refuse' | 'doubt';
  readonly mediaTypes: readonly string[];
  /** For the document; what is read of them is judged by `judgeHeaders`. */
  readonly headers: z.ZodObject;
  /** For the document: the body of an SMS. */
  readonly body: z.ZodObject;
  /** What can be judged before the body is read. @throws HttpError 401, each fault with a code of its own */
  judgeHeaders(header: ReadHeader): void;
  /** @throws HttpError 400 where the body is in no form of this app's; 401 where it carries its signature and that is at fault */
  open(request: HookRequest): Claim;
}
