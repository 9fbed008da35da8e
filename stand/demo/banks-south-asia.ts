import type { Bank } from './bank';
import { amountText, clockAt, INDIAN, inDigitsOf, POINT } from './writing';

const shared = { hasReference: true, unitMinor: 100 } as const;

export const SOUTH_ASIA_BANKS = {
  ganga: {
    ...shared,
    template: 'Ganga National Bank: UPI credit',
    sender: 'JD-GANGAB-S',
    currency: 'INR',
    accountTail: '4321',
    write({ amountMinor, payer, reference, at }) {
      const { day, month, year, hour, minute, second } = clockAt(at, 'Asia/Kolkata');
      const when = `${day}-${month}-${year.slice(2)} at ${hour}:${minute}:${second}`;
      const amount = amountText(amountMinor, INDIAN);
      return `Dear Customer, Rs.${amount} credited to A/c XX4321 on ${when} by UPI from ${payer} (Ref No ${reference}). -Ganga National Bank`;
    },
  },
  deccan: {
    ...shared,
    template: 'Deccan Trust Bank: NEFT and IMPS credit',
    sender: 'VM-DECNTB',
    currency: 'INR',
    accountTail: '9087',
    write({ amountMinor, payer, reference, at }) {
      const { day, monthName, year, hour, minute } = clockAt(at, 'Asia/Kolkata');
      const amount = amountText(amountMinor, INDIAN);
      return `INR ${amount} deposited in your account XXXXXXXX9087 via IMPS by ${payer}, UTR ${reference}, on ${day}-${monthName}-${year} ${hour}:${minute}.`;
    },
  },
  bharat: {
    ...shared,
    template: 'Bharat Gramin Bank: जमा',
    sender: 'AD-BHGRAM-T',
    currency: 'INR',
    accountTail: '4567',
    write({ amountMinor, payer, reference }) {
      const amount = inDigitsOf('devanagari', amountText(amountMinor, INDIAN));
      return `आपके खाते XX४५६७ में रु.${amount} जमा किए गए। भेजने वाला: ${payer}। संदर्भ सं. ${inDigitsOf('devanagari', reference)}।`;
    },
  },
  himal: {
    ...shared,
    template: 'Himal Bank: जम्मा',
    sender: 'HIMALBANK',
    currency: 'NPR',
    accountTail: '5678',
    write({ amountMinor, reference }) {
      const amount = inDigitsOf('devanagari', amountText(amountMinor, INDIAN));
      return `प्रिय ग्राहक, तपाईंको खाता ****५६७८ मा रु. ${amount} जम्मा भयो। सन्दर्भ: ${inDigitsOf('devanagari', reference)}`;
    },
  },
  indus: {
    ...shared,
    template: 'Indus Commercial Bank: Raast credit',
    sender: '8258',
    currency: 'PKR',
    accountTail: '2233',
    write({ amountMinor, payer, reference, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Asia/Karachi');
      const amount = amountText(amountMinor, POINT);
      return `PKR ${amount} received in your A/C ***2233 from ${payer} via Raast on ${day}/${month}/${year} ${hour}:${minute}. TID: ${reference}. Fee PKR 0.00.`;
    },
  },
  padma: {
    ...shared,
    template: 'Padma Pay: money received',
    sender: 'PADMAPAY',
    currency: 'BDT',
    accountTail: null,
    write({ amountMinor, reference, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Asia/Dhaka');
      const amount = amountText(amountMinor, POINT);
      return `You have received Tk ${amount} from 01711XXXX90. Fee Tk 0.00. TrxID ${reference} at ${day}/${month}/${year} ${hour}:${minute}`;
    },
  },
} satisfies Record<string, Bank>;
