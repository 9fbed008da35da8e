/** India, Nepal, Pakistan, Bangladesh: Indian grouping (1,25,000.00), shared "Rs", digits of several scripts. */
import { draftOf } from './template-library-defaults';

export const SOUTH_ASIA_TEMPLATES = [
  draftOf({
    name: 'Ganga National Bank: UPI credit',
    bank: 'Ganga National Bank',
    senders: ['GANGAB'],
    pattern:
      '(?P<currency>rs\\.?|inr|₹) ?(?P<amount>[0-9][0-9.,]*) (?:is |has been )?credited to (?:your )?a/c (?:no\\.? )?' +
      '(?P<account>[x*0-9]+) on (?P<date>[0-9-]+)(?: at (?P<time>[0-9:]+))? by upi from (?P<payer>[^(\\n]+) ' +
      '\\(ref no\\.? (?P<reference>[0-9a-z]+)\\)(?:(?s:.*?)avl bal (?:rs\\.?|inr|₹) ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'INR',
    dateFormat: 'dd-MM-yy',
    timeZone: '+05:30',
    sample:
      'Dear Customer, Rs.1,25,000.00 credited to A/c XX4321 on 05-03-24 at 14:22:10 by UPI from A PERSON ' +
      '(Ref No 406512345678). Avl Bal Rs.3,41,220.75 -Ganga National Bank',
  }),
  draftOf({
    name: 'Ganga National Bank: debit',
    bank: 'Ganga National Bank',
    kind: 'debit',
    senders: ['GANGAB'],
    priority: 10,
    pattern:
      'a/c (?:no\\.? )?(?P<account>[x*0-9]+) (?:is |has been )?debited(?: by (?P<currency>rs\\.?|inr|₹) ?(?P<amount>[0-9][0-9.,]*)' +
      '(?:(?s:.*?)avl bal (?:rs\\.?|inr|₹) ?(?P<balance>-?[0-9][0-9.,]*))?)?',
    currency: 'INR',
    timeZone: '+05:30',
    sample: 'A/c XX4321 debited by Rs.500.00 on 05-03-24. Avl Bal Rs.3,40,720.75 -Ganga National Bank',
  }),
  draftOf({
    name: 'Deccan Trust Bank: NEFT and IMPS credit',
    bank: 'Deccan Trust Bank',
    senders: ['DECNTB'],
    pattern:
      '(?P<currency>rs\\.?|inr) ?(?P<amount>[0-9][0-9.,]*) deposited in your account (?P<account>[x*0-9]+) ' +
      'via (?:neft|imps|rtgs) by (?P<payer>[^,\\n]+), utr (?P<reference>[0-9a-z]+)(?:, on (?P<date>[0-9]+-[a-z]+-[0-9]+)' +
      '(?: (?P<time>[0-9:]+))?)?(?:(?s:.*?)available balance: (?:rs\\.?|inr) ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'INR',
    dateFormat: 'dd-MMM-yyyy',
    timeZone: '+05:30',
    sample:
      'INR 2,50,000.00 deposited in your account XXXXXXXX9087 via NEFT by ACME TRADERS PVT LTD, ' +
      'UTR DTBN24065123456, on 05-MAR-2024 09:15. Available balance: INR 9,12,345.10',
  }),
  draftOf({
    name: 'Bharat Gramin Bank: जमा',
    bank: 'Bharat Gramin Bank',
    senders: ['BHGRAM'],
    pattern:
      'खाते (?P<account>[x*0-9]+) में (?P<currency>रु\\.?|₹) ?(?P<amount>[0-9][0-9.,]*) जमा (?:किए गए|हुए)' +
      '(?:(?s:.*?)भेजने वाला: (?P<payer>[^.।\\n]+))?(?:(?s:.*?)संदर्भ सं\\. ?(?P<reference>[0-9a-z]+))?' +
      '(?:(?s:.*?)शेष राशि (?:रु\\.?|₹) ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'INR',
    timeZone: '+05:30',
    sample: 'आपके खाते XX४५६७ में रु.५,०००.०० जमा किए गए। भेजने वाला: सुरेश कुमार। संदर्भ सं. ४०६५१२३४। शेष राशि रु.१२,३४५.६७',
  }),
  draftOf({
    name: 'Himal Bank: जम्मा',
    bank: 'Himal Bank',
    senders: ['HIMALBANK'],
    pattern:
      'खाता (?P<account>[x*0-9]+) मा (?P<currency>रु\\.?|npr) ?(?P<amount>[0-9][0-9.,]*) जम्मा भयो' +
      '(?:(?s:.*?)सन्दर्भ: ?(?P<reference>[0-9a-z]+))?',
    currency: 'NPR',
    timeZone: '+05:45',
    sample: 'प्रिय ग्राहक, तपाईंको खाता ****५६७८ मा रु. १,२५,०००.५० जम्मा भयो। सन्दर्भ: HB१२३४',
  }),
  draftOf({
    name: 'Indus Commercial Bank: Raast credit',
    bank: 'Indus Commercial Bank',
    senders: ['INDUSBANK', '8258'],
    pattern:
      '(?P<currency>pkr|rs\\.?) ?(?P<amount>[0-9][0-9.,]*) received in your a/c (?P<account>[x*0-9]+) from (?P<payer>[^\\n]+?) ' +
      'via (?:raast|ibft) on (?P<date>[0-9/]+) (?P<time>[0-9:]+)\\. tid: (?P<reference>[0-9a-z]+)' +
      '(?:(?s:.*?)bal (?:pkr|rs\\.?) ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'PKR',
    dateFormat: 'dd/MM/yyyy',
    timeZone: '+05:00',
    sample:
      'PKR 15,000.00 received in your A/C ***2233 from A PERSON via Raast on 05/03/2024 14:10. TID: 987654321. ' +
      'Fee PKR 0.00. Bal PKR 45,678.90',
  }),
  draftOf({
    name: 'Padma Pay: money received',
    bank: 'Padma Pay',
    senders: ['PADMAPAY', '16277'],
    pattern:
      'you have received (?P<currency>tk\\.?|bdt|৳) ?(?P<amount>[0-9][0-9.,]*) from [0-9x*]+\\.' +
      '(?:(?s:.*?)balance (?:tk\\.?|৳) ?(?P<balance>-?[0-9][0-9.,]*))?(?s:.*?)trxid (?P<reference>[0-9a-z]+) ' +
      'at (?P<date>[0-9/]+) (?P<time>[0-9:]+)',
    currency: 'BDT',
    dateFormat: 'dd/MM/yyyy',
    timeZone: '+06:00',
    sample:
      'You have received Tk 1,500.00 from 01711XXXX90. Fee Tk 0.00. Balance Tk 3,210.55. ' +
      'TrxID 9AB7CD12EF at 05/03/2024 14:10',
  }),
];
