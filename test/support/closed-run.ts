/** What the API does with a request for an SMS whose run is closed, and what the loop does with one that nobody answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createSignaller } from '../../worker/loops/signals';
import { redeliverRequests } from '../../worker/loops/redeliver-requests';
import { findReview } from '../../db/reviews';
import type { ReviewEffect } from '../../domain/review';
import { STATUS_RULES, workflowIdOf, type Command } from '../../domain/sms';
import type { Ask, House } from './house';

const CLOSING_LIMIT_MS = 5_000;

export function redeliver(house: House): Promise<number> {
  return redeliverRequests({
    db: house.db,
    signaller: createSignaller(house.client),
    starter: house.starter,
    fourEyes: house.config.FOUR_EYES_AMOUNT_MINOR,
    olderThanMs: 0,
  });
}

/** Records a request and lets the loop deliver it; gives its effect once there is one. */
export async function askByLoop(house: House, smsId: number, command: Command, given?: Ask): Promise<ReviewEffect> {
  const { reviewId } = await house.record(smsId, command, given);
  return effectOf(house, smsId, reviewId);
}

/** Records and tells; where the run is closed or closes meanwhile, the answer comes from the rows. */
export async function askAnyway(house: House, smsId: number, command: Command, given?: Ask): Promise<ReviewEffect> {
  const message = await house.record(smsId, command, given);
  return house.tell(message).catch(() => effectOf(house, smsId, message.reviewId));
}

async function effectOf(house: House, smsId: number, reviewId: string): Promise<ReviewEffect> {
  await untilClosed(house, smsId);
  const limit = Date.now() + 20_000;
  for (;;) {
    const effect = (await findReview(house.db, reviewId))?.effect;
    if (effect) return effect;
    if (Date.now() > limit) throw new Error(`request ${reviewId} had no effect`);
    await redeliver(house);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The row is closed before its run is: a start meanwhile finds the old run, and these houses have no sweeper to try again. */
async function untilClosed(house: House, smsId: number): Promise<void> {
  const { status } = await house.sms(smsId);
  if (STATUS_RULES[status].runOpen) return;
  const ended = house.client.workflow.getHandle(workflowIdOf(smsId)).result();
  await Promise.race([ended, sleep(CLOSING_LIMIT_MS, undefined, { ref: false })]).catch(() => undefined);
}
