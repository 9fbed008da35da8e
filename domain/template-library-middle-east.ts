/** Iran, the Gulf, Türkiye: rials and tomans, Persian and Arabic-Indic digits, three decimals, text from right to left. */
import { draftOf } from './template-library-defaults';

export const MIDDLE_EAST_TEMPLATES = [
  draftOf({
    name: 'Bank Mehregan: واریز',
    bank: 'Bank Mehregan',
    senders: ['MEHREGAN', '+982188001100'],
    pattern:
      'واریز به حساب: ?(?P<account>[0-9.-]+)\\nمبلغ: ?(?P<amount>[0-9][0-9,٬]*) ?ریال' +
      '(?:(?s:.*?)شناسه: ?(?P<reference>[0-9a-z]+))?(?:(?s:.*?)مانده: ?(?P<balance>-?[0-9][0-9,٬]*))?' +
      '(?:(?s:.*?)(?P<date>[0-9]{4}/[0-9]{2}/[0-9]{2})[ -](?P<time>[0-9]{2}:[0-9]{2}))?',
    // ISO 4217 gives the rial two decimals, though nobody writes them: amounts are kept in hundredths of a rial.
    currency: 'IRR',
    decimalSeparator: null,
    dateFormat: 'jalali:yyyy/MM/dd',
    timeZone: '+03:30',
    sample:
      'بانک مهرگان\nواریز به حساب: ۱۲۳۴۵۶۷۸۹۰\nمبلغ: ۵,۰۰۰,۰۰۰ ریال\nشناسه: ۷۷۸۸۹۹\nمانده: ۱۲,۳۴۵,۰۰۰\n۱۴۰۲/۱۲/۱۵ ۱۴:۲۲',
  }),
  draftOf({
    name: 'Kish Wallet: واریز به تومان',
    bank: 'Kish Wallet',
    senders: ['KISHWALLET', '20004321'],
    pattern:
      'مبلغ (?P<amount>[0-9][0-9,٬]*) ?تومان از (?P<payer>[^\\n]+?) به کارت شما (?P<account>[x*0-9]+) واریز شد' +
      '(?:(?s:.*?)کد پیگیری: ?(?P<reference>[0-9a-z]+))?',
    currency: 'IRR',
    decimalSeparator: null,
    unitMultiplier: 10,
    timeZone: '+03:30',
    sample: 'کاربر گرامی، مبلغ ۲۵۰٬۰۰۰ تومان از علی رضایی به کارت شما *۵۶۷۸ واریز شد. کد پیگیری: ۱۲۳۴۵۶',
  }),
  draftOf({
    name: 'Khalij Bank: credit',
    bank: 'Khalij Bank',
    senders: ['KHALIJBANK'],
    pattern:
      '(?P<currency>aed|dhs) ?(?P<amount>[0-9][0-9.,]*) has been credited to your account (?P<account>[x*0-9]+) ' +
      'on (?P<date>[0-9-]+) (?P<time>[0-9:]+) from (?P<payer>[^.\\n]+)\\. ref: (?P<reference>[0-9a-z]+)' +
      '(?:(?s:.*?)available balance (?:aed|dhs) ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'AED',
    dateFormat: 'dd-MM-yyyy',
    timeZone: '+04:00',
    sample:
      'AED 1,500.00 has been credited to your account 001XXXX7788 on 05-03-2024 14:10 from A PERSON. Ref: FT24065XYZ. ' +
      'Available balance AED 12,000.50',
  }),
  draftOf({
    name: 'Bank Najd: حوالة واردة',
    bank: 'Bank Najd',
    senders: ['BANKNAJD'],
    pattern:
      'حوالة واردة\\nالمبلغ: ?(?P<amount>[0-9][0-9.,٬٫]*) ?(?P<currency>ریال|sar|ر\\.س)\\nإلی حساب: ?(?P<account>[x*0-9]+)' +
      '\\nمن: ?(?P<payer>[^\\n]+)(?:(?s:.*?)المرجع: ?(?P<reference>[0-9a-z]+))?' +
      '(?:(?s:.*?)الرصید: ?(?P<balance>-?[0-9][0-9.,٬٫]*))?',
    currency: 'SAR',
    timeZone: '+03:00',
    sample:
      'حوالة واردة\nالمبلغ: ١٬٢٥٠٫٧٥ ريال\nإلى حساب: **٤٤٥٥\nمن: محمد العتيبي\nالمرجع: ٩٨٧٦٥٤٣\nالرسوم: ٠٫٠٠ ريال\nالرصيد: ٥٬٤٣٢٫١٠ ريال',
  }),
  draftOf({
    name: 'Bank Safat: credit',
    bank: 'Bank Safat',
    senders: ['SAFATBANK'],
    pattern:
      '(?P<currency>kd|kwd) ?(?P<amount>[0-9][0-9.,]*) (?:is )?credited to a/c (?P<account>[x*0-9]+) from (?P<payer>[^,\\n]+), ' +
      'ref (?P<reference>[0-9a-z]+)(?:(?s:.*?)bal:? (?:kd|kwd) ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'KWD',
    timeZone: '+03:00',
    sample: 'KD 125.750 credited to A/C 1234XXXX5566 from A PERSON, Ref SB778899. Fee KD 0.250. Bal: KD 1,020.500',
  }),
  draftOf({
    name: 'Bosfor Bankası: FAST ile gelen',
    bank: 'Bosfor Bankası',
    senders: ['BOSFORBANK'],
    pattern:
      '(?P<date>[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}) (?P<time>[0-9]{2}:[0-9]{2}) tarihinde (?P<payer>[^\\n]+?) tarafından ' +
      "(?P<account>[a-z0-9* ]+) no'lu hesabınıza (?P<amount>[0-9][0-9.,]*) (?P<currency>tl|try|₺) (?:fast|eft|havale) ile " +
      '(?:gelmiştir|yatmıştır)(?:(?s:.*?)ref: ?(?P<reference>[0-9a-z]+))?(?:(?s:.*?)bakiye: ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'TRY',
    decimalSeparator: ',',
    groupSeparators: '.',
    dateFormat: 'dd.MM.yyyy',
    timeZone: '+03:00',
    sample:
      "Sayın müşterimiz, 05.03.2024 14:10 tarihinde AHMET YILMAZ tarafından TR** **** 7788 no'lu hesabınıza " +
      '1.250,50 TL FAST ile gelmiştir. Ref: 12345678. Bakiye: 8.000,00 TL',
  }),
];
