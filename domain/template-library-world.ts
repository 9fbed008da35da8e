/** Europe, the Americas, East Asia, East Africa: decimal commas, apostrophes, no decimals, dates without a year. */
import { draftOf } from './template-library-defaults';

export const WORLD_TEMPLATES = [
  draftOf({
    name: 'Banco Ipê: Pix recebido',
    bank: 'Banco Ipê',
    senders: ['BANCOIPE', '27200'],
    pattern:
      'você recebeu um pix de (?P<currency>r\\$) ?(?P<amount>[0-9][0-9.,]*) de (?P<payer>[^\\n]+?) em (?P<date>[0-9/]+) ' +
      'às (?P<time>[0-9:]+)\\. conta final (?P<account>[0-9]+)\\. id: (?P<reference>[0-9a-z]+)' +
      '(?:(?s:.*?)saldo: r\\$ ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'BRL',
    decimalSeparator: ',',
    groupSeparators: '.',
    dateFormat: 'dd/MM/yyyy',
    timeZone: 'America/Sao_Paulo',
    sample:
      'Banco Ipê: Você recebeu um Pix de R$ 1.234,56 de UMA PESSOA em 05/03/2024 às 14:10. Conta final 9012. ' +
      'ID: E12345678202403051410abcd. Saldo: R$ 2.000,00',
  }),
  draftOf({
    name: 'Rheinbank: Zahlungseingang',
    bank: 'Rheinbank',
    senders: ['RHEINBANK'],
    pattern:
      'zahlungseingang (?P<amount>[0-9][0-9., ]*?) ?(?P<currency>eur|€) auf konto (?P<account>[x*.0-9]+) von (?P<payer>[^\\n]+?) ' +
      'am (?P<date>[0-9.]+) (?P<time>[0-9:]+)\\. verwendungszweck: (?P<reference>[0-9a-z/-]+)' +
      '(?:(?s:.*?)kontostand (?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'EUR',
    decimalSeparator: ',',
    groupSeparators: '. ',
    dateFormat: 'dd.MM.yyyy',
    timeZone: 'Europe/Berlin',
    sample:
      'Rheinbank: Zahlungseingang 1.234,56 EUR auf Konto ...4711 von Eine Person GmbH am 05.03.2024 14:10. ' +
      'Verwendungszweck: INV-2024-77. Kontostand 10.000,00 EUR',
  }),
  draftOf({
    name: 'Banco Cantábrico: transferencia recibida',
    bank: 'Banco Cantábrico',
    senders: ['CANTABRICO'],
    pattern:
      'ha recibido una transferencia de (?P<amount>[0-9][0-9., ]*?) ?(?P<currency>€|eur) de (?P<payer>[^\\n]+?) en su cuenta ' +
      'terminada en (?P<account>[0-9]+)(?:(?s:.*?)ref\\. ?(?P<reference>[0-9a-z]+))?',
    currency: 'EUR',
    decimalSeparator: ',',
    groupSeparators: '. ',
    timeZone: 'Europe/Madrid',
    sample: 'Ha recibido una transferencia de 1.234,56 € de UNA PERSONA en su cuenta terminada en 3344. Ref. BC998877',
  }),
  draftOf({
    name: 'Alpina Bank: Gutschrift',
    bank: 'Alpina Bank',
    senders: ['ALPINABANK'],
    pattern:
      "gutschrift (?P<currency>chf|fr\\.) ?(?P<amount>[0-9][0-9.']*) auf konto (?P<account>[x*0-9]+) von (?P<payer>[^,\\n]+), " +
      "ref (?P<reference>[0-9a-z]+)(?:(?s:.*?)saldo chf (?P<balance>-?[0-9][0-9.']*))?",
    currency: 'CHF',
    groupSeparators: "'",
    timeZone: 'Europe/Zurich',
    sample: "Gutschrift CHF 1'234.50 auf Konto **8899 von Eine Person, Ref AB12345. Saldo CHF 20'000.00",
  }),
  draftOf({
    name: 'Prairie Bank: deposit received',
    bank: 'Prairie Bank',
    senders: ['72772', 'PRAIRIEBANK'],
    pattern:
      "you(?:'ve| have) received (?P<currency>us\\$|\\$|usd) ?(?P<amount>[0-9][0-9.,]*) from (?P<payer>[^\\n]+?) " +
      'in account ending (?:in )?(?P<account>[0-9]+)(?:(?s:.*?)confirmation #?(?P<reference>[0-9a-z]+))?',
    currency: 'USD',
    timeZone: 'America/Chicago',
    sample: "Prairie Bank: You've received $1,234.56 from A PERSON in account ending in 6677. Confirmation #PB5566",
  }),
  draftOf({
    name: 'Aoba Bank: 振込入金',
    bank: 'Aoba Bank',
    senders: ['AOBABANK', '+81312345678'],
    pattern:
      'お振込みがありました(?s:.*?)金額:(?P<amount>[0-9][0-9,]*)(?P<currency>円) 振込人:(?P<payer>[^\\n]+?) 口座:(?P<account>[x*0-9]+) ' +
      '日時:(?P<date>[0-9]+年[0-9]+月[0-9]+)日 ?(?P<time>[0-9:]+)(?: 残高:(?P<balance>-?[0-9][0-9,]*)円)?',
    currency: 'JPY',
    decimalSeparator: null,
    dateFormat: 'yyyy年MM月dd',
    timeZone: '+09:00',
    sample:
      '【青葉銀行】お振込みがありました。金額：125,000円 振込人：ヤマダ タロウ 口座：****1234 日時：2024年3月5日 14:10 残高：1,000,000円',
  }),
  draftOf({
    name: 'Jiangnan Bank: 收入',
    bank: 'Jiangnan Bank',
    senders: ['95500', 'JIANGNAN'],
    pattern:
      '尾号(?P<account>[0-9]+)的账户于(?P<date>[0-9]+月[0-9]+)日(?P<time>[0-9:]+)收入(?P<currency>人民币)(?P<amount>[0-9][0-9.,]*)元' +
      '(?:\\(转账,付款人:(?P<payer>[^)\\n]+)\\))?(?:(?s:.*?)余额(?P<balance>-?[0-9][0-9.,]*)元)?',
    currency: 'CNY',
    dateFormat: 'MM月dd',
    timeZone: '+08:00',
    sample:
      '【江南银行】您尾号5566的账户于03月05日14:10收入人民币8,000.00元（转账，付款人：王小明），余额20,123.45元。',
  }),
  draftOf({
    name: 'Pesa Mobile: money received',
    bank: 'Pesa Mobile',
    senders: ['PESA'],
    pattern:
      '(?P<reference>[0-9a-z]{10}) confirmed\\. ?you have received (?P<currency>ksh|kes)\\.? ?(?P<amount>[0-9][0-9.,]*) from ' +
      '(?P<payer>[^0-9\\n]+) [0-9*]+ on (?P<date>[0-9/]+) at (?P<time>[0-9:]+ ?[ap]m)' +
      '(?:(?s:.*?)balance is (?:ksh|kes)\\.? ?(?P<balance>-?[0-9][0-9.,]*))?',
    currency: 'KES',
    dateFormat: 'dd/MM/yy',
    timeZone: '+03:00',
    sample:
      'SFR3K8J2QX Confirmed. You have received Ksh1,250.00 from A PERSON 0712***345 on 5/3/24 at 2:10 PM. ' +
      'New PESA balance is Ksh3,400.00. Transaction cost Ksh0.00.',
  }),
];
