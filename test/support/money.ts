/** Money that no other SMS or deposit of the same test file is about, so that tests of one house do not meet. */
import { creditText } from './house';

export interface TestMoney {
  readonly amountMinor: number;
  /** As the SMS writes it. */
  readonly amount: string;
  /** A credit of it; every call another reference. */
  text(given?: Parameters<typeof creditText>[1]): string;
}

/** The first amount is 100,01. */
export function createMoneySource(): () => TestMoney {
  let last = 10_000;
  return () => {
    last += 1;
    const amountMinor = last;
    const amount = `${Math.floor(amountMinor / 100)},${String(amountMinor % 100).padStart(2, '0')}`;
    return { amountMinor, amount, text: (given) => creditText(amount, given) };
  };
}
