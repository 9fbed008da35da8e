import type { Bank } from './bank';
import { amountText, clockAt, COMMA, inDigitsOf, POINT } from './writing';

const shared = { hasReference: true, unitMinor: 100 } as const;

export const MIDDLE_EAST_BANKS = {
  mehregan: {
    ...shared,
    template: 'Bank Mehregan: واریز',
    sender: 'MEHREGAN',
    currency: 'IRR',
    accountTail: '7890',
    write({ amountMinor, reference }) {
      // Nobody writes the rial's decimals.
      const amount = inDigitsOf('persian', amountText(amountMinor, { ...POINT, decimals: 0 }));
      return `بانک مهرگان\nواریز به حساب: ۱۲۳۴۵۶۷۸۹۰\nمبلغ: ${amount} ریال\nشناسه: ${inDigitsOf('persian', reference)}`;
    },
  },
  kish: {
    ...shared,
    template: 'Kish Wallet: واریز به تومان',
    sender: 'KISHWALLET',
    currency: 'IRR',
    accountTail: '5678',
    unitMinor: 1000,
    write({ amountMinor, payer, reference }) {
      const tomans = amountText(amountMinor, { unitMinor: 1000, decimals: 0, group: '٬', decimal: '٫' });
      return `کاربر گرامی، مبلغ ${inDigitsOf('persian', tomans)} تومان از ${payer} به کارت شما *۵۶۷۸ واریز شد. کد پیگیری: ${inDigitsOf('persian', reference)}`;
    },
  },
  khalij: {
    ...shared,
    template: 'Khalij Bank: credit',
    sender: 'KHALIJBANK',
    currency: 'AED',
    accountTail: '7788',
    write({ amountMinor, payer, reference, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Asia/Dubai');
      const amount = amountText(amountMinor, POINT);
      return `AED ${amount} has been credited to your account 001XXXX7788 on ${day}-${month}-${year} ${hour}:${minute} from ${payer}. Ref: ${reference}.`;
    },
  },
  najd: {
    ...shared,
    template: 'Bank Najd: حوالة واردة',
    sender: 'BANKNAJD',
    currency: 'SAR',
    accountTail: '4455',
    write({ amountMinor, payer, reference }) {
      const amount = inDigitsOf('arabic', amountText(amountMinor, { ...POINT, group: '٬', decimal: '٫' }));
      return `حوالة واردة\nالمبلغ: ${amount} ريال\nإلى حساب: **٤٤٥٥\nمن: ${payer}\nالمرجع: ${inDigitsOf('arabic', reference)}\nالرسوم: ٠٫٠٠ ريال`;
    },
  },
  safat: {
    ...shared,
    template: 'Bank Safat: credit',
    sender: 'SAFATBANK',
    currency: 'KWD',
    accountTail: '5566',
    unitMinor: 1000,
    write({ amountMinor, payer, reference }) {
      const amount = amountText(amountMinor, { unitMinor: 1000, decimals: 3, group: ',', decimal: '.' });
      return `KD ${amount} credited to A/C 1234XXXX5566 from ${payer}, Ref ${reference}. Fee KD 0.250.`;
    },
  },
  bosfor: {
    ...shared,
    template: 'Bosfor Bankası: FAST ile gelen',
    sender: 'BOSFORBANK',
    currency: 'TRY',
    accountTail: '7788',
    write({ amountMinor, payer, reference, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Europe/Istanbul');
      const amount = amountText(amountMinor, COMMA);
      return `Sayın müşterimiz, ${day}.${month}.${year} ${hour}:${minute} tarihinde ${payer} tarafından TR** **** 7788 no'lu hesabınıza ${amount} TL FAST ile gelmiştir. Ref: ${reference}.`;
    },
  },
} satisfies Record<string, Bank>;
