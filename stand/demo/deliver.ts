/** How SMS of a story come in: through the signed hook, again, by a second phone, or brought over from an older system. */
import { bringOver } from './bring-over';
import { composeSms, type ComposedSms } from './compose';
import type { HookDelivery } from './hook-sender';
import type { SendStep, Step } from './story';
import { deliveredOf, deviceIdOf, smsIdOf, type Telling } from './telling';

type StepOf<Name extends Step['do']> = Extract<Step, { readonly do: Name }>;

/** How long ago an older system took in what it hands over. */
const OLD_SMS_AGE_SECONDS = 600;

export async function send(telling: Telling, step: SendStep): Promise<void> {
  const { story, deps } = telling;
  const { sender, body, receivedAt } = compose(telling, step);
  const delivery: HookDelivery = {
    source_account: deps.day.sourceAccount,
    device_id: step.device === undefined ? null : deviceIdOf(telling, step.device),
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
    device_id: deviceIdOf(telling, device),
    message_id: `${first.delivery.message_id}-${device}`,
    received_at: new Date(Date.parse(first.delivery.received_at) + secondsLater * 1000).toISOString(),
  };
  const { smsId } = await telling.deps.sendHook(`${first.webhookId}-${device}`, delivery);
  if (smsId !== smsIdOf(telling, sms)) throw new Error(`${sms} was seen by a second phone and became a second SMS`);
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
