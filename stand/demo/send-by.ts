/** Lets one SMS come by its way, and waits until recon has it. */
import { DEMO_PUSHBULLET, DEMO_TELEGRAM } from '../../sim/demo';
import type { ComposedSms } from './compose';
import { dayIdOf, outsideOf, type Telling } from './telling';
import { APP_PHONES, PUSHBULLET_PHONES, type Way } from './ways';
import { lastSightingId, type Arrival, type Arrived } from './watches';

export type SimulatedWay = Exclude<Way, { readonly by: 'hook' }>;

/** How long a source may take: a phone's thread waits for the next sync. */
const ARRIVAL_LIMIT_MS = 30_000;

/** What is looked for in the rows, to be looked at again when another way brings the same SMS. */
export async function sendBy(telling: Telling, way: SimulatedWay, sms: ComposedSms): Promise<[Arrival, Arrived]> {
  const afterSightingId = await lastSightingId(telling.deps.db);
  await happen(telling, way, sms);
  const arrival = { ...identityOf(telling, way), sender: sms.sender, body: sms.body, afterSightingId };
  const arrived = await telling.deps.watches.arrivals.until(arrival, () => true, ARRIVAL_LIMIT_MS);
  if (arrived) return [arrival, arrived];
  throw new Error(`an SMS was sent by ${way.by} and did not arrive within ${ARRIVAL_LIMIT_MS / 1000} s`);
}

async function happen(telling: Telling, way: SimulatedWay, sms: ComposedSms): Promise<void> {
  const outside = outsideOf(telling);
  switch (way.by) {
    case 'pushbullet':
      return outside.smsOnPushbulletPhone({ ...sms, iden: phoneOf(telling, way).iden, ways: way.ways ?? null });
    case 'telegram':
      return outside.smsInChannel({ ...sms, chat: DEMO_TELEGRAM.chat, forwarder: way.forwarder });
    case 'app':
      return outside.smsOnAppPhone({ ...sms, app: way.app, device: appDeviceOf(telling, way) });
  }
}

/** As recon's rows name it. */
function identityOf(telling: Telling, way: SimulatedWay): Pick<Arrival, 'source' | 'sourceAccount' | 'device'> {
  switch (way.by) {
    case 'pushbullet': {
      const { account, iden } = phoneOf(telling, way);
      return { source: 'pushbullet', sourceAccount: account, device: iden };
    }
    case 'telegram':
      return { source: 'telegram', sourceAccount: DEMO_TELEGRAM.chat, device: null };
    case 'app':
      return { source: 'webhook', sourceAccount: way.app, device: appDeviceOf(telling, way) };
  }
}

function phoneOf(telling: Telling, { phone }: Extract<Way, { readonly by: 'pushbullet' }>) {
  if (typeof phone === 'string') return PUSHBULLET_PHONES[phone];
  return { account: DEMO_PUSHBULLET.account, iden: dayIdOf(telling, phone.day) };
}

function appDeviceOf(telling: Telling, way: Extract<Way, { readonly by: 'app' }>): string {
  return 'phone' in way ? dayIdOf(telling, way.phone.day) : APP_PHONES[way.app].device;
}
