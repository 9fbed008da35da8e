/** Sample SMS with what must come of each: invented banks, people and accounts, in the formats of real ones. */
import type { NotCreditKind } from '../../domain/template';
import type { ParseFault } from '../../domain/parse';

export interface PaidSample {
  readonly template: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly accountTail: string | null;
  readonly payerName: string | null;
  readonly reference: string | null;
  readonly balanceMinor: number | null;
  /** ISO 8601. */
  readonly occurredAt: string | null;
}

export type Expected =
  | ({ readonly outcome: 'parsed' } & PaidSample)
  | { readonly outcome: 'not_a_credit'; readonly kind: NotCreditKind; readonly rule: string | null }
  | { readonly outcome: 'parse_failed'; readonly fault: ParseFault; readonly template: string | null };

export interface SmsSample {
  readonly what: string;
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: string;
  readonly expected: Expected;
}

const RECEIVED_AT = '2024-03-05T20:00:00Z';
type Row = readonly [what: string, sender: string, body: string, expected: Expected, receivedAt?: string];

function paid(template: string, currency: string, amountMinor: number, rest: Partial<PaidSample> = {}): Expected {
  const nothing = { accountTail: null, payerName: null, reference: null, balanceMinor: null, occurredAt: null };
  return { outcome: 'parsed', template, currency, amountMinor, ...nothing, ...rest };
}

/** By a built-in guard, or by a template where `rule` is null. */
function none(kind: NotCreditKind, rule: string | null): Expected {
  return { outcome: 'not_a_credit', kind, rule };
}

function fault(of: ParseFault, template: string | null = null): Expected {
  return { outcome: 'parse_failed', fault: of, template };
}

const GANGA = 'Ganga National Bank: UPI credit';
const ganga = (amount: string, tail = ''): string =>
  `Dear Customer, ${amount} credited to A/c XX4321 on 05-03-24 at 14:22:10 by UPI from ASHA RAO (Ref No 406512345678).${tail}`;
const gangaPaid = (amountMinor: number, balanceMinor: number | null = null): Expected =>
  paid(GANGA, 'INR', amountMinor, {
    accountTail: '4321',
    payerName: 'ASHA RAO',
    reference: '406512345678',
    balanceMinor,
    occurredAt: '2024-03-05T08:52:10.000Z',
  });

const SAFAT = 'Bank Safat: credit';
const safat = (amount: string): string =>
  `${amount} credited to A/C 1234XXXX5566 from LULU HAMAD, Ref SB778899. Fee KD 0.250. Bal: KD 1,020.500`;
const safatPaid = (amountMinor: number): Expected =>
  paid(SAFAT, 'KWD', amountMinor, {
    accountTail: '5566',
    payerName: 'LULU HAMAD',
    reference: 'SB778899',
    balanceMinor: 1_020_500,
  });

const RHEIN = 'Rheinbank: Zahlungseingang';
const rhein = (amount: string): string =>
  `Rheinbank: Zahlungseingang ${amount} auf Konto ...4711 von Jörg Müller am 05.03.2024 14:10. Verwendungszweck: INV-77.`;
const rheinPaid = (amountMinor: number): Expected =>
  paid(RHEIN, 'EUR', amountMinor, {
    accountTail: '4711',
    payerName: 'Jörg Müller',
    reference: 'INV-77',
    occurredAt: '2024-03-05T13:10:00.000Z',
  });

const AOBA = 'Aoba Bank: 振込入金';
const aoba = (amount: string): string =>
  `【青葉銀行】お振込みがありました。金額：${amount} 振込人：ﾔﾏﾀﾞ ﾀﾛｳ 口座：****1234 日時：2024年3月5日 14:10`;
const aobaPaid = (amountMinor: number): Expected =>
  paid(AOBA, 'JPY', amountMinor, {
    accountTail: '1234',
    payerName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    occurredAt: '2024-03-05T05:10:00.000Z',
  });

const MEHREGAN = 'Bank Mehregan: واریز';
const mehregan = (amount: string): string => `بانک مهرگان\nواریز به حساب: ۱۲۳۴۵۶۷۸۹۰\nمبلغ: ${amount}\nشناسه: ۷۷۸۸`;
const mehreganPaid = (amountMinor: number): Expected =>
  paid(MEHREGAN, 'IRR', amountMinor, { accountTail: '7890', reference: '7788' });

const KISH = 'Kish Wallet: واریز به تومان';
const kish = (amount: string): string =>
  `کاربر گرامی، مبلغ ${amount} از علی رضایی به کارت شما *۵۶۷۸ واریز شد. کد پیگیری: ۱۲۳۴۵۶`;
const kishPaid = (amountMinor: number): Expected =>
  paid(KISH, 'IRR', amountMinor, { accountTail: '5678', payerName: 'علی رضایی', reference: '123456' });

const NAJD = 'Bank Najd: حوالة واردة';
const najd = (amount: string): string =>
  `حوالة واردة\nالمبلغ: ${amount}\nإلى حساب: **٤٤٥٥\nمن: محمد العتيبي\nالمرجع: ٩٨٧٦٥٤٣\nالرسوم: ٠٫٥٠ ريال\nالرصيد: ٥٬٤٣٢٫١٠ ريال`;
const najdPaid = (amountMinor: number): Expected =>
  paid(NAJD, 'SAR', amountMinor, {
    accountTail: '4455',
    payerName: 'محمد العتيبي',
    reference: '9876543',
    balanceMinor: 543_210,
  });

const IPE = 'Banco Ipê: Pix recebido';
const ipe = (amount: string): string =>
  `Banco Ipê: Voce recebeu um Pix de ${amount} de JOÃO DA SILVA em 05/03/2024 às 14:10. Conta final 9012. ID: E123abcd. Saldo: R$ 2.000,00`;
const ipePaid = (amountMinor: number): Expected =>
  paid(IPE, 'BRL', amountMinor, {
    accountTail: '9012',
    payerName: 'JOÃO DA SILVA',
    reference: 'E123ABCD',
    balanceMinor: 200_000,
    occurredAt: '2024-03-05T17:10:00.000Z',
  });

const PRAIRIE = 'Prairie Bank: deposit received';
const prairie = (amount: string): string =>
  `Prairie Bank: You've received ${amount} from Dana O'Neil in account ending in 6677. Confirmation #PB5566`;
const prairiePaid = (amountMinor: number): Expected =>
  paid(PRAIRIE, 'USD', amountMinor, { accountTail: '6677', payerName: "Dana O'Neil", reference: 'PB5566' });

const JIANGNAN = 'Jiangnan Bank: 收入';
const jiangnan = (day: string): string =>
  `【江南银行】您尾号5566的账户于${day}日14:10收入人民币8,000.00元（转账，付款人：王小明），余额20,123.45元。`;
const jiangnanPaid = (occurredAt: string): Expected =>
  paid(JIANGNAN, 'CNY', 800_000, { accountTail: '5566', payerName: '王小明', balanceMinor: 2_012_345, occurredAt });

const INDIA: readonly Row[] = [
  [
    'Indian grouping, balance beside the amount',
    'GANGAB',
    ganga('Rs.1,25,000.00', ' Avl Bal Rs.3,41,220.75'),
    gangaPaid(12_500_000, 34_122_075),
  ],
  ['western grouping in India', 'GANGAB', ganga('INR 125,000'), gangaPaid(12_500_000)],
  ['one decimal is filled up', 'GANGAB', ganga('Rs 1,234.5'), gangaPaid(123_450)],
  [
    'a fee beside the amount',
    'GANGAB',
    ganga('Rs.500.00', ' Fee Rs.5.90. Avl Bal Rs.1,000.10'),
    gangaPaid(50_000, 100_010),
  ],
  ['an overdrawn balance', 'GANGAB', ganga('Rs.500.00', ' Avl Bal Rs.-1,000.10'), gangaPaid(50_000, -100_010)],
  ['a balance that does not fit is left out', 'GANGAB', ganga('Rs.500.00', ' Avl Bal Rs.1,00.5'), gangaPaid(50_000)],
  [
    'advertising after a real credit',
    'GANGAB',
    ganga('Rs.500', ' Avail instant credit cards: apply now!'),
    gangaPaid(50_000),
  ],
  [
    'the advice never to share an OTP',
    'GANGAB',
    ganga('Rs.500', ' Never share your OTP/PIN with anyone.'),
    gangaPaid(50_000),
  ],
  [
    'the advice what to do if it was not you',
    'GANGAB',
    ganga('₹500', ' If not done by you, call 18001234567.'),
    gangaPaid(50_000),
  ],
  ['full-width digits and letters', 'GANGAB', ganga('Ｒｓ．５００．００'), gangaPaid(50_000)],
  ['Devanagari digits in English text', 'GANGAB', ganga('Rs.१,२५,०००.५०'), gangaPaid(12_500_050)],
  ['no-break spaces and a byte order mark', 'GANGAB', `\ufeff${ganga('Rs.\u00a0500.00')}`, gangaPaid(50_000)],
  [
    'another line of business of the same bank',
    'DECNTB',
    'INR 2,50,000.00 deposited in your account XXXXXXXX9087 via NEFT by ACME TRADERS PVT LTD, UTR DTBN24065123456, on 05-MAR-2024. Available balance: INR 9,12,345.10. Not you? Call 18001234567',
    paid('Deccan Trust Bank: NEFT and IMPS credit', 'INR', 25_000_000, {
      accountTail: '9087',
      payerName: 'ACME TRADERS PVT LTD',
      reference: 'DTBN24065123456',
      balanceMinor: 91_234_510,
    }),
  ],
  [
    'a reference written in small letters',
    'DECNTB',
    'Rs 900 deposited in your account XX9087 via IMPS by Ravi K, UTR dtbn42, on 05-MAR-2024 09:15',
    paid('Deccan Trust Bank: NEFT and IMPS credit', 'INR', 90_000, {
      accountTail: '9087',
      payerName: 'Ravi K',
      reference: 'DTBN42',
      occurredAt: '2024-03-05T03:45:00.000Z',
    }),
  ],
  [
    'Hindi with Devanagari digits',
    'BHGRAM',
    'आपके खाते XX४५६७ में रु.५,०००.०० जमा किए गए। भेजने वाला: सुरेश कुमार। संदर्भ सं. ४०६५१२३४। शेष राशि रु.१२,३४५.६७',
    paid('Bharat Gramin Bank: जमा', 'INR', 500_000, {
      accountTail: '4567',
      payerName: 'सुरेश कुमार',
      reference: '40651234',
      balanceMinor: 1_234_567,
    }),
  ],
  [
    'Nepali: the same "Rs", another currency',
    'HIMALBANK',
    'प्रिय ग्राहक, तपाईंको खाता ****५६७८ मा रु. १,२५,०००.५० जम्मा भयो। सन्दर्भ: HB१२३४',
    paid('Himal Bank: जम्मा', 'NPR', 12_500_050, { accountTail: '5678', reference: 'HB1234' }),
  ],
  [
    'Pakistan, fee of nothing',
    '8258',
    'PKR 15,000.00 received in your A/C ***2233 from BILAL KHAN via Raast on 05/03/2024 14:10. TID: 987654321. Fee PKR 0.00. Bal PKR 45,678.90',
    paid('Indus Commercial Bank: Raast credit', 'PKR', 1_500_000, {
      accountTail: '2233',
      payerName: 'BILAL KHAN',
      reference: '987654321',
      balanceMinor: 4_567_890,
      occurredAt: '2024-03-05T09:10:00.000Z',
    }),
  ],
  [
    'Bangladesh, with the payer masked',
    'PADMAPAY',
    'You have received Tk 1,500.00 from 01711XXXX90. Fee Tk 0.00. Balance Tk 3,210.55. TrxID 9AB7CD12EF at 05/03/2024 14:10',
    paid('Padma Pay: money received', 'BDT', 150_000, {
      reference: '9AB7CD12EF',
      balanceMinor: 321_055,
      occurredAt: '2024-03-05T08:10:00.000Z',
    }),
  ],
];

const RIGHT_TO_LEFT: readonly Row[] = [
  [
    'Persian digits, rials, a Jalali date',
    'MEHREGAN',
    `${mehregan('۵,۰۰۰,۰۰۰ ریال')}\nمانده: ۱۲,۳۴۵,۰۰۰\n۱۴۰۲/۱۲/۱۵ ۱۴:۲۲`,
    paid(MEHREGAN, 'IRR', 500_000_000, {
      accountTail: '7890',
      reference: '7788',
      balanceMinor: 1_234_500_000,
      occurredAt: '2024-03-05T10:52:00.000Z',
    }),
  ],
  [
    'Arabic yeh and kaf in Persian text',
    'MEHREGAN',
    mehregan('۵٬۰۰۰٬۰۰۰ ريال').replaceAll('ی', 'ي').replaceAll('ک', 'ك'),
    mehreganPaid(500_000_000),
  ],
  [
    'ASCII digits between right-to-left marks',
    'MEHREGAN',
    `\u202b${mehregan('\u200f1,500,000\u200e ریال')}\u202c`,
    mehreganPaid(150_000_000),
  ],
  ['isolates around the amount', 'MEHREGAN', mehregan('\u2068۱۵۰۰۰۰۰\u2069 ریال'), mehreganPaid(150_000_000)],
  ['the sign of the rial as one character', 'MEHREGAN', mehregan('۲۰٬۰۰۰ \ufdfc'), mehreganPaid(2_000_000)],
  ['lines ended by CR LF', 'MEHREGAN', mehregan('۲۰٬۰۰۰ ریال').replaceAll('\n', '\r\n'), mehreganPaid(2_000_000)],
  ['a toman is ten rials', 'KISHWALLET', kish('۲۵۰٬۰۰۰ تومان'), kishPaid(250_000_000)],
  [
    'zero-width non-joiners and tatweel',
    'KISHWALLET',
    kish('۱۲۳ تومــان').replace('کاربر گرامی', 'کاربر\u200c گرامی'),
    kishPaid(123_000),
  ],
  ['Arabic-Indic digits with their own separators', 'BANKNAJD', najd('١٬٢٥٠٫٧٥ ريال'), najdPaid(125_075)],
  ['Arabic-Indic digits with ASCII separators', 'BANKNAJD', najd('١,٢٥٠.٧٥ ريال'), najdPaid(125_075)],
  ['Arabic text with vowel signs', 'BANKNAJD', najd('٩٠ ريال').replace('حوالة', 'حَوالةٌ'), najdPaid(9_000)],
  [
    'dirhams in English',
    'KHALIJBANK',
    'AED 1,500.00 has been credited to your account 001XXXX7788 on 05-03-2024 14:10 from OMAR SAID. Ref: FT24065XYZ. Available balance AED 12,000.50',
    paid('Khalij Bank: credit', 'AED', 150_000, {
      accountTail: '7788',
      payerName: 'OMAR SAID',
      reference: 'FT24065XYZ',
      balanceMinor: 1_200_050,
      occurredAt: '2024-03-05T10:10:00.000Z',
    }),
  ],
];

const WORLD: readonly Row[] = [
  ['three decimals, a fee with three decimals', 'SAFATBANK', safat('KD 125.750'), safatPaid(125_750)],
  ['three decimals: "1.234" is one and a bit', 'SAFATBANK', safat('KWD 1.234'), safatPaid(1_234)],
  [
    'Turkish letters, masked IBAN',
    'BOSFORBANK',
    "Sayin musterimiz, 05.03.2024 14:10 tarihinde ŞULE IŞIK tarafindan TR** **** 7788 no'lu hesabiniza 1.250,50 TL FAST ile gelmistir. Ref: 12345678. Bakiye: 8.000,00 TL",
    paid('Bosfor Bankası: FAST ile gelen', 'TRY', 125_050, {
      accountTail: '7788',
      payerName: 'ŞULE IŞIK',
      reference: '12345678',
      balanceMinor: 800_000,
      occurredAt: '2024-03-05T11:10:00.000Z',
    }),
  ],
  ['Brazil, accents left out by the operator', 'BANCOIPE', ipe('R$ 1.234,56'), ipePaid(123_456)],
  ['a decimal comma', 'RHEINBANK', rhein('1.234,56 EUR'), rheinPaid(123_456)],
  ['a decimal comma: "1.234" is a thousand and more', 'RHEINBANK', rhein('1.234 EUR'), rheinPaid(123_400)],
  ['groups of a narrow no-break space', 'RHEINBANK', rhein('12\u202f345,60 €'), rheinPaid(1_234_560)],
  [
    'the sign of the currency after a space',
    'CANTABRICO',
    'Ha recibido una transferencia de 1.234,56 € de ANA GARCÍA en su cuenta terminada en 3344. Ref. BC998877',
    paid('Banco Cantábrico: transferencia recibida', 'EUR', 123_456, {
      accountTail: '3344',
      payerName: 'ANA GARCÍA',
      reference: 'BC998877',
    }),
  ],
  [
    'groups of a typographic apostrophe',
    'ALPINABANK',
    'Gutschrift CHF 1’234.50 auf Konto **8899 von Urs Frei, Ref AB12345. Saldo CHF 20’000.00',
    paid('Alpina Bank: Gutschrift', 'CHF', 123_450, {
      accountTail: '8899',
      payerName: 'Urs Frei',
      reference: 'AB12345',
      balanceMinor: 2_000_000,
    }),
  ],
  ['dollars', '72772', prairie('$1,234.56'), prairiePaid(123_456)],
  ['a point that ends nothing', '72772', prairie('$500.').replace('from', 'from'), prairiePaid(50_000)],
  ['no decimals, half-width katakana', 'AOBABANK', aoba('125,000円'), aobaPaid(125_000)],
  ['no decimals, full-width digits', 'AOBABANK', aoba('１２５，０００円'), aobaPaid(125_000)],
  ['a date without a year', '95500', jiangnan('03月05'), jiangnanPaid('2024-03-05T06:10:00.000Z')],
  [
    'a date without a year, over new year',
    '95500',
    jiangnan('12月31'),
    jiangnanPaid('2023-12-31T06:10:00.000Z'),
    '2024-01-01T00:05:00Z',
  ],
  [
    'Kenya, half days',
    'PESA',
    'SFR3K8J2QX Confirmed. You have received Ksh1,250.00 from JOHN KAMAU 0712***345 on 5/3/24 at 2:10 PM. New PESA balance is Ksh3,400.00. Transaction cost Ksh0.00.',
    paid('Pesa Mobile: money received', 'KES', 125_000, {
      payerName: 'JOHN KAMAU',
      reference: 'SFR3K8J2QX',
      balanceMinor: 340_000,
      occurredAt: '2024-03-05T11:10:00.000Z',
    }),
  ],
];

const DEBITS: readonly Row[] = [
  [
    'a debit, by its template',
    'GANGAB',
    'A/c XX4321 debited by Rs.500.00 on 05-03-24. -Ganga National Bank',
    none('debit', null),
  ],
  [
    'a debit that credits a beneficiary',
    'DECNTB',
    'Your a/c XX9087 is debited for Rs 2,000.00 on 05-MAR-24 and credited to beneficiary RAVI K.',
    none('debit', 'own_account_debited'),
  ],
  [
    'a debit that says "is credited" of someone else',
    'DECNTB',
    'Your account XX9087 has been debited with INR 700 and a/c XX11 is credited (UPI 4065).',
    none('debit', 'own_account_debited'),
  ],
  [
    'a credit card that was charged',
    'KHALIJBANK',
    'Your credit card ending 1234 was charged AED 250.00 at CARREFOUR.',
    none('debit', 'own_account_debited'),
  ],
  [
    'a payment towards a credit card',
    'DECNTB',
    'Payment of Rs 5,000.00 received towards your Deccan credit card ending 1234. Thank you.',
    none('debit', 'card_spending'),
  ],
  [
    'spent on a credit card',
    'DECNTB',
    'Rs.999 spent on your Deccan Credit Card XX1234 at SHOP on 05-03-24. Avl credit limit Rs.1,00,000',
    none('debit', 'own_account_debited'),
  ],
  [
    'cash withdrawn',
    'INDUSBANK',
    'PKR 5,000 withdrawn at ATM MAIN ROAD from A/C ***2233. Bal PKR 10,000.00',
    none('debit', 'account_debited'),
  ],
  [
    'money sent',
    'PESA',
    'SFR3K8J2QY Confirmed. Ksh500.00 sent to MARY W 0712345678 on 5/3/24 at 2:10 PM. New PESA balance is Ksh2,900.00.',
    none('debit', 'account_debited'),
  ],
  [
    'a Persian debit',
    'MEHREGAN',
    'بانک مهرگان\nبرداشت از حساب: ۱۲۳۴۵۶۷۸۹۰\nمبلغ: ۵۰۰,۰۰۰ ریال',
    none('debit', 'spending_world'),
  ],
  [
    'an Arabic purchase',
    'BANKNAJD',
    'شراء عبر نقاط البيع\nمبلغ: ٥٠٫٠٠ ريال\nمن حسابك **٤٤٥٥',
    none('debit', 'spending_world'),
  ],
  [
    'a Turkish card payment',
    'BOSFORBANK',
    '7788 ile biten kartınızdan 250,00 TL harcama yapılmıştır.',
    none('debit', 'spending_world'),
  ],
  [
    'a Chinese expense',
    '95500',
    '【江南银行】您尾号5566的账户于03月05日14:10支出人民币800.00元，余额12.00元。',
    none('debit', 'spending_world'),
  ],
  [
    'a Brazilian purchase by credit card',
    'BANCOIPE',
    'Banco Ipê: Compra aprovada no cartão de crédito final 9012, R$ 89,90, LOJA.',
    none('debit', 'spending_world'),
  ],
  [
    'a German direct debit',
    'RHEINBANK',
    'Rheinbank: Lastschrift 49,90 EUR von Konto ...4711, Stadtwerke.',
    none('debit', 'spending_world'),
  ],
  [
    'money sent, told in two words',
    'DECNTB',
    'Sent Rs.500.00 From Deccan A/C *9087 To RAVI K On 05/03/24 Ref 4065. Not You? Call 1800',
    none('debit', 'account_debited'),
  ],
  [
    'another payee that is credited',
    'DECNTB',
    'Acct XX087 debited for Rs 500.00 on 05-Mar-24; RAVI K credited. UPI:4065. SMS BLOCK 087 to 9215',
    none('debit', 'account_debited'),
  ],
];

const NO_PAYMENTS: readonly Row[] = [
  [
    'an OTP with an amount',
    'GANGAB',
    'OTP for transaction of Rs.5,000.00 on your card XX4321 is 482913. Do not share it with anyone.',
    none('otp', 'one_time_code'),
  ],
  [
    'an OTP that comes first',
    'DECNTB',
    '482913 is your OTP for adding beneficiary. INR 1 will be credited to verify.',
    none('otp', 'one_time_code'),
  ],
  [
    'a Persian dynamic password with an amount',
    'MEHREGAN',
    'خرید\nمبلغ: ۵۰۰,۰۰۰ ریال\nرمز پویا: ۴۸۲۹۱۳',
    none('otp', 'one_time_code_world'),
  ],
  [
    'an Arabic verification code',
    'BANKNAJD',
    'رمز التحقق ٤٨٢٩ لعملية شراء بمبلغ ٥٠ ريال',
    none('otp', 'one_time_code_world'),
  ],
  [
    'a Chinese verification code',
    '95500',
    '【江南银行】验证码482913，您正在转账人民币8,000.00元，请勿泄露。',
    none('otp', 'one_time_code_world'),
  ],
  [
    'a failed payment',
    'GANGAB',
    'Dear Customer, your UPI transaction of Rs.500.00 has failed. Any amount debited will be credited to A/c XX4321 in 3 days.',
    none('failed', 'not_completed'),
  ],
  [
    'a declined payment',
    'KHALIJBANK',
    'Transfer of AED 1,500.00 to your account was declined due to incorrect details.',
    none('failed', 'not_completed'),
  ],
  [
    'a credit that was reversed',
    'GANGAB',
    ganga('Rs.500.00', ' This transaction has been reversed.'),
    none('failed', 'not_completed'),
  ],
  [
    'a payment that could not be credited',
    'SAFATBANK',
    'KD 125.750 could not be credited to A/C 1234XXXX5566 from LULU HAMAD, Ref SB778899.',
    none('failed', 'not_completed'),
  ],
  [
    'a reversal at a mobile wallet',
    'PESA',
    'SFR3K8J2QZ Confirmed. Transaction SFR3K8J2QX of Ksh1,250.00 has been reversed.',
    none('failed', 'not_completed'),
  ],
  [
    'a Persian failed transfer',
    'KISHWALLET',
    'تراکنش ناموفق: مبلغ ۲۵۰٬۰۰۰ تومان به کارت شما *۵۶۷۸ واریز نشد',
    none('failed', 'not_completed_world'),
  ],
  [
    'a Turkish return',
    'BOSFORBANK',
    '1.250,50 TL tutarındaki işleminiz iptal edilmiştir.',
    none('failed', 'not_completed_world'),
  ],
  [
    'a returned German debit',
    'RHEINBANK',
    'Rheinbank: Rücklastschrift 49,90 EUR auf Konto ...4711 gutgeschrieben.',
    none('failed', 'not_completed_world'),
  ],
  [
    'a collect request',
    'GANGAB',
    'ASHA RAO has requested Rs.500.00 on UPI. On approval the amount will be debited from your A/c XX4321.',
    none('request', 'payment_request'),
  ],
  [
    'a payment that is due',
    'DECNTB',
    'Rs 12,500 EMI for your account XX9087 is due on 10-MAR-2024. Please pay in time.',
    none('request', 'payment_due'),
  ],
  [
    'a credit that is only announced',
    'DECNTB',
    'INR 2,50,000.00 will be credited to your account XX9087 by NEFT within 2 hours.',
    none('request', 'announced_credit'),
  ],
  [
    'an announced credit "with"',
    'KHALIJBANK',
    'Your account 001XXXX7788 will be credited with AED 1,500.00 on 06-03-2024.',
    none('request', 'announced_credit'),
  ],
  [
    'a scheduled transfer',
    'PRAIRIEBANK',
    'Prairie Bank: a transfer of $500.00 to account ending in 6677 is scheduled for tomorrow.',
    none('request', 'announced_credit'),
  ],
  [
    'a Spanish announcement',
    'CANTABRICO',
    'Mañana se abonará en su cuenta terminada en 3344 una transferencia de 500,00 €.',
    none('request', 'announced_credit_world'),
  ],
  [
    'an offer to have money credited',
    'DECNTB',
    'Get Rs 500 credited to your account! Open a fixed deposit today. T&C apply.',
    none('marketing', 'advertising'),
  ],
  [
    'a pre-approved loan',
    'GANGAB',
    'Congratulations! Pre-approved loan of Rs.5,00,000 for A/c XX4321. Apply now: example.test',
    none('marketing', 'advertising'),
  ],
  [
    'a bonus for depositing',
    'PADMAPAY',
    'Add Tk 1,000 and get Tk 50 bonus! Offer till Friday.',
    none('marketing', 'advertising'),
  ],
  [
    'a Persian offer of a loan',
    'MEHREGAN',
    'تسهیلات ۵۰,۰۰۰,۰۰۰ ریال با سود کم، همین امروز. لغو۱۱',
    none('marketing', 'advertising_world'),
  ],
  [
    'a failed payment that names its amount first',
    'GANGAB',
    'UPI txn of Rs 500 to RAVI K failed. If debited, the amount will be credited back.',
    none('failed', 'not_completed'),
  ],
];

const NOT_GUESSED: readonly Row[] = [
  ['a comma where this bank writes points', 'GANGAB', ganga('Rs.1.234,56'), fault('amount_does_not_fit', GANGA)],
  ['"1,50" may be one and a half', 'GANGAB', ganga('Rs.1,50'), fault('amount_does_not_fit', GANGA)],
  ['"1.234" may be a thousand', 'GANGAB', ganga('Rs.1.234'), fault('amount_does_not_fit', GANGA)],
  ['groups of no known form', 'GANGAB', ganga('Rs.12,34,56'), fault('amount_does_not_fit', GANGA)],
  ['leading zeros may hide decimals', 'GANGAB', ganga('Rs.00050000'), fault('amount_does_not_fit', GANGA)],
  ['points and commas the other way round', 'RHEINBANK', rhein('1,234.56 EUR'), fault('amount_does_not_fit', RHEIN)],
  ['a decimal comma with three decimals', 'RHEINBANK', rhein('1,234 EUR'), fault('amount_does_not_fit', RHEIN)],
  ['decimals of a currency without decimals', 'AOBABANK', aoba('125,00円'), fault('amount_does_not_fit', AOBA)],
  ['four decimals', 'SAFATBANK', safat('KD 1.2345'), fault('amount_does_not_fit', SAFAT)],
  ['rials where the bank writes thousands of tomans', 'KISHWALLET', kish('۲۵۰ هزار تومان'), fault('no_template')],
  ['a half that is one character', 'GANGAB', ganga('Rs.10').replace('Rs.10', 'Rs.10½'), fault('no_template')],
  [
    'the largest amount that can be booked',
    'GANGAB',
    ganga('Rs.90071992547409.91'),
    gangaPaid(Number.MAX_SAFE_INTEGER),
  ],
  ['just above the largest amount', 'GANGAB', ganga('Rs.90071992547409.92'), fault('amount_out_of_range', GANGA)],
  [
    'above it only through the toman',
    'KISHWALLET',
    kish('۹٬۰۰۷٬۱۹۹٬۲۵۴٬۷۴۱ تومان'),
    fault('amount_out_of_range', KISH),
  ],
  ['nothing', 'GANGAB', ganga('Rs.0.00'), fault('amount_not_positive', GANGA)],
  [
    'another dollar than the bank books',
    '72772',
    prairie('US$ 50.00').replace('US$ 50.00', 'CAD 50.00'),
    fault('no_template'),
  ],
  [
    'money that came and went',
    'GANGAB',
    ganga('Rs.500.00', ' Rs 10 service tax withdrawn'),
    fault('direction_unclear', GANGA),
  ],
  [
    'a credit that says whose account was debited',
    'GANGAB',
    ganga('Rs.500.00', ' Debited from A/c XX99 of ASHA RAO.'),
    fault('direction_unclear', GANGA),
  ],
  [
    'a debit and a credit in one sentence',
    'DECNTB',
    'INR 500 debited from A/c XX99 of ASHA RAO and credited to your A/c XX9087. INR 500 deposited in your account XX9087 via IMPS by ASHA RAO, UTR DTBN43',
    fault('direction_unclear', 'Deccan Trust Bank: NEFT and IMPS credit'),
  ],
  ['a sender without templates', 'NOBODY', ganga('Rs.500.00'), fault('no_template')],
  ['a text in a new format', 'GANGAB', 'Funds in! 500 rupees for A/c 4321.', fault('no_template')],
  ['a text that is too long', 'GANGAB', ganga('Rs.500.00', 'x'.repeat(2000)), fault('text_too_long')],
  ['a NUL', 'GANGAB', ganga('Rs.500.00', '\0'), fault('text_not_valid')],
  ['a lone surrogate', 'GANGAB', ganga('Rs.500.00', '\ud83d'), fault('text_not_valid')],
];

export const SMS_SAMPLES: readonly SmsSample[] = [
  ...INDIA,
  ...RIGHT_TO_LEFT,
  ...WORLD,
  ...DEBITS,
  ...NO_PAYMENTS,
  ...NOT_GUESSED,
].map(([what, sender, body, expected, receivedAt = RECEIVED_AT]) => ({ what, sender, body, expected, receivedAt }));
