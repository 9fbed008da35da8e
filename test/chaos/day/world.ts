/** The outside world of the day: accounts, chats and phones at the simulators, and each happening told as its reporters tell it. */
import { startTestSim, type TestSim } from '../../support/sim';
import type { SentSms } from '../../../sim/record';
import type { SentEntry } from './check-day';
import { allOff, DAY_SETTINGS, simulatorNames, type FaultWindow } from './faults';
import type { Happening } from './plan';
import { DAY_LINES, givesUp, type PhoneReporter, type Reporter, type TelegramReporter } from './reporters';

export const BOT_TOKEN = '7000009:token-of-the-day';
export const BOT_ID = '7000009';
export const APP_SECRET = 'secret-of-the-apps-of-the-day';
const NEXT_SECRET = 'next-secret-of-the-apps-of-the-day';
export const PASSWORD = 'password of the encrypted account';

export const ACCOUNTS = {
  plain: { iden: 'ujdayplain', token: 'o.token-of-the-plain-account', password: null },
  encrypted: { iden: 'ujdaysecret', token: 'o.token-of-the-encrypted-account', password: PASSWORD },
} as const;

const REPORTERS = DAY_LINES.flatMap(({ reporters }) => reporters);
export const PHONES = REPORTERS.filter((one): one is PhoneReporter => one.source === 'webhook');
export const CHATS = REPORTERS.filter((one): one is TelegramReporter => one.source === 'telegram');

export interface World {
  readonly sim: TestSim;
  /** Variables of the house that make it speak to this world. */
  readonly env: Readonly<Record<string, string>>;
  /** Phones begin to post to this address. */
  connectPhones(apiUrl: string): void;
  happens(happening: Happening): void;
  /** Waits and intervals of the day, in place of the services' own. */
  settle(): void;
  /** Things that are no SMS of a bank: whatever they do, nobody may be paid for them. */
  noise(random: () => number): void;
  turn(window: FaultWindow, on: boolean): void;
  /** Every dial back, every phone online. */
  calm(): void;
  /** What the simulators' own record says was sent, each line with its happening. */
  sent(): readonly SentEntry[];
  stop(): Promise<void>;
}

export async function startWorld(seed: number): Promise<World> {
  const test = await startTestSim({ seed });
  const { pushbullet, telegram, phones } = test.sim;
  for (const { iden, token, password } of Object.values(ACCOUNTS))
    pushbullet.addAccount({
      iden,
      email: `${iden}@day.example`,
      tokens: [token],
      ...(password === null ? {} : { password }),
    });
  for (const reporter of REPORTERS)
    if (reporter.source === 'pushbullet')
      pushbullet.addDevice(ACCOUNTS[reporter.account].iden, { iden: reporter.id, nickname: reporter.id });
  telegram.addBot(BOT_TOKEN);

  /** The record's own objects: what it holds and the day does not know would be a fault of the day. */
  const told = new Map<SentSms, Happening>();
  const reporterOf = new Map<SentSms, Reporter>();
  const idOf = ({ app, id }: PhoneReporter) => `${app}:${id}`;

  function tell(reporter: Reporter, { sender, body }: Happening, receivedAt: Date): SentSms {
    switch (reporter.source) {
      case 'pushbullet':
        return pushbullet.sms({ device: reporter.id, sender, body, receivedAt });
      case 'telegram': {
        const { chat, kind, forwarder } = reporter;
        return telegram.sms({ chat, kind, forwarder, sender, body, receivedAt });
      }
      case 'webhook':
        return phones.sms({ phone: idOf(reporter), sender, body, receivedAt });
    }
  }

  function entryOf(sms: SentSms): SentEntry {
    const happening = told.get(sms);
    const reporter = reporterOf.get(sms);
    if (!happening || !reporter) throw new Error(`the record of ${sms.source} holds an SMS that the day did not send`);
    return {
      happening: happening.id,
      kind: happening.kind,
      source: sms.source,
      // Forwarders in a chat need not name the phone.
      origin: [sms.source, sms.account, ...(sms.device === undefined ? [] : [sms.device])].join('/'),
      body: sms.body,
      receivedAtMs: sms.receivedAt.getTime(),
      reachable: sms.ways.length > 0,
      sure: !givesUp(reporter),
      orderId: happening.deposit?.orderId ?? null,
    };
  }

  return {
    sim: test,
    env: {
      PUSHBULLET_API_URL: test.pushbulletApiUrl,
      PUSHBULLET_STREAM_URL: test.pushbulletStreamUrl,
      TELEGRAM_API_URL: test.telegramApiUrl,
      TELEGRAM_BOT_TOKEN: BOT_TOKEN,
      TELEGRAM_CHATS: chatsVariable(),
      ...Object.fromEntries(
        ['SMSGATE', 'SMSFORWARDER', 'TEXTBEE', 'HTTPSMS'].map((app) => [
          `HOOK_SECRETS_${app}`,
          `${APP_SECRET},${NEXT_SECRET}`,
        ]),
      ),
    },
    connectPhones(apiUrl) {
      for (const reporter of PHONES)
        phones.addPhone({
          app: reporter.app,
          device: reporter.id,
          targetUrl: `${apiUrl}/hooks/sms/${reporter.app}`,
          secret: APP_SECRET,
          nextSecret: NEXT_SECRET,
        });
    },
    settle() {
      pushbullet.dial(DAY_SETTINGS.pushbullet);
      telegram.dial(DAY_SETTINGS.telegram);
      phones.dial(DAY_SETTINGS.phones);
      for (const reporter of PHONES.filter(({ app }) => app === 'textbee'))
        phones.dial(DAY_SETTINGS.textbee, idOf(reporter));
    },
    happens(happening) {
      const receivedAt = new Date();
      for (const reporter of happening.line.reporters) {
        const sms = tell(reporter, happening, receivedAt);
        told.set(sms, happening);
        reporterOf.set(sms, reporter);
      }
    },
    noise(random) {
      const phone = REPORTERS.filter(({ source }) => source === 'pushbullet')[Math.floor(random() * 5)];
      const app = PHONES[Math.floor(random() * PHONES.length)];
      if (!phone || !app) return;
      const acts = [
        () => pushbullet.outgoing({ device: phone.id, to: 'RHEINBANK', body: 'Danke' }),
        () => pushbullet.seen(phone.id),
        () => pushbullet.setOnline(phone.id, false),
        () => pushbullet.setOnline(phone.id, true),
        () => pushbullet.silence(),
        () => pushbullet.drop(),
        () => pushbullet.note(ACCOUNTS.plain.iden, { title: '', body: 'a note to self', deviceIden: phone.id }),
        () => pushbullet.tickle(ACCOUNTS.plain.iden, 'device'),
        () => phones.heartbeat(idOf(app)),
        () => phones.other(idOf(app)),
        () => telegram.post({ chat: '-1009999999999', text: 'From: RHEINBANK\nText: of a chat that nobody listed' }),
        () => telegram.post({ chat: CHATS[0]?.chat ?? '', text: 'good morning everybody' }),
        () => telegram.post({ chat: CHATS[0]?.chat ?? '', text: 'edited', kind: 'edited_channel_post', messageId: 1 }),
      ];
      acts[Math.floor(random() * acts.length)]?.();
    },
    turn({ simulator, dial, set }, on) {
      test.sim[simulator].dial({ [dial]: on ? { ...set } : null });
    },
    calm() {
      for (const simulator of simulatorNames) test.sim[simulator].dial(allOff(simulator));
      for (const reporter of REPORTERS) if (reporter.source === 'pushbullet') pushbullet.setOnline(reporter.id, true);
    },
    sent: () => [...pushbullet.record(), ...telegram.record(), ...phones.record()].map(entryOf),
    stop: () => test.stop(),
  };
}

function chatsVariable(): string {
  const lineOf = (reporter: TelegramReporter) => DAY_LINES.find(({ reporters }) => reporters.includes(reporter));
  return CHATS.map((reporter) => {
    const number = lineOf(reporter)?.number ?? null;
    return number === null ? reporter.chat : `${reporter.chat}=${number}`;
  }).join(',');
}
