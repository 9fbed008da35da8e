/** A bank of the demo: who sends its SMS, which account of ours it names, and how it writes that money came. */

export interface PaymentText {
  readonly amountMinor: number;
  readonly payer: string;
  /** Ten digits, unique by day and story. */
  readonly reference: string;
  readonly at: Date;
  /**
   * Of the account after it; null: the text leaves it out. A balance that the SMS before and after do not bear out would be
   * a gap in the account's chain, so only stories that keep the account's books tell one.
   */
  readonly balanceMinor: number | null;
}

export interface Bank {
  /** The template of the library that reads it. */
  readonly template: string;
  /** As phones report it, wrapped by operators where those do so. */
  readonly sender: string;
  readonly currency: string;
  /** Null where its SMS name no account. */
  readonly accountTail: string | null;
  /** False where its SMS name no reference. */
  readonly hasReference: boolean;
  /** What one unit as written is in minor units: amounts of the next day differ by one of it. */
  readonly unitMinor: number;
  readonly write: (payment: PaymentText) => string;
}
