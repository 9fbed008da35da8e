import type { Bank } from './bank';
import { amountText, balanceText, clockAt, COMMA, POINT } from './writing';

const APOSTROPHES = { ...POINT, group: "'" } as const;

const shared = { hasReference: true, unitMinor: 100 } as const;

export const WORLD_BANKS = {
  ipe: {
    ...shared,
    template: 'Banco Ipê: Pix recebido',
    sender: 'BANCOIPE',
    currency: 'BRL',
    accountTail: '9012',
    write({ amountMinor, payer, reference, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'America/Sao_Paulo');
      const amount = amountText(amountMinor, COMMA);
      return `Banco Ipê: Você recebeu um Pix de R$ ${amount} de ${payer} em ${day}/${month}/${year} às ${hour}:${minute}. Conta final 9012. ID: E${reference}.`;
    },
  },
  rhein: {
    ...shared,
    template: 'Rheinbank: Zahlungseingang',
    sender: 'RHEINBANK',
    currency: 'EUR',
    accountTail: '4711',
    write({ amountMinor, payer, reference, at, balanceMinor }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Europe/Berlin');
      const amount = amountText(amountMinor, COMMA);
      return `Rheinbank: Zahlungseingang ${amount} EUR auf Konto ...4711 von ${payer} am ${day}.${month}.${year} ${hour}:${minute}. Verwendungszweck: INV-${reference}.${balanceText(' Kontostand ', balanceMinor, COMMA)}`;
    },
  },
  cantabrico: {
    ...shared,
    template: 'Banco Cantábrico: transferencia recibida',
    sender: 'CANTABRICO',
    currency: 'EUR',
    accountTail: '3344',
    write({ amountMinor, payer, reference }) {
      const amount = amountText(amountMinor, COMMA);
      return `Ha recibido una transferencia de ${amount} € de ${payer} en su cuenta terminada en 3344. Ref. BC${reference}`;
    },
  },
  alpina: {
    ...shared,
    template: 'Alpina Bank: Gutschrift',
    sender: 'ALPINABANK',
    currency: 'CHF',
    accountTail: '8899',
    write({ amountMinor, payer, reference, balanceMinor }) {
      const amount = amountText(amountMinor, APOSTROPHES);
      return `Gutschrift CHF ${amount} auf Konto **8899 von ${payer}, Ref AB${reference}.${balanceText(' Saldo CHF ', balanceMinor, APOSTROPHES)}`;
    },
  },
  prairie: {
    ...shared,
    template: 'Prairie Bank: deposit received',
    sender: '72772',
    currency: 'USD',
    accountTail: '6677',
    write({ amountMinor, payer, reference }) {
      const amount = amountText(amountMinor, POINT);
      return `Prairie Bank: You've received $${amount} from ${payer} in account ending in 6677. Confirmation #PB${reference}`;
    },
  },
  aoba: {
    ...shared,
    template: 'Aoba Bank: 振込入金',
    sender: 'AOBABANK',
    currency: 'JPY',
    accountTail: '1234',
    hasReference: false,
    unitMinor: 1,
    write({ amountMinor, payer, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Asia/Tokyo');
      const amount = amountText(amountMinor, { unitMinor: 1, decimals: 0, group: ',', decimal: '.' });
      return `【青葉銀行】お振込みがありました。金額：${amount}円 振込人：${payer} 口座：****1234 日時：${year}年${month}月${day}日 ${hour}:${minute}`;
    },
  },
  jiangnan: {
    ...shared,
    template: 'Jiangnan Bank: 收入',
    sender: '95500',
    currency: 'CNY',
    accountTail: '5566',
    hasReference: false,
    write({ amountMinor, payer, at }) {
      const { day, month, hour, minute } = clockAt(at, 'Asia/Shanghai');
      const amount = amountText(amountMinor, POINT);
      return `【江南银行】您尾号5566的账户于${month}月${day}日${hour}:${minute}收入人民币${amount}元（转账，付款人：${payer}）。`;
    },
  },
  pesa: {
    ...shared,
    template: 'Pesa Mobile: money received',
    sender: 'PESA',
    currency: 'KES',
    accountTail: null,
    write({ amountMinor, payer, reference, at }) {
      const { day, month, year, hour, minute } = clockAt(at, 'Africa/Nairobi');
      const half = Number(hour) < 12 ? 'AM' : 'PM';
      const when = `${Number(day)}/${Number(month)}/${year.slice(2)} at ${Number(hour) % 12 || 12}:${minute} ${half}`;
      const amount = amountText(amountMinor, POINT);
      return `${reference} Confirmed. You have received Ksh${amount} from ${payer} 0712***345 on ${when}. Transaction cost Ksh0.00.`;
    },
  },
} satisfies Record<string, Bank>;
