import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_AMOUNT_MINOR } from '../../domain/money';
import { parseAmount, parseSignedAmount, type AmountFormat } from '../../domain/parse-amount';

const POINT: AmountFormat = { decimalSeparator: '.', groupSeparators: ',', digits: 2, unitMultiplier: 1 };
const COMMA: AmountFormat = { ...POINT, decimalSeparator: ',', groupSeparators: ". '" };

function minor(text: string, format: AmountFormat = POINT): number | string {
  const result = parseAmount(text, format);
  return result.ok ? result.amountMinor : result.fault;
}

describe('reading an amount', () => {
  it('takes plain, western and Indian groups', () => {
    assert.equal(minor('1234567.89'), 123_456_789);
    assert.equal(minor('1,234,567.89'), 123_456_789);
    assert.equal(minor('12,34,567.89'), 123_456_789);
    assert.equal(minor('1,00,000'), 10_000_000);
    assert.equal(minor('1.234.567,8', COMMA), 123_456_780);
    assert.equal(minor('1 234 567,8', COMMA), 123_456_780);
    assert.equal(minor("1'234'567", COMMA), 123_456_700);
  });

  it('refuses groups that are no groups', () => {
    for (const text of [
      '1,2',
      '1,23',
      '12,34',
      '1,2345',
      '1234,567',
      '1,,234',
      ',123',
      '123,',
      '0,123',
      '1,23,45,67',
      '123,45,678',
      '1,234,56,789',
      '1,234 567',
    ]) {
      assert.equal(minor(text), 'amount_does_not_fit', text);
    }
    assert.equal(minor('1.234 567', COMMA), 'amount_does_not_fit');
  });

  it('refuses a separator that this bank does not write, and decimals that the currency does not have', () => {
    for (const text of [
      '1.234',
      '1.23.4',
      '1.',
      '.5',
      '',
      '.',
      '1,234.567',
      '1 234',
      "1'234",
      '1e3',
      '0x10',
      '１',
      '١',
    ]) {
      assert.equal(minor(text), 'amount_does_not_fit', text);
    }
    assert.equal(minor('5.00', { ...POINT, digits: 0 }), 'amount_does_not_fit');
    assert.equal(minor('5.0', { ...POINT, decimalSeparator: null }), 'amount_does_not_fit');
  });

  it('fills up decimals that are left out', () => {
    assert.equal(minor('1,234.5'), 123_450);
    assert.equal(minor('7', { ...POINT, digits: 3 }), 7_000);
    assert.equal(minor('0.05'), 5);
  });

  it('takes the Arabic separators for what they are, beside any of the template', () => {
    assert.equal(minor('1٬234٫50'), 123_450);
    assert.equal(minor('1٬234٫50', COMMA), 123_450);
    assert.equal(minor('1.234٫50', COMMA), 123_450);
    assert.equal(minor('1٫234'), 'amount_does_not_fit');
    assert.equal(minor('1,5٫0', COMMA), 'amount_does_not_fit');
  });

  it('refuses leading zeros, since decimals may be implied', () => {
    assert.equal(minor('007'), 'amount_does_not_fit');
    assert.equal(minor('00.50'), 'amount_does_not_fit');
  });

  it('multiplies units exactly, also beyond what a float could hold', () => {
    const toman: AmountFormat = { ...POINT, unitMultiplier: 10 };
    assert.equal(minor('0.1', toman), 100);
    assert.equal(minor('9007199254740.99', toman), 9_007_199_254_740_990);
    assert.equal(minor('9007199254741.00', toman), 'amount_out_of_range');
  });

  it('stops at 2^53-1', () => {
    assert.equal(minor('90071992547409.91'), MAX_AMOUNT_MINOR);
    assert.equal(minor('90071992547409.92'), 'amount_out_of_range');
    assert.equal(minor('9'.repeat(40)), 'amount_out_of_range');
    assert.equal(minor('9'.repeat(41)), 'amount_does_not_fit');
  });

  it('refuses nothing and less than nothing', () => {
    for (const text of ['0', '0.00', '-5', '-0.01', '5-', '- 5'])
      assert.equal(minor(text), 'amount_not_positive', text);
    assert.equal(minor('+5'), 500);
    assert.equal(minor('5+'), 500);
    assert.deepEqual(parseSignedAmount('-1,000.10', POINT), { ok: true, amountMinor: -100_010 });
    assert.deepEqual(parseSignedAmount('-0', POINT), { ok: true, amountMinor: 0 });
  });

  it('reads back every amount that is written by the rules', () => {
    const formats = fc.record({
      digits: fc.constantFrom(0, 2, 3),
      separators: fc.constantFrom(['.', ','], [',', '.'], [',', ' '], ['.', "'"], ['/', ',']),
      indian: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_AMOUNT_MINOR }),
        formats,
        (amountMinor, { digits, separators, indian }) => {
          const [decimalSeparator = '.', groupSeparators = ','] = separators;
          const written = write(amountMinor, digits, decimalSeparator, groupSeparators, indian);
          assert.equal(minor(written, { decimalSeparator, groupSeparators, digits, unitMultiplier: 1 }), amountMinor);
        },
      ),
    );
  });

  it('never reads a text in two ways: with the separators exchanged it is the same amount or none', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,4}([.,][0-9]{1,4}){0,3}$/), (text) => {
        const result = parseAmount(text, POINT);
        if (result.ok) assert.equal(write(result.amountMinor, 2, '.', '', false), plain(text));
      }),
    );
  });
});

function write(amountMinor: number, digits: number, decimal: string, group: string, indian: boolean): string {
  const all = String(amountMinor).padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  const fraction = digits === 0 ? '' : decimal + all.slice(-digits);
  const grouped = indian
    ? whole.replace(/(\d)(?=(\d\d)*\d{3}$)/g, `$1${group}`)
    : whole.replace(/(\d)(?=(\d{3})+$)/g, `$1${group}`);
  return (group === '' ? whole : grouped) + fraction;
}

function plain(text: string): string {
  const [whole = '', fraction = ''] = text.replaceAll(',', '').split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}
