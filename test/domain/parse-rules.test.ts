import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSms, type ParseResult } from '../../domain/parse';
import { createTemplateSet, type TemplateVersion } from '../../domain/template';
import { MAX_BODY_LENGTH } from '../../domain/text';
import { LIBRARY_VERSIONS, librarySet, versionOf } from './library-set';

function parse(body: string, ...templates: readonly Partial<TemplateVersion>[]): ParseResult {
  const versions = templates.map((changes, index) => versionOf({ templateId: index + 1, ...changes }));
  return parseSms({ sender: 'BANK', body, receivedAt: new Date('2024-03-05T14:00:00Z') }, createTemplateSet(versions));
}

/** The amount, or the word for what came instead. */
function read(body: string, ...templates: readonly Partial<TemplateVersion>[]): number | string {
  const result = parse(body, ...(templates.length === 0 ? [{}] : templates));
  if (result.outcome === 'parsed') return result.payment.amountMinor;
  return result.outcome === 'parse_failed' ? result.fault : result.kind;
}

describe('templates that match the same text', () => {
  const other = { pattern: 'fee [0-9]+ paid (?P<amount>[0-9.,]+)' };
  const rest = { pattern: 'fee (?P<amount>[0-9.,]+)' };

  it('are equals at one priority: they agree, or a person reads', () => {
    assert.equal(read('fee 1 paid 500', {}, other), 50_000);
    assert.equal(read('fee 1 paid 500', {}, rest), 'templates_disagree');
    assert.equal(read('fee 1.234 paid 500', {}, rest), 'templates_disagree');
    assert.equal(read('fee 1 paid 500', {}, { ...other, currency: 'USD' }), 'templates_disagree');
    assert.equal(read('fee 1 paid 500', {}, { kind: 'debit', pattern: 'fee' }), 'templates_disagree');
  });

  it('the first priority that matches decides, also when it cannot read the amount', () => {
    assert.equal(read('fee 1 paid 500', { ...rest, priority: 1 }, {}), 100);
    assert.equal(read('fee 1.234 paid 500', { ...rest, priority: 1 }, {}), 'amount_does_not_fit');
    assert.equal(read('fee 1 paid 500', { kind: 'marketing', pattern: 'fee', priority: 1 }, {}), 'marketing');
  });

  it("the sender's own come before those of any sender, whatever the priority", () => {
    assert.equal(read('fee 1 paid 500', { ...rest, priority: 1 }, { senders: ['BANK'], priority: 900 }), 50_000);
    assert.equal(read('fee 1 paid 500', rest, { senders: ['ELSE'] }), 100);
  });

  it('name the version that decided', () => {
    const result = parse('paid 5', { templateId: 7, version: 3 });
    assert.ok(result.outcome === 'parsed');
    assert.deepEqual([result.templateId, result.templateVersion], [7, 3]);
  });

  it('found twice in one text must find the same amount', () => {
    assert.equal(read('paid 500, I repeat: paid 500'), 50_000);
    assert.equal(read('paid 500 and paid 700'), 'several_amounts');
    assert.equal(read('paid 500 '.repeat(4)), 'several_amounts');
  });
});

describe('what stands around an amount', () => {
  const loose = { pattern: '(?P<amount>[0-9]+)' };
  const paid = { pattern: 'paid (?:eur |€ ?|rs\\.? ?)?(?P<amount>[0-9]+)' };

  it('must not be more of the number', () => {
    for (const body of ['paid 1.234', 'paid 1,234', "paid 1'234", 'paid 12/5', 'paid 5½', 'paid 5²', 'paid 5٬000']) {
      assert.equal(read(body, paid), 'amount_does_not_fit', body);
    }
    assert.equal(read('paid 1 234', { ...paid, groupSeparators: ' ' }), 'amount_does_not_fit');
    assert.equal(
      read('paid 1 234', { ...loose, pattern: 'paid 1 (?P<amount>[0-9]+)', groupSeparators: ' ' }),
      'amount_does_not_fit',
    );
    assert.equal(read('paid 1 234', paid), 100);
  });

  it('must not be a minus', () => {
    for (const body of ['sum -500', 'sum:-500', 'sum −500', '-500', 'sum 500-', 'sum -€500', 'sum -eur 500']) {
      assert.equal(read(body, loose), 'amount_not_positive', body);
    }
    assert.equal(read('Amt-500', loose), 50_000);
    assert.equal(read('paid rs.500/-', { ...paid, currency: 'INR' }), 50_000);
  });

  it('must not be a word for many', () => {
    for (const body of [
      'paid 5 lakh',
      'paid 5k',
      'paid 5 Crore',
      'paid 5 million',
      'paid 5 mil',
      'paid 5万',
      'paid 5 億円',
      'paid ۵ میلیون',
      'paid ۵هزار تومان',
      'paid 5 हजार',
    ]) {
      assert.equal(read(body, paid), 'amount_does_not_fit', body);
    }
    assert.equal(read('paid 5 millers', paid), 500);
  });

  it('must not be another currency', () => {
    for (const body of [
      'paid 5 USD',
      'paid 5$',
      'paid rs. 5',
      'paid 5 円',
      'paid 5 тенге руб',
      'paid 5 ₽',
      'paid 5INR',
    ]) {
      const expected = body.includes('тенге') ? 500 : 'currency_disagrees';
      assert.equal(read(body, paid), expected, body);
    }
    for (const body of ['paid 5 EUR', 'paid € 5', 'paid 5€', 'paid 5 euro', 'paid 5 all in', 'paid 5 try again']) {
      assert.equal(read(body, paid), 500, body);
    }
  });

  it('must be the unit that the template counts in', () => {
    const rial = { pattern: 'paid (?P<amount>[0-9]+)', currency: 'IRR' };
    assert.equal(read('paid 5 ریال', rial), 500);
    assert.equal(read('paid 5 تومان', rial), 'amount_does_not_fit');
    assert.equal(read('paid 5 تومان', { ...rial, unitMultiplier: 10 }), 5_000);
    assert.equal(read('paid 5 ریال', { ...rial, unitMultiplier: 10 }), 'amount_does_not_fit');
  });
});

describe('the currency that a text names', () => {
  const named = { pattern: 'paid (?P<currency>[a-z$¥€.]+) (?P<amount>[0-9.]+)', currency: null };

  it('is taken from its code or sign', () => {
    const result = parse('paid KWD 1.250', named);
    assert.ok(result.outcome === 'parsed');
    assert.deepEqual([result.payment.currency, result.payment.amountMinor], ['KWD', 1_250]);
    assert.equal(read('paid € 5', named), 500);
  });

  it('is unknown where the sign stands for several and the template names none of them', () => {
    assert.equal(read('paid $ 5', named), 'currency_unknown');
    assert.equal(read('paid Rs. 5', named), 'currency_unknown');
    assert.equal(read('paid $ 5', { ...named, currency: 'CAD' }), 500);
    assert.equal(read('paid $ 5', { ...named, currency: 'EUR' }), 'currency_unknown');
  });

  it('is unknown where it is none', () => {
    for (const body of ['paid xyz 5', 'paid coins 5', 'paid XAU 5'])
      assert.equal(read(body, named), 'currency_unknown');
  });
});

describe('the other parts of a payment', () => {
  const parts = (body: string, pattern: string, changes: Partial<TemplateVersion> = {}) => {
    const result = parse(body, { pattern, ...changes });
    assert.ok(result.outcome === 'parsed', JSON.stringify(result));
    return result.payment;
  };

  it('the account is the last digits that are shown, never masked or first ones', () => {
    const tail = (account: string) =>
      parts(`paid 5 to ${account};`, 'paid (?P<amount>[0-9]+) to (?P<account>[^;]+)').accountTail;
    assert.equal(tail('XX1234'), '1234');
    assert.equal(tail('****0123456'), '3456');
    assert.equal(tail('DE89 3704 0044 0532 0130 00'), '3000');
    assert.equal(tail('…789'), '789');
    assert.equal(tail('۱۲۳۴-۵۶۷۸'), '5678');
    assert.equal(tail('1234XXXX'), null);
    assert.equal(tail('X1'), null);
  });

  it('the payer is named as the text names him', () => {
    const payer = (name: string) =>
      parts(`paid 5 by ${name};`, 'paid (?P<amount>[0-9]+) by (?P<payer>[^;]+)').payerName;
    assert.equal(payer(' José\u200f  ÁLVAREZ. '), 'José ÁLVAREZ');
    assert.equal(payer('...'), null);
    assert.equal(payer('x'.repeat(500))?.length, 120);
  });

  it('a moment needs a date and a time that exist', () => {
    const moment = (when: string, dateFormat: string, timeZone = '+00:00') =>
      parts(`paid 5 on ${when};`, 'paid (?P<amount>[0-9]+) on (?P<date>[^ ;]+)(?: (?P<time>[^;]+))?', {
        dateFormat,
        timeZone,
      }).occurredAt?.toISOString() ?? null;
    assert.equal(moment('05-03-24 14:10', 'dd-MM-yy', '+05:30'), '2024-03-05T08:40:00.000Z');
    assert.equal(moment('05MAR24 2:10 pm', 'ddMMMyy'), '2024-03-05T14:10:00.000Z');
    assert.equal(moment('20240305 141059', 'yyyyMMdd'), '2024-03-05T14:10:59.000Z');
    assert.equal(moment('1403/12/30 00:30', 'jalali:yyyy/MM/dd', '+03:30'), '2025-03-19T21:00:00.000Z');
    assert.equal(moment('02/15 10:00', 'MM/dd'), '2024-02-15T10:00:00.000Z');
    assert.equal(moment('12/15 10:00', 'MM/dd'), '2023-12-15T10:00:00.000Z');
    assert.equal(moment('31.03.2024 12:00', 'dd.MM.yyyy', 'Europe/Berlin'), '2024-03-31T10:00:00.000Z');
    assert.equal(moment('30.03.2024 12:00', 'dd.MM.yyyy', 'Europe/Berlin'), '2024-03-30T11:00:00.000Z');
    for (const [when, format] of [
      ['05-03-24', 'dd-MM-yy'],
      ['30-02-24 10:00', 'dd-MM-yy'],
      ['05-13-24 10:00', 'dd-MM-yy'],
      ['05-03-24 24:10', 'dd-MM-yy'],
      ['05-03-24 13:10 pm', 'dd-MM-yy'],
      ['05-03-2024 10:00', 'dd-MM-yy'],
      ['1402/12/30 10:00', 'jalali:yyyy/MM/dd'],
      ['1403/07/31 10:00', 'jalali:yyyy/MM/dd'],
      ['5 10:00', 'dd-MM'],
    ] as const) {
      assert.equal(moment(when, format), null, when);
    }
  });
});

describe('money that came and money that went', () => {
  it('a word of the other direction needs a template that spells it out', () => {
    const body = 'paid 500 (debited at source)';
    assert.equal(read('Info: paid 500, purchase 12'), 'direction_unclear');
    assert.equal(read('Info: paid 500, purchase 12', { pattern: 'paid (?P<amount>[0-9]+), purchase' }), 50_000);
    assert.equal(read(body.replace('(debited at source)', 'ok')), 50_000);
  });

  it('a guard has the last word over a credit template, and none over what another template says', () => {
    assert.equal(read('paid 500. OTP is 123456'), 'otp');
    assert.equal(read('paid 500. OTP is 123456', { kind: 'request', pattern: 'paid' }), 'request');
  });

  it('names the rule, for the decision record', () => {
    const result = parse('OTP is 123456');
    assert.ok(result.outcome === 'not_a_credit');
    assert.deepEqual([result.rule, result.templateId], ['one_time_code', null]);
  });
});

describe('any text at all', () => {
  const templates = librarySet();
  const anySender = createTemplateSet(LIBRARY_VERSIONS.map((version) => ({ ...version, senders: null })));
  const receivedAt = new Date('2024-03-05T14:00:00Z');

  it('comes to one of the three outcomes and never throws', () => {
    const words = fc.constantFrom(
      'Rs.500',
      'credited to',
      'A/c XX1',
      'واریز',
      '\u200f',
      '۵',
      '½',
      '\ud83d',
      'OTP',
      '\n',
      '1,23',
      '-',
    );
    const text = fc.array(fc.oneof(words, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 60 });
    fc.assert(
      fc.property(text, (parts) => {
        const result = parseSms({ sender: 'GANGAB', body: parts.join(' '), receivedAt }, anySender);
        if (result.outcome === 'parsed') assert.ok(Number.isSafeInteger(result.payment.amountMinor));
      }),
    );
  });

  it('cut off anywhere never pays more than the whole text', () => {
    const samples = LIBRARY_VERSIONS.filter(({ kind }) => kind === 'credit');
    for (const { sample, senders } of samples) {
      const body = sample ?? '';
      const sender = senders?.[0] ?? '';
      const whole = parseSms({ sender, body, receivedAt }, templates);
      assert.ok(whole.outcome === 'parsed');
      for (let end = 0; end < body.length; end += 1) {
        const part = parseSms({ sender, body: body.slice(0, end), receivedAt }, templates);
        if (part.outcome === 'parsed') assert.equal(part.payment.amountMinor, whole.payment.amountMinor);
      }
    }
  });

  // A backtracking engine needs minutes for some of these; the linear one is through all of them well within mocha's limit.
  it('is read to its end at full length, however it was made to hurt', () => {
    const repeated = [
      'a',
      '1',
      '1,',
      'a/c ',
      'credited to ',
      'xx1 ',
      'واریز ',
      'ب\u200f',
      'get rs 1 ',
      'otp ',
      'a/c 1 is ',
      ' \n',
      'é',
      '½',
    ];
    const [first] = LIBRARY_VERSIONS;
    for (const piece of [...repeated, `${first?.sample ?? ''} `]) {
      const body = piece.repeat(Math.ceil(MAX_BODY_LENGTH / piece.length)).slice(0, MAX_BODY_LENGTH);
      const result = parseSms({ sender: 'X', body, receivedAt }, anySender);
      assert.notEqual(result.outcome, 'parsed', piece);
    }
  });
});
