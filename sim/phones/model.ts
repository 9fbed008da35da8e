/** A phone with one of the apps that post SMS, what happens on it, and what its app makes of that. */

export const PHONE_APPS = ['smsgate', 'smsforwarder', 'textbee', 'httpsms'] as const;
export type PhoneApp = (typeof PHONE_APPS)[number];

export interface Phone {
  /** `<app>:<device>` */
  readonly id: string;
  readonly app: PhoneApp;
  /** The app's own name of it; of httpSMS the number of the SIM. */
  readonly device: string;
  /** Where its app posts to, such as `http://127.0.0.1:4000/hooks/sms/smsgate`. */
  readonly targetUrl: string;
  readonly secret: string;
  /** While the secret is rotated. */
  readonly nextSecret: string | null;
  /** The receiving number, where the phone knows it. */
  readonly number: string | null;
  readonly batteryPercent: number;
  readonly network: 'wifi' | 'cellular';
}

export interface PhoneSms {
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
}

/** What the app keeps of an event over all its tries. */
export interface AppEvent {
  readonly id: string;
  readonly kind: 'sms' | 'heartbeat' | 'other';
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Signing {
  /** Null: the owner of the phone has set none. */
  readonly secret: string | null;
  /** The clock of this try, in milliseconds since 1970. */
  readonly atMs: number;
  /** The clock of the first try. */
  readonly firstAtMs: number;
}

/** A status, or no answer at all. */
export type TryResult = number | 'no_answer';

export interface AppBehaviour {
  /** A new id each time, as where the app makes two events of one SMS. */
  readonly sms: (phone: Phone, sms: PhoneSms, newId: () => string) => AppEvent;
  /** Null where the app posts none. */
  readonly heartbeat: (phone: Phone, newId: () => string) => AppEvent | null;
  /** Something that is no SMS, such as an SMS that was sent. */
  readonly other: (phone: Phone, newId: () => string) => AppEvent;
  readonly request: (event: AppEvent, signing: Signing) => WireRequest;
  /** Milliseconds until the next try after `tries` of them, or null where the app gives up. Asked after a failure only. */
  readonly nextTryMs: (tries: number, result: TryResult, retryTimes: number) => number | null;
}
