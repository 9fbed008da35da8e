/** What players and people do in a story: deposits at the wallet's desk, decisions through the recon service. */
import { z } from 'zod';
import { BANKS } from './banks';
import { playerId, playerOf } from './players';
import { ACTOR, SHOOTER } from './seeds';
import type { CheckStep, DepositStep, Step } from './story';
import { deviceIdOf, smsIdOf, type Telling } from './telling';

const DEPOSITS = '/internal/wallet/deposits';

export async function makeDeposit({ story, deps }: Telling, step: DepositStep): Promise<void> {
  const name = step.player ?? story.player;
  const player = playerOf(name);
  const { currency, accountTail } = BANKS[player.bank];
  await deps.wallet.post(DEPOSITS, {
    order_id: deps.day.orderId(story, step.order),
    player_id: playerId(name),
    brand_id: player.brand,
    amount_minor: deps.day.amountMinor(story, step.amountMinor),
    currency,
    account_tail: accountTail,
    payer_name: player.name,
  });
}

export async function cancelDeposit({ story, deps }: Telling, order: string): Promise<void> {
  await deps.wallet.post(`${DEPOSITS}/${deps.day.orderId(story, order)}/cancel`, {});
}

export async function decide(telling: Telling, step: CheckStep, stepNumber: number): Promise<void> {
  const { story, deps } = telling;
  const { sms, verdict, reviewer, order, undoSeconds, remark } = step;
  await deps.reviewers.post(`${SHOOTER}/sms/check`, {
    id: smsIdOf(telling, sms),
    verdict,
    reviewer,
    review_id: deps.day.idOf(story, `${verdict}-${stepNumber}`),
    ...(order === undefined ? {} : { order_id: deps.day.orderId(story, order) }),
    ...(undoSeconds === undefined ? {} : { undo_seconds: undoSeconds }),
    ...(remark === undefined ? {} : { remark }),
  });
}

export async function resetSms(
  telling: Telling,
  { sms, actor, reason }: Extract<Step, { readonly do: 'reset' }>,
  stepNumber: number,
): Promise<void> {
  const { story, deps } = telling;
  const request_id = deps.day.idOf(story, `reset-${stepNumber}`);
  await deps.reviewers.post(`${SHOOTER}/sms/reset`, { id: smsIdOf(telling, sms), actor, reason, request_id });
}

const devices = z.object({
  items: z.array(z.object({ id: z.int(), source_account: z.string(), external_id: z.string() })),
});

export async function trustDevice(telling: Telling, device: string): Promise<void> {
  const { reviewers, day } = telling.deps;
  const { items } = devices.parse(await reviewers.get(`${SHOOTER}/device/list`));
  const external = deviceIdOf(telling, device);
  const found = items.find((one) => one.external_id === external && one.source_account === day.sourceAccount);
  if (!found) throw new Error(`the phone ${device} has delivered, but is not listed`);
  await reviewers.post(`${SHOOTER}/device/trust`, { id: found.id, trusted: true, actor: ACTOR });
}
