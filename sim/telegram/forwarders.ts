/** How the forwarder on a phone writes an SMS into its chat. */

export const FORWARDERS = ['labelled', 'sms_forwarder', 'telegram_sms', 'inline'] as const;
export type Forwarder = (typeof FORWARDERS)[number];

export interface ForwardedSms {
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
}

const WRITTEN: Readonly<Record<Forwarder, (sms: ForwardedSms) => string>> = {
  labelled: ({ sender, body, receivedAt }) =>
    `From: ${sender}\nText: ${body}\nReceived at: ${receivedAt.toISOString().replace(/\.\d+Z$/, 'Z')}`,
  sms_forwarder: ({ sender, body, receivedAt }) =>
    `${sender}\n${body}\nSIM1_Operator\n${receivedAt
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, '+00:00')}\nPhone`,
  telegram_sms: ({ sender, body }) => `[SIM1 Receive SMS]\nFrom: ${sender}\nContent: ${body}`,
  inline: ({ sender, body }) => `SMS from ${sender}: ${body}`,
};

/** Does the message tell when the phone received it? */
export const TELLS_TIME: Readonly<Record<Forwarder, boolean>> = {
  labelled: true,
  sms_forwarder: true,
  telegram_sms: false,
  inline: false,
};

export function writtenBy(forwarder: Forwarder, sms: ForwardedSms): string {
  return WRITTEN[forwarder](sms);
}
