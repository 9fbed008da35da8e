/** What players and people do in a story: deposits at the wallet's desk, decisions through the recon service. */
import { DEMO_PUSHBULLET } from '../../sim/demo';
import { BANKS } from './banks';
import { playerId, playerOf } from './players';
import { findDevice, trustDevice } from './devices';
import { SHOOTER } from './seeds';
import type { CheckStep, DepositStep, Step } from './story';
import { appSecretOf, dayIdOf, outsideOf, smsIdOf, type Telling } from './telling';

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

export async function newPhone(telling: Telling, step: Extract<Step, { readonly do: 'new_phone' }>): Promise<void> {
  const { deps, story } = telling;
  const device = dayIdOf(telling, step.phone.day);
  if (step.with === 'pushbullet')
    return outsideOf(telling).newPushbulletPhone({
      account: DEMO_PUSHBULLET.account,
      iden: device,
      nickname: `Phone of ${story.key}`,
    });
  const targetUrl = `${deps.apiUrl}/hooks/sms/${step.with}`;
  const secret = appSecretOf(deps, step.with);
  return outsideOf(telling).appPhone({ app: step.with, device, targetUrl, secret, number: null });
}

export async function trustPhone(
  telling: Telling,
  { device, of = 'hook' }: Extract<Step, { readonly do: 'trust' }>,
): Promise<void> {
  const { reviewers, day } = telling.deps;
  const accounts = { hook: day.sourceAccount, pushbullet: DEMO_PUSHBULLET.account } as const;
  const account = of === 'hook' || of === 'pushbullet' ? accounts[of] : of;
  const found = await findDevice(reviewers, account, dayIdOf(telling, device));
  if (!found) throw new Error(`the phone ${device} has delivered, but is not listed`);
  await trustDevice(reviewers, found.id);
}
