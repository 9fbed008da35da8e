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

export function seedPushbulletDemo(pushbullet: PushbulletSim): void {
  const { account, email, token, phones } = DEMO_PUSHBULLET;
  pushbullet.addAccount({ iden: account, email, name: 'Cashier phones', tokens: [token] });
  phones.forEach((iden, index) => pushbullet.addDevice(account, { iden, nickname: `Cashier phone ${index + 1}` }));
  pushbullet.addDevice(account, { iden: `${account}sjBrowser`, nickname: 'Back office', hasSms: false });
}

/** One bot, and the channel into which a phone's forwarder posts. */
export const DEMO_TELEGRAM = {
  /** Stands for nothing outside the simulator. */
  token: '7000001:demo-token-of-the-simulator',
  chat: '-1007000000001',
} as const;

export function seedTelegramDemo(telegram: TelegramSim): void {
  telegram.addBot(DEMO_TELEGRAM.token);
}
