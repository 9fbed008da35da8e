/** What banks write on the day: each text is read by a template that comes with Recon, and each credit is of its own amount. */
import { amountText, clockAt, COMMA, INDIAN, inDigitsOf, POINT } from '../../../stand/demo/writing';

export interface Money {
  readonly amountMinor: number;
  /** Digits only, of this payment alone. */
  readonly reference: string;
}

export interface DayBank {
  readonly sender: string;
  readonly currency: string;
  /** The least that this bank writes: a bank without decimals writes whole units only. */
  readonly stepMinor: number;
  readonly credit: (money: Money, at: Date) => string;
}

const KWD = { unitMinor: 1000, decimals: 3, group: ',', decimal: '.' } as const;
const WHOLE = { decimals: 0, group: ',', decimal: '.' } as const;

/** Without balances: what the chain of balances finds is another test's business. */
export const DAY_BANKS: readonly DayBank[] = [
  {
    sender: 'RHEINBANK',
    currency: 'EUR',
    stepMinor: 1,
    credit({ amountMinor, reference }, at) {
      const { day, month, year, hour, minute } = clockAt(at, 'Europe/Berlin');
      const when = `${day}.${month}.${year} ${hour}:${minute}`;
      return `Rheinbank: Zahlungseingang ${amountText(amountMinor, COMMA)} EUR auf Konto ...4711 von Eine Person am ${when}. Verwendungszweck: INV-${reference}.`;
    },
  },
  {
    sender: 'GANGAB',
    currency: 'INR',
    stepMinor: 1,
    credit({ amountMinor, reference }, at) {
      const { day, month, year, hour, minute, second } = clockAt(at, 'Asia/Kolkata');
      const when = `${day}-${month}-${year.slice(2)} at ${hour}:${minute}:${second}`;
      return `Dear Customer, Rs.${amountText(amountMinor, INDIAN)} credited to A/c XX4321 on ${when} by UPI from A PERSON (Ref No ${reference}) -Ganga National Bank`;
    },
  },
  {
    sender: 'MEHREGAN',
    currency: 'IRR',
    stepMinor: 100,
    credit({ amountMinor, reference }) {
      const amount = amountText(amountMinor, { ...WHOLE, unitMinor: 100 });
      return inDigitsOf('persian', `بانک مهرگان\nواریز به حساب: 1234567890\nمبلغ: ${amount} ریال\nشناسه: ${reference}`);
    },
  },
  {
    sender: '72772',
    currency: 'USD',
    stepMinor: 1,
    credit: ({ amountMinor, reference }) =>
      `Prairie Bank: You've received $${amountText(amountMinor, POINT)} from A PERSON in account ending in 6677. Confirmation #PB${reference}`,
  },
  {
    sender: 'SAFATBANK',
    currency: 'KWD',
    stepMinor: 1,
    credit: ({ amountMinor, reference }) =>
      `KD ${amountText(amountMinor, KWD)} credited to A/C 1234XXXX5566 from A PERSON, Ref SB${reference}.`,
  },
  {
    sender: 'AOBABANK',
    currency: 'JPY',
    stepMinor: 1,
    credit({ amountMinor }, at) {
      const { day, month, year, hour, minute } = clockAt(at, 'Asia/Tokyo');
      const amount = amountText(amountMinor, { ...WHOLE, unitMinor: 1 });
      return `【青葉銀行】お振込みがありました。金額：${amount}円 振込人：ヤマダ タロウ 口座：****1234 日時：${year}年${month}月${day}日 ${hour}:${minute}`;
    },
  },
];

/** Money that went out: read, and no credit. */
export const debitText = ({ amountMinor }: Money): string =>
  `A/c XX4321 debited by Rs.${amountText(amountMinor, INDIAN)} on 05-03-24. -Ganga National Bank`;

export const otpText = ({ reference }: Money): string =>
  `${reference} is your OTP for the transaction at Ganga National Bank. Do not share it with anyone.`;

export const DEBIT_SENDER = 'GANGAB';
