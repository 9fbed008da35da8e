/** How SMS of a story come in: by their way, again, by a second phone or source, or brought over from an older system. */
import { playerOf } from './players';
import { bringOver } from './bring-over';
import { composeSms, type ComposedSms } from './compose';
import type { HookDelivery } from './hook-sender';
import type { SendStep, Step } from './story';
import { sendBy, type SimulatedWay } from './send-by';
import { arrivalOf, dayIdOf, deliveredOf, smsIdOf, type Telling } from './telling';
import { possibleWay, usualWay, type Way } from './ways';

type StepOf<Name extends Step['do']> = Extract<Step, { readonly do: Name }>;

/** How long ago an older system took in what it hands over. */
const OLD_SMS_AGE_SECONDS = 600;

/** How long another way of the same SMS may take. */
const SIGHTING_LIMIT_MS = 30_000;

export async function send(telling: Telling, step: SendStep): Promise<void> {
  const way = wayOf(telling, step);
  const sms = compose(telling, step);
  if (way.by === 'hook') return sendByHook(telling, step, sms);
  const [arrival, { smsId }] = await sendBy(telling, way, sms);
  telling.arrivals.set(step.sms, arrival);
  telling.ids.set(step.sms, smsId);
}

/** What only the hook can do (a device or a message id of one's choice) goes through it. */
function wayOf({ story, deps }: Telling, { way, device, messageOf }: SendStep): Way {
  const isForHook = device !== undefined || messageOf !== undefined;
  return isForHook ? { by: 'hook' } : possibleWay(way ?? usualWay(playerOf(story.player).bank), deps.simulated);
}

async function sendByHook(telling: Telling, step: SendStep, sms: ComposedSms): Promise<void> {
  const { story, deps } = telling;
  const { sender, body, receivedAt } = sms;
  const delivery: HookDelivery = {
    source_account: deps.day.sourceAccount,
    device_id: step.device === undefined ? null : dayIdOf(telling, step.device),
    message_id: deps.day.idOf(story, step.messageOf ?? step.sms),
    sender,
    body,
    received_at: receivedAt.toISOString(),
  };
  const webhookId = deps.day.idOf(story, step.sms);
  telling.deliveries.set(step.sms, { webhookId, delivery });
  const { smsId } = await deps.sendHook(webhookId, delivery);
  telling.ids.set(step.sms, smsId);
}

export async function deliverAgain(telling: Telling, { sms, as }: StepOf<'deliver_again'>): Promise<void> {
  const first = deliveredOf(telling, sms);
  const webhookId = as === 'same_request' ? first.webhookId : `${first.webhookId}-again`;
  const { smsId, duplicate } = await telling.deps.sendHook(webhookId, first.delivery);
  if (smsId !== smsIdOf(telling, sms) || !duplicate) throw new Error(`${sms} came again and was taken for another SMS`);
}

export async function seeAgain(telling: Telling, step: StepOf<'see_again'>): Promise<void> {
  const { sms, device, secondsLater } = step;
  const first = deliveredOf(telling, sms);
  const delivery: HookDelivery = {
    ...first.delivery,
    device_id: dayIdOf(telling, device),
    message_id: `${first.delivery.message_id}-${device}`,
    received_at: new Date(Date.parse(first.delivery.received_at) + secondsLater * 1000).toISOString(),
  };
  const { smsId } = await telling.deps.sendHook(`${first.webhookId}-${device}`, delivery);
  if (smsId !== smsIdOf(telling, sms)) throw new Error(`${sms} was seen by a second phone and became a second SMS`);
}

export async function alsoBy(telling: Telling, { sms, way }: StepOf<'also'>): Promise<void> {
  const composed = telling.composed.get(sms);
  const possible = possibleWay(way, telling.deps.simulated);
  // What the hook stood in for names no line, so nothing pairs with it.
  if (!composed || !telling.arrivals.has(sms) || !isSimulated(possible)) return;
  const [, { smsId }] = await sendBy(telling, possible, composed);
  if (smsId !== smsIdOf(telling, sms)) throw new Error(`${sms} came by ${way.by} too and became a second SMS`);
}

function isSimulated(way: Way): way is SimulatedWay {
  return way.by !== 'hook';
}

export async function awaitSightings(telling: Telling, { sms, as }: StepOf<'sighted'>): Promise<void> {
  const { arrivals } = telling.deps.watches;
  const seen = await arrivals.until(
    arrivalOf(telling, sms),
    ({ vias }) => as.every((via) => vias.has(via)),
    SIGHTING_LIMIT_MS,
  );
  const missing = as.filter((via) => !seen?.vias.has(via));
  if (missing.length > 0) throw new Error(`${sms} should have been seen by ${missing.join(', ')} as well`);
}

export async function bringOverOne(telling: Telling, { sms, brand: brandId }: StepOf<'bring_over'>): Promise<void> {
  const { story, deps } = telling;
  const old = compose(telling, { sms, text: {}, received: { secondsAgo: OLD_SMS_AGE_SECONDS } });
  const messageId = deps.day.idOf(story, sms);
  const { sourceAccount } = deps.day;
  telling.ids.set(sms, await bringOver(deps.owner, { ...old, messageId, brandId, sourceAccount }));
}

function compose(telling: Telling, step: Omit<SendStep, 'do'>): ComposedSms {
  const { day, matchWaitMs } = telling.deps;
  const sms = composeSms(telling.story, step, { day, matchWaitMs, now: new Date(), sent: telling.composed });
  telling.composed.set(step.sms, sms);
  return sms;
}
