/** What people do: decide, take back, confirm, start again; and messages that must have no effect. */
import { randomUUID } from 'node:crypto';
import { workflowIdOf } from '../../domain/sms';
import { resetSignal, reviewSignal } from '../../workflows/messages';
import { askByLoop } from '../support/closed-run';
import { creditText } from '../support/house';
import type { TestMoney } from '../support/money';
import { drop, errorCode, gate } from '../support/stub-wallet';
import { crossBrand, held, internalError, possibleDuplicate } from './machine-paths';
import type { Path } from './path';
import { MATCH_WAIT_MS, type Scene } from './scene';

const approved = { status: 'approved' } as const;
const ambiguousAgain = { status: 'awaiting_review', reason: 'ambiguous' } as const;
const UNREADABLE = 'Rheinbank: Guten Tag, Ihre Filiale hat morgen geschlossen.';

/** Above the amount that a second person must see. */
function large(scene: Scene): TestMoney {
  const money = scene.money();
  const amountMinor = 200_000 + money.amountMinor;
  const amount = `${Math.floor(amountMinor / 100)},${String(amountMinor % 100).padStart(2, '0')}`;
  return { amountMinor, amount, text: (given) => creditText(amount, given) };
}

async function rejectedWhileWaiting(scene: Scene): Promise<number> {
  const money = scene.money();
  const smsId = await scene.credit(money);
  await scene.rests(smsId, 'waiting_for_deposit');
  await scene.ask(smsId, 'reject');
  await scene.rests(smsId, 'rejected');
  await scene.house.client.workflow.getHandle(workflowIdOf(smsId)).result();
  await scene.deposit(money);
  return smsId;
}

export const PEOPLE_PATHS: readonly Path[] = [
  {
    name: 'ambiguous-approved',
    ends: approved,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      await scene.ask(smsId, 'approve', { orderId: orders[0] });
      return smsId;
    },
  },
  {
    name: 'ambiguous-rejected',
    ends: { status: 'rejected' },
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'note');
      await scene.ask(smsId, 'reject');
      return smsId;
    },
  },
  {
    name: 'ambiguous-abandoned',
    ends: { status: 'abandoned' },
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'abandon');
      return smsId;
    },
  },
  {
    name: 'held-abandoned',
    ends: { status: 'abandoned' },
    async walk(scene) {
      const smsId = await held(scene);
      await scene.ask(smsId, 'abandon');
      return smsId;
    },
  },
  {
    name: 'waiting-approved',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const smsId = await scene.credit(money);
      await scene.rests(smsId, 'waiting_for_deposit');
      // Another account: no candidate for the machine, and a person may say otherwise.
      const orderId = await scene.deposit(money, { account_tail: '9999' });
      await scene.ask(smsId, 'approve', { orderId });
      return smsId;
    },
  },
  {
    name: 'unmatched-approved',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const smsId = await scene.credit(money, { receivedAt: new Date(Date.now() - MATCH_WAIT_MS - 60_000) });
      await scene.rests(smsId, 'awaiting_review', 'unmatched');
      const orderId = await scene.deposit(money);
      await scene.ask(smsId, 'retry');
      await scene.rests(smsId, 'awaiting_review', 'unmatched');
      await scene.ask(smsId, 'approve', { orderId });
      return smsId;
    },
  },
  {
    name: 'approval-refused-then-given',
    ends: approved,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      const other = await scene.deposit(scene.money());
      await scene.ask(smsId, 'approve', { orderId: other });
      await scene.ask(smsId, 'approve', { orderId: 'no-such-order' });
      await scene.ask(smsId, 'approve', { orderId: orders[1] });
      return smsId;
    },
  },
  {
    name: 'approved-by-signal',
    ends: approved,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      const request = await scene.house.record(smsId, 'approve', { orderId: orders[0] });
      const { reviewId, attempt, orderId } = request;
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      await handle.signal(reviewSignal, { reviewId, attempt, verdict: 'approve', orderId });
      return smsId;
    },
  },
  {
    name: 'parse-failed-forced-by-two',
    ends: approved,
    async walk(scene) {
      const smsId = await scene.credit(scene.money(), { body: `${UNREADABLE} ${randomUUID()}` });
      await scene.rests(smsId, 'awaiting_review', 'parse_failed');
      const orderId = await scene.deposit(scene.money());
      await scene.ask(smsId, 'approve', { orderId, reviewer: 'rita' });
      await scene.rests(smsId, 'awaiting_second_approval');
      await scene.ask(smsId, 'confirm', { reviewer: 'tom' });
      return smsId;
    },
  },
  {
    name: 'cross-brand-forced-by-two',
    ends: approved,
    async walk(scene) {
      const { smsId, order } = await crossBrand(scene);
      await scene.rests(smsId, 'awaiting_review', 'cross_brand');
      await scene.ask(smsId, 'approve', { orderId: order, reviewer: 'rita' });
      await scene.ask(smsId, 'confirm', { reviewer: 'tom' });
      return smsId;
    },
  },
  {
    name: 'four-eyes',
    ends: approved,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous(large(scene));
      await scene.ask(smsId, 'approve', { orderId: orders[0], reviewer: 'rita' });
      await scene.rests(smsId, 'awaiting_second_approval');
      await scene.ask(smsId, 'confirm', { reviewer: 'rita' });
      await scene.ask(smsId, 'confirm', { reviewer: 'tom' });
      return smsId;
    },
  },
  {
    name: 'awaiting-second-approval',
    ends: { status: 'awaiting_second_approval' },
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous(large(scene));
      await scene.ask(smsId, 'approve', { orderId: orders[0], undoSeconds: 1 });
      return smsId;
    },
  },
  {
    name: 'decision-pending',
    ends: { status: 'decision_pending' },
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      await scene.ask(smsId, 'approve', { orderId: orders[0], undoSeconds: 600 });
      return smsId;
    },
  },
  {
    name: 'undone',
    ends: ambiguousAgain,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      await scene.ask(smsId, 'approve', { orderId: orders[0], undoSeconds: 600 });
      await scene.ask(smsId, 'undo');
      return smsId;
    },
  },
  {
    name: 'undo-time-over',
    ends: approved,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      await scene.ask(smsId, 'approve', { orderId: orders[0], undoSeconds: 1 });
      return smsId;
    },
  },
  {
    name: 'rejected-after-undo-time',
    ends: { status: 'rejected' },
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'reject', { undoSeconds: 1 });
      return smsId;
    },
  },
  {
    name: 'confirmed-in-undo-time',
    ends: approved,
    async walk(scene) {
      const { smsId, orders } = await scene.ambiguous();
      await scene.ask(smsId, 'approve', { orderId: orders[0], undoSeconds: 600 });
      await scene.ask(smsId, 'confirm');
      return smsId;
    },
  },
  {
    name: 'proposed',
    ends: { status: 'awaiting_review', reason: 'proposed' },
    runs: 2,
    async walk(scene) {
      const smsId = await rejectedWhileWaiting(scene);
      await askByLoop(scene.house, smsId, 'reset');
      return smsId;
    },
  },
  {
    name: 'proposed-approved',
    ends: approved,
    runs: 2,
    async walk(scene) {
      const smsId = await rejectedWhileWaiting(scene);
      await askByLoop(scene.house, smsId, 'reset');
      await scene.rests(smsId, 'awaiting_review', 'proposed');
      const { orderId } = await scene.house.sms(smsId);
      await scene.ask(smsId, 'approve', { orderId: orderId ?? '' });
      return smsId;
    },
  },
  {
    name: 'possible-duplicate-retried',
    ends: { status: 'waiting_for_deposit' },
    async walk(scene) {
      const smsId = await possibleDuplicate(scene);
      await scene.rests(smsId, 'awaiting_review', 'possible_duplicate');
      await scene.ask(smsId, 'retry');
      return smsId;
    },
  },
  {
    name: 'internal-error-retried',
    ends: approved,
    async walk(scene) {
      const { smsId, mend } = await internalError(scene);
      await mend();
      await scene.ask(smsId, 'retry');
      return smsId;
    },
  },
  {
    name: 'wallet-unknown-retried',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const order = await scene.deposit(money);
      scene.door.script(order, errorCode(500, 'broken'));
      const smsId = await scene.credit(money);
      await scene.rests(smsId, 'awaiting_review', 'wallet_unknown');
      await scene.ask(smsId, 'reject');
      scene.door.script(order, scene.pass);
      await scene.ask(smsId, 'retry');
      return smsId;
    },
  },
  {
    name: 'wallet-rejected-reset',
    ends: approved,
    async walk(scene) {
      const smsId = await walletRejected(scene);
      await scene.ask(smsId, 'reset');
      return smsId;
    },
  },
  {
    name: 'reset',
    ends: ambiguousAgain,
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'reset');
      return smsId;
    },
  },
  {
    name: 'reset-by-signal',
    ends: ambiguousAgain,
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      const { reviewId, attempt } = await scene.house.record(smsId, 'reset');
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      await handle.signal(resetSignal, { requestId: reviewId, attempt });
      await scene.house.client.workflow.getHandle(workflowIdOf(smsId)).describe();
      return secondAttempt(scene, smsId);
    },
  },
  ...(['whitelist', 'parse', 'match'] as const).map((startAt): Path => ({
    name: `rerun-from-${startAt}`,
    ends: ambiguousAgain,
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'rerun', { startAt });
      return secondAttempt(scene, smsId);
    },
  })),
  {
    name: 'rerun-from-wallet',
    ends: approved,
    async walk(scene) {
      const smsId = await walletRejected(scene);
      await scene.ask(smsId, 'rerun', { startAt: 'wallet' });
      return smsId;
    },
  },
  ...(['whitelist', 'parse', 'match'] as const).map((startAt): Path => ({
    name: `rerun-closed-from-${startAt}`,
    ends: ambiguousAgain,
    runs: 2,
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'abandon');
      await scene.house.client.workflow.getHandle(workflowIdOf(smsId)).result();
      await askByLoop(scene.house, smsId, 'rerun', { startAt });
      return secondAttempt(scene, smsId);
    },
  })),
  {
    name: 'old-attempt-and-invented-messages',
    ends: ambiguousAgain,
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      await scene.ask(smsId, 'reset');
      await secondAttempt(scene, smsId);
      await scene.ask(smsId, 'reject', { attempt: 1 });
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      const invented = { reviewId: randomUUID(), attempt: 2, verdict: 'reject', orderId: null } as const;
      await handle.signal(reviewSignal, invented);
      await handle.signal('reviewSignal', 'not even a message');
      return smsId;
    },
  },
  {
    name: 'reset-refused-while-the-wallet-is-asked',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const order = await scene.deposit(money);
      const closed = gate(scene.pass);
      scene.door.script(order, drop, closed.behaviour, scene.pass);
      const smsId = await scene.credit(money);
      await closed.reached;
      await scene.ask(smsId, 'reset');
      closed.open();
      return smsId;
    },
  },
  {
    name: 'signal-during-local-activities',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const order = await scene.deposit(money);
      const closed = gate(scene.pass);
      scene.door.script(order, closed.behaviour, scene.pass);
      const smsId = await scene.credit(money);
      await closed.reached;
      const { reviewId, attempt } = await scene.house.record(smsId, 'note');
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      await handle.signal(reviewSignal, { reviewId, attempt, verdict: 'note', orderId: null });
      closed.open();
      return smsId;
    },
  },
];

async function walletRejected(scene: Scene): Promise<number> {
  const money = scene.money();
  const order = await scene.deposit(money);
  scene.door.script(order, errorCode(409, 'deposit_not_pending'), scene.pass);
  const smsId = await scene.credit(money);
  await scene.rests(smsId, 'awaiting_review', 'wallet_rejected');
  return smsId;
}

async function secondAttempt(scene: Scene, smsId: number): Promise<number> {
  for (;;) {
    const { attempt, status } = await scene.house.sms(smsId);
    if (attempt === 2 && status === 'awaiting_review') return smsId;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
