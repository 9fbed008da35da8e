/** The house of the day: every process as in production, its sources turned to the simulated world, its phones known. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addPhone } from '../../../db/phones';
import { startTown, type Town } from '../../support/town';
import type { Json } from '../../support/wallet';
import { DAY_BANKS } from './bank-texts';
import type { DayDeposit } from './plan';
import { DAY_LINES } from './reporters';
import { ACCOUNTS, type World } from './world';

/** Production waits seconds where a day of minutes can only wait for parts of them; everything else is as it comes. */
const QUICK = {
  LOG_LEVEL: 'warn',
  WORKFLOW_TASK_TIMEOUT: '2s',
  STICKY_QUEUE_TIMEOUT: '1s',
  SWEEP_INTERVAL: '500ms',
  SWEEP_GRACE: '1s',
  SWEEP_RECHECK: '5s',
  APPROVAL_LADDER: '200ms,500ms,1s,1s,2s,2s,5s,5s,5s,5s,5s,5s,5s,5s,5s',
  MATCH_LADDER: '2s,5s,10s,30s',
  PUSHBULLET_WATCHDOG: '4s',
  PUSHBULLET_SYNC_INTERVAL: '4s',
  PUSHBULLET_ID_SYNC_INTERVAL: '4s',
  TELEGRAM_POLL_TIMEOUT: '2s',
  LOOP_LIMITS: 'pushbullet_listener=8s,telegram=8s,missing_sms_sync=15s',
  SECRETS_KEY: 'secrets-key-of-the-day-of-the-tests',
};

export interface DayHouse {
  readonly town: Town;
  /** Tried again until the wallet has it. */
  makeDeposit(deposit: DayDeposit): Promise<void>;
  stop(): Promise<void>;
}

export async function startDayHouse(world: World): Promise<DayHouse> {
  const town = await startTown({ ...QUICK, ...world.env });
  for (const { sender } of DAY_BANKS)
    await addPhone(town.owner, { sender, senderNormal: sender, label: 'a bank of the day', actor: 'test' });
  for (const { token, password } of Object.values(ACCOUNTS))
    await ask(town, '/internal/recon/pushbullet/device/add', { token, ...(password === null ? {} : { password }) });
  world.connectPhones(town.urls.api);
  await introducePhones(town, world);
  return {
    town,
    async makeDeposit({ orderId, amountMinor, currency }) {
      const body = { order_id: orderId, player_id: `player-${orderId}`, brand_id: 'north', currency };
      for (const deadline = Date.now() + DEPOSIT_LIMIT_MS; ;) {
        const deposit = { ...body, amount_minor: amountMinor };
        const reply = await town.request('wallet', 'POST', '/internal/wallet/deposits', deposit).catch(() => undefined);
        // 409: the try before was heard, and its answer was not.
        if (reply?.status === 201 || reply?.status === 200 || reply?.status === 409) return;
        if (Date.now() > deadline) throw new Error(`the wallet made no deposit: ${reply?.text ?? 'no answer'}`);
        await sleep(250);
      }
    },
    stop: () => town.stop(),
  };
}

const DEPOSIT_LIMIT_MS = 60_000;

/** The first contact of a phone registers it; then a person trusts it and says which line it receives. */
async function introducePhones(town: Town, world: World): Promise<void> {
  const { phones } = world.sim.sim;
  for (const phone of phones.phones()) if (!phones.heartbeat(phone.id)) phones.other(phone.id);
  await phones.idle();
  const devices = await registerUnheard(town, world);
  for (const device of devices) {
    const line = DAY_LINES.find(({ reporters }) => reporters.some(({ id }) => id === device.external_id));
    if (!device.trusted) await ask(town, '/internal/recon/shooter/device/trust', { id: device.id, trusted: true });
    if (line?.number != null)
      await ask(town, '/internal/recon/shooter/device/update', { id: device.id, line: line.number });
  }
}

interface DeviceView {
  readonly id: number;
  readonly external_id: string;
  readonly trusted: boolean;
}

/** textbee tells nothing but SMS: its phone makes itself known by a private one, which no list knows the sender of. */
async function registerUnheard(town: Town, world: World): Promise<readonly DeviceView[]> {
  const list = async () => {
    const reply = await town.request('api', 'GET', '/internal/recon/shooter/device/list');
    return reply.json['items'] as readonly DeviceView[];
  };
  const known = new Set((await list()).map(({ external_id }) => external_id));
  const { phones } = world.sim.sim;
  const unheard = phones.phones().filter(({ device }) => !known.has(device));
  for (const { id } of unheard) phones.sms({ phone: id, sender: 'A FRIEND', body: `hello from ${id}` });
  await phones.idle();
  phones.reset();
  world.settle();
  return list();
}

async function ask(town: Town, path: string, body: object): Promise<Json> {
  const reply = await town.request('api', 'POST', path, body);
  if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${reply.text}`);
  return reply.json;
}
