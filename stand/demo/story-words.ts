/** Short forms that most stories are made of. */
import type { ReviewReason } from '../../domain/sms';
import type { PlayerName } from './players';
import type { GapStatus } from '../../domain/balance-gap';
import type { CheckStep, DepositStep, Expected, SendStep, Step, Story } from './story';

export const APPROVED: Expected = { status: 'approved', matchKind: 'auto' };
export const APPROVED_BY_HAND: Expected = { status: 'approved', matchKind: 'manual' };
export const APPROVED_FORCED: Expected = { status: 'approved', matchKind: 'forced' };
export const WAITING: Expected = { status: 'waiting_for_deposit' };
export const HELD: Expected = { status: 'held_untrusted_device' };

export function inReview(reason: ReviewReason): Expected {
  return { status: 'awaiting_review', reason };
}

/** The reviewers of the demo. */
export const MINA = 'mina@demo';
export const TOMAS = 'tomas@demo';

export const deposit = (more: Partial<Omit<DepositStep, 'do'>> = {}): DepositStep => ({
  do: 'deposit',
  order: 'order',
  ...more,
});

export const send = (more: Partial<Omit<SendStep, 'do'>> = {}): SendStep => ({
  do: 'send',
  sms: 'sms',
  text: {},
  ...more,
});

export const check = (
  verdict: CheckStep['verdict'],
  more: Partial<Omit<CheckStep, 'do' | 'verdict'>> = {},
): CheckStep => ({ do: 'check', verdict, sms: 'sms', reviewer: MINA, undoSeconds: 0, ...more });

export const awaits = (is: Expected, sms = 'sms'): Step => ({ do: 'await', sms, is });

export const awaitsGap = (before: string, after: string, ...is: readonly GapStatus[]): Step => ({
  do: 'await_gap',
  before,
  after,
  is,
});

/** A story of one SMS called `sms`. */
export function story(
  key: string,
  tells: string,
  [player, amountMinor]: readonly [PlayerName, number],
  steps: readonly Step[],
  expected: Expected,
): Story {
  return { key, tells, player, amountMinor, steps, expect: { sms: expected } };
}

/** A story of several SMS. */
export function storyOf(
  key: string,
  tells: string,
  [player, amountMinor]: readonly [PlayerName, number],
  steps: readonly Step[],
  expect: Story['expect'],
): Story {
  return { key, tells, player, amountMinor, steps, expect };
}
