/** The phone apps that post SMS to a door of their own, in their own form. */
export const PHONE_APPS = ['smsgate', 'smsforwarder', 'textbee', 'httpsms'] as const;
export type PhoneApp = (typeof PHONE_APPS)[number];

/** What a phone says of itself beside its SMS; null where its app does not say. */
export interface Vitals {
  readonly appVersion: string | null;
  /** 0 to 100. */
  readonly batteryPercent: number | null;
  /** In the app's own words, such as `wifi`. */
  readonly network: string | null;
}
