/** Makes of a story's step the SMS that a phone would deliver. Pure: the same day gives the same texts. */
import { BANKS } from './banks';
import type { Day } from './day';
import { playerOf } from './players';
import type { Received, SendStep, SmsText, Story } from './story';

export interface ComposedSms {
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
}

export interface ComposeContext {
  readonly day: Day;
  readonly now: Date;
  /** MATCH_WAIT. */
  readonly matchWaitMs: number;
  /** Those of the story so far. */
  readonly sent: ReadonlyMap<string, ComposedSms>;
}

/** How far beyond the wait an SMS of an offline phone is. */
const BEYOND_MS = 60_000;

export function composeSms(
  story: Story,
  step: Pick<SendStep, 'sms' | 'text' | 'sender' | 'received'>,
  context: ComposeContext,
): ComposedSms {
  const { text, sms } = step;
  if ('copyOf' in text) {
    const copied = context.sent.get(text.copyOf);
    if (!copied) throw new Error(`story ${story.key} copies ${text.copyOf} before it was sent`);
    return { ...copied, receivedAt: new Date(copied.receivedAt.getTime() + text.secondsLater * 1000) };
  }
  const receivedAt = receivedTime(step.received, context);
  const sender = step.sender ?? BANKS[playerOf(story.player).bank].sender;
  const body = 'body' in text ? text.body : paymentText(story, sms, text, receivedAt, context.day);
  return { sender, body, receivedAt };
}

type OwnPayment = Exclude<SmsText, { readonly body: string } | { readonly copyOf: string }>;

function paymentText(story: Story, sms: string, text: OwnPayment, at: Date, day: Day): string {
  const { bank, name } = playerOf(story.player);
  return BANKS[bank].write({
    amountMinor: day.amountMinor(story, text.amountMinor),
    payer: text.payer ?? name,
    reference: day.referenceOf(story, text.referenceOf ?? sms),
    at,
    balanceMinor: text.onTopOf === undefined ? null : balanceAfter(story, text, text.onTopOf, day),
  });
}

/** What lay on the account in the morning. */
const OPENING_MINOR = 40_000_00;

function balanceAfter(story: Story, { amountMinor }: OwnPayment, before: readonly number[], day: Day): number {
  const booked = [...before, amountMinor].map((amount) => day.amountMinor(story, amount));
  return booked.reduce((sum, amount) => sum + amount, OPENING_MINOR);
}

function receivedTime(received: Received | undefined, { now, matchWaitMs }: ComposeContext): Date {
  if (received === undefined) return now;
  if (received === 'beyond_the_wait') return new Date(now.getTime() - matchWaitMs - BEYOND_MS);
  if ('secondsAgo' in received) return new Date(now.getTime() - received.secondsAgo * 1000);
  return new Date(now.getTime() - matchWaitMs + received.waitEndsInSeconds * 1000);
}
