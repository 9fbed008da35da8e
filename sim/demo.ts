/** What the simulators hold from their start, so that a newcomer's day and the stand find accounts to use. */
import type { PushbulletSim } from './pushbullet/pushbullet-sim';
import type { TelegramSim } from './telegram/telegram-sim';

/** One Pushbullet account with two phones and a browser. Ids are fixed: rows about it outlive a restart of the simulators. */
export const DEMO_PUSHBULLET = {
  account: 'ujDemoAccount',
  email: 'cashier.phones@recon.example',
  /** Stands for nothing outside the simulator. */
  token: 'o.demo-token-of-the-simulator',
  phones: ['ujDemoAccountsjPhone1', 'ujDemoAccountsjPhone2'],
} as const;

/** Another one, whose owner has set an end-to-end password. */
export const DEMO_SEALED = {
  account: 'ujDemoSealed',
  email: 'sealed.phones@recon.example',
  token: 'o.demo-token-of-the-sealed-account',
  /** Guards nothing outside the simulator. */
  password: 'correct horse battery staple',
  phones: ['ujDemoSealedsjPhone1'],
} as const;

/**
 * A restart of the simulators is no wipe of the phones, and no new bot: what they count goes on from the clock, which no
 * count has reached.
 */
const countFrom = (nowMs: number) => Math.floor(nowMs / 1000);

export function seedPushbulletDemo(pushbullet: PushbulletSim, nowMs = Date.now()): void {
  const firstRowId = countFrom(nowMs);
  const { account, email, token, phones } = DEMO_PUSHBULLET;
  pushbullet.addAccount({ iden: account, email, name: 'Cashier phones', tokens: [token] });
  phones.forEach((iden, index) =>
    pushbullet.addDevice(account, { iden, nickname: `Cashier phone ${index + 1}`, firstRowId }),
  );
  pushbullet.addDevice(account, { iden: `${account}sjBrowser`, nickname: 'Back office', hasSms: false });
  const { account: iden, token: sealedToken, password, email: sealedEmail } = DEMO_SEALED;
  pushbullet.addAccount({ iden, email: sealedEmail, name: 'Sealed phones', tokens: [sealedToken], password });
  for (const phone of DEMO_SEALED.phones)
    pushbullet.addDevice(iden, { iden: phone, nickname: 'Sealed phone', firstRowId });
}

/** One bot, and the channel into which a phone's forwarder posts. */
export const DEMO_TELEGRAM = {
  /** Stands for nothing outside the simulator. */
  token: '7000001:demo-token-of-the-simulator',
  chat: '-1007000000001',
  /** The number whose SMS its forwarder posts. */
  line: '+447700900001',
} as const;

export function seedTelegramDemo(telegram: TelegramSim, nowMs = Date.now()): void {
  const first = countFrom(nowMs);
  const bot = telegram.addBot(DEMO_TELEGRAM.token, first);
  // The bot becomes a member of the channel; what is posted there counts on from here.
  telegram.post({ chat: DEMO_TELEGRAM.chat, kind: 'my_chat_member', bot: bot.id, messageId: first });
}
