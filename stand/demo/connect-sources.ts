/**
 * What an operator does once for each source, by the same public routes: adds the Pushbullet accounts, says which phone is on
 * which line, trusts phones with apps and gives one a secret of its own. What was done on an earlier day is left alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DEMO_PUSHBULLET, DEMO_SEALED } from '../../sim/demo';
import { StandError } from '../stand-error';
import { findDevice, giveSecret, putOnLine, trustDevice, type Device } from './devices';
import { ACTOR } from './seeds';
import type { Story } from './story';
import { appSecretOf, dayIdOf, type TellDeps } from './telling';
import { APP_PHONES, PUSHBULLET_PHONES, type LastingApp } from './ways';

const ACCOUNTS = [DEMO_PUSHBULLET, DEMO_SEALED] as const;
const APPS = ['smsgate', 'smsforwarder', 'httpsms'] as const satisfies readonly LastingApp[];
/** The one that is told how to sign by itself. */
const WITH_OWN_SECRET: LastingApp = 'smsgate';
const ACCOUNT_ADD = '/internal/recon/pushbullet/device/add';
const ACCOUNT_LIST = '/internal/recon/pushbullet/device/list';
/** A worker that has just started listens after some seconds. */
const REGISTER_LIMIT_MS = 45_000;
const LISTEN_LIMIT_MS = 45_000;
const PAUSE_MS = 200;

/** Answers what there is now, in words. */
export async function connectSources(deps: TellDeps, stories: readonly Story[]): Promise<string> {
  const { outside, simulated } = deps;
  if (!outside) return 'the generic hook alone';
  const words: string[] = [];
  if (simulated.pushbullet) {
    const ofTheDay = await newPhonesOfTheDay(deps, stories);
    const { items } = accounts.parse(await deps.recon.get(ACCOUNT_LIST));
    for (const one of ACCOUNTS) if (!items.some(({ account }) => account === one.account)) await addAccount(deps, one);
    for (const iden of ofTheDay) {
      const { id, trusted } = await known(deps, DEMO_PUSHBULLET.account, iden);
      if (!trusted) await trustDevice(deps.recon, id);
    }
    for (const { account, iden, line } of Object.values(PUSHBULLET_PHONES)) {
      const device = await known(deps, account, iden);
      if (line !== null && device.line !== line) await putOnLine(deps.recon, device.id, line);
    }
    words.push(`${ACCOUNTS.length} Pushbullet accounts`);
  }
  if (simulated.telegram) words.push('a Telegram channel');
  for (const app of APPS) await connectApp(deps, app);
  words.push(`${APPS.length} phones with apps`);
  return words.join(', ');
}

/** Answers their idens. */
async function newPhonesOfTheDay(deps: TellDeps, stories: readonly Story[]): Promise<string[]> {
  const phones = stories.flatMap((story) =>
    (story.phones ?? []).map(({ day }) => ({ iden: dayIdOf({ story, deps }, day), nickname: `Phone of ${story.key}` })),
  );
  for (const phone of phones) await deps.outside?.newPushbulletPhone({ account: DEMO_PUSHBULLET.account, ...phone });
  return phones.map(({ iden }) => iden);
}

/**
 * The phones that it has are trusted with it. Once only: the same account again has its token replaced, and its listener
 * connects anew.
 */
async function addAccount({ recon }: TellDeps, account: (typeof ACCOUNTS)[number]): Promise<void> {
  const { token } = account;
  const password = 'password' in account ? { password: account.password } : {};
  await recon.post(ACCOUNT_ADD, { token, ...password, actor: ACTOR });
}

async function connectApp(deps: TellDeps, app: LastingApp): Promise<void> {
  const { recon, outside, apiUrl } = deps;
  const { device, number } = APP_PHONES[app];
  const phone = { app, device, number, targetUrl: `${apiUrl}/hooks/sms/${app}` };
  const before = await findDevice(recon, app, device);
  // The simulators forget what the phones were told: a secret from an earlier day is lost.
  const kept = before?.has_secret === true ? await giveSecret(recon, before.id, true) : appSecretOf(deps, app);
  await outside?.appPhone({ ...phone, secret: kept });
  await outside?.heartbeat(app, device);
  const { id, trusted, has_secret: hasSecret } = await known(deps, app, device);
  if (!trusted) await trustDevice(recon, id);
  if (app === WITH_OWN_SECRET && !hasSecret)
    await outside?.appPhone({ ...phone, secret: await giveSecret(recon, id, false) });
}

/** A phone is listed with its first contact. */
async function known({ recon, signal }: TellDeps, account: string, externalId: string): Promise<Device> {
  const deadline = Date.now() + REGISTER_LIMIT_MS;
  for (;;) {
    signal.throwIfAborted();
    const device = await findDevice(recon, account, externalId);
    if (device) return device;
    if (Date.now() >= deadline) throw new StandError(`the phone ${externalId} was never heard of at ${account}`);
    await sleep(PAUSE_MS);
  }
}

const accounts = z.object({
  items: z.array(
    z.object({
      account: z.string(),
      listener: z
        .object({ fault: z.string().nullable(), detail: z.object({ back_fills: z.int().optional() }) })
        .nullable(),
    }),
  ),
});

/** Until every account is listened to: what comes before that is found by the back-fill, and a newcomer should see it live. */
export async function awaitListeners({ recon, outside, simulated, signal }: TellDeps): Promise<string> {
  if (!simulated.pushbullet || !outside) return 'nothing to wait for';
  const deadline = Date.now() + LISTEN_LIMIT_MS;
  for (;;) {
    signal.throwIfAborted();
    const { items } = accounts.parse(await recon.get(ACCOUNT_LIST));
    const ours = items.filter(({ account }) => ACCOUNTS.some((one) => one.account === account));
    const isListened = (one: (typeof ours)[number]) =>
      one.listener?.fault === null && (one.listener.detail.back_fills ?? 0) > 0;
    const sockets = await outside.openStreams();
    if (sockets >= ACCOUNTS.length && ours.every(isListened)) return `${sockets} streams open`;
    if (Date.now() >= deadline)
      throw new StandError('the Pushbullet accounts are not listened to: see the log of the worker');
    await sleep(PAUSE_MS);
  }
}
