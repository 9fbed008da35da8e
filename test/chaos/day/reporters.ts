/** Who tells of the SMS of the day: phones of Pushbullet accounts, chats of Telegram, phones with an app; some share a line. */

export interface PushbulletReporter {
  readonly source: 'pushbullet';
  readonly id: string;
  readonly account: 'plain' | 'encrypted';
}
export interface TelegramReporter {
  readonly source: 'telegram';
  readonly id: string;
  readonly chat: string;
  readonly forwarder: 'labelled' | 'sms_forwarder' | 'telegram_sms' | 'inline';
  readonly kind: 'message' | 'channel_post';
}
export interface PhoneReporter {
  readonly source: 'webhook';
  readonly id: string;
  readonly app: 'smsgate' | 'smsforwarder' | 'textbee' | 'httpsms';
}
export type Reporter = PushbulletReporter | TelegramReporter | PhoneReporter;

export interface DayLine {
  /** Null: one reporter, whose line is its own. */
  readonly number: string | null;
  readonly reporters: readonly Reporter[];
  /** Of a hundred SMS. */
  readonly share: number;
}

const phone = (id: string, account: PushbulletReporter['account'] = 'plain'): PushbulletReporter => ({
  source: 'pushbullet',
  id,
  account,
});
const app = (id: string, name: PhoneReporter['app']): PhoneReporter => ({ source: 'webhook', id, app: name });
const chat = (
  id: string,
  number: number,
  forwarder: TelegramReporter['forwarder'],
  kind: TelegramReporter['kind'] = 'channel_post',
): TelegramReporter => ({ source: 'telegram', id, chat: `-100${7_000_000_000 + number}`, forwarder, kind });

/**
 * SmsForwarder and httpSMS give up after a refusal or two, as they do in life, so they only stand beside a source that does not;
 * SMSGate and textbee try until they are heard.
 */
export const DAY_LINES: readonly DayLine[] = [
  { number: null, share: 12, reporters: [phone('till-1')] },
  { number: null, share: 10, reporters: [phone('till-2')] },
  { number: null, share: 10, reporters: [phone('safe-1', 'encrypted')] },
  { number: null, share: 12, reporters: [chat('chat-labelled', 1, 'labelled')] },
  { number: null, share: 8, reporters: [chat('chat-group', 2, 'sms_forwarder', 'message')] },
  { number: null, share: 6, reporters: [chat('chat-untimed', 3, 'telegram_sms')] },
  { number: null, share: 12, reporters: [app('gate-1', 'smsgate')] },
  { number: null, share: 10, reporters: [app('bee-1', 'textbee')] },
  { number: '+4915100000001', share: 5, reporters: [phone('till-3'), app('forwarder-1', 'smsforwarder')] },
  { number: '+4915100000002', share: 4, reporters: [phone('safe-2', 'encrypted'), app('+4915100000002', 'httpsms')] },
  { number: '+4915100000003', share: 4, reporters: [phone('till-4'), chat('chat-line-3', 4, 'labelled')] },
  { number: '+4915100000004', share: 4, reporters: [chat('chat-line-4', 5, 'labelled'), app('gate-2', 'smsgate')] },
  {
    number: '+4915100000005',
    share: 3,
    reporters: [phone('till-5'), chat('chat-line-5', 6, 'sms_forwarder'), app('gate-3', 'smsgate')],
  },
];

/** Apps that give up by themselves: their sighting is welcome and never missed. */
export const givesUp = (reporter: Reporter): boolean =>
  reporter.source === 'webhook' && (reporter.app === 'smsforwarder' || reporter.app === 'httpsms');
