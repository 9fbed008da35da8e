/** The words that the demo day is told in: what happens around a few SMS, step by step, and where each must come to rest. */
import type { ReviewReason, SmsStatus, Verdict } from '../../domain/sms';
import type { GapStatus } from '../../domain/balance-gap';
import type { PhoneApp } from '../../domain/phone-apps';
import type { Via } from '../../domain/delivery';
import type { BrandName, PlayerName } from './players';
import type { DayPhone, Way } from './ways';

/** Where an SMS rests: the machine does nothing more about it by itself for now. */
export type RestingStatus = Exclude<SmsStatus, 'received' | 'matched' | 'approving'>;

export interface Expected {
  readonly status: RestingStatus;
  /** Only in `awaiting_review`. */
  readonly reason?: ReviewReason;
  /** Only of an approved SMS: who matched it. */
  readonly matchKind?: 'auto' | 'manual' | 'forced';
}

/** When the phone says that it received the SMS. */
export type Received =
  /** This many seconds ago; negative: its clock runs ahead. */
  | { readonly secondsAgo: number }
  /** So long ago that no deposit can come for it any more: a phone that was offline. */
  | 'beyond_the_wait'
  /** Such that the wait for a deposit ends after this many seconds. */
  | { readonly waitEndsInSeconds: number };

export type SmsText =
  /** That the story's player has paid, as the bank writes it; what is given differs from the story. */
  | {
      readonly payer?: string;
      readonly amountMinor?: number;
      readonly referenceOf?: string;
      /** The payments that were booked before it on this account: the text tells the balance. */
      readonly onTopOf?: readonly number[];
    }
  | { readonly body: string }
  /** The same text, sender and phone's clock as another SMS of the story. */
  | { readonly copyOf: string; readonly secondsLater: number };

export interface SendStep {
  readonly do: 'send';
  /** The SMS's name within the story. */
  readonly sms: string;
  readonly text: SmsText;
  /** Default: the bank's. */
  readonly sender?: string;
  readonly received?: Received;
  /** Default: the usual one of the player's bank. */
  readonly way?: Way;
  /** Through the hook, the phone that delivers it; without one the channel itself is trusted. */
  readonly device?: string;
  /** Under the message id of another SMS; default: an id of its own. */
  readonly messageOf?: string;
}

export interface DepositStep {
  readonly do: 'deposit';
  readonly order: string;
  /** Default: the story's player. */
  readonly player?: PlayerName;
  readonly amountMinor?: number;
}

export interface CheckStep {
  readonly do: 'check';
  readonly sms: string;
  readonly verdict: Verdict;
  readonly order?: string;
  readonly reviewer: string;
  readonly undoSeconds?: number;
  readonly remark?: string;
}

export type Step =
  | SendStep
  | DepositStep
  | CheckStep
  /** A phone that nobody trusts: of the Pushbullet account, after that was added, or with an app. */
  | { readonly do: 'new_phone'; readonly with: 'pushbullet' | PhoneApp; readonly phone: DayPhone }
  /** Another source brings it as well: a sighting, no second SMS. */
  | { readonly do: 'also'; readonly sms: string; readonly way: Way }
  /** These ways have brought it. */
  | { readonly do: 'sighted'; readonly sms: string; readonly as: readonly Via[] }
  /** The account's balances break between two SMS, and that comes to this. */
  | { readonly do: 'await_gap'; readonly before: string; readonly after: string; readonly is: readonly GapStatus[] }
  /** The same delivery once more: the very request, or under a new request id. */
  | { readonly do: 'deliver_again'; readonly sms: string; readonly as: 'same_request' | 'new_request' }
  /** Another phone on the same line has it too: a sighting, no second SMS. */
  | { readonly do: 'see_again'; readonly sms: string; readonly device: string; readonly secondsLater: number }
  /** An SMS of an older system, its brand filled in by a migration. */
  | { readonly do: 'bring_over'; readonly sms: string; readonly brand: BrandName }
  | { readonly do: 'await'; readonly sms: string; readonly is: Expected }
  | { readonly do: 'reset'; readonly sms: string; readonly actor: string; readonly reason: string }
  | { readonly do: 'cancel'; readonly order: string }
  | { readonly do: 'trust'; readonly device: string; readonly of?: 'hook' | 'pushbullet' | PhoneApp }
  | { readonly do: 'unlist'; readonly sender: string }
  /** Lists the sender and starts again what it stopped. */
  | { readonly do: 'list'; readonly sender: string };

export interface Story {
  /** Ids of orders, messages and requests are made of it. */
  readonly key: string;
  /** What it shows, in a few words. */
  readonly tells: string;
  readonly player: PlayerName;
  /** On the first day; later days add a little, so that no two days mean the same money. 0: the story has no money. */
  readonly amountMinor: number;
  readonly steps: readonly Step[];
  /** By the SMS's name. */
  readonly expect: Readonly<Record<string, Expected>>;
  /** Phones of its own that the account has from the morning on, and that are trusted. */
  readonly phones?: readonly DayPhone[];
  /** What it is about is Pushbullet's; where that is not simulated it is left out. */
  readonly onlyWith?: 'pushbullet' | 'apps';
  /** Told once all others have come to rest. */
  readonly last?: boolean;
}
