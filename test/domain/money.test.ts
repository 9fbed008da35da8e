import assert from 'node:assert/strict';
import { formatMoney, MAX_AMOUNT_MINOR, minorDigits } from '../../domain/money';

describe('money', () => {
  it('has the decimals of ISO 4217', () => {
    const digits = { EUR: 2, INR: 2, IRR: 2, JPY: 0, KRW: 0, KWD: 3, BHD: 3, TND: 3 };
    for (const [currency, expected] of Object.entries(digits)) assert.equal(minorDigits(currency), expected, currency);
  });

  it('knows no currency outside of the standard, nor one in small letters', () => {
    for (const code of ['', 'XYZ', 'eur', 'EURO', 'TOMAN']) assert.equal(minorDigits(code), null, code);
  });

  it('is written for people with all its decimals', () => {
    assert.equal(formatMoney({ amountMinor: 123_450, currency: 'EUR' }), '1234.50 EUR');
    assert.equal(formatMoney({ amountMinor: 5, currency: 'EUR' }), '0.05 EUR');
    assert.equal(formatMoney({ amountMinor: 0, currency: 'KWD' }), '0.000 KWD');
    assert.equal(formatMoney({ amountMinor: 1_234, currency: 'KWD' }), '1.234 KWD');
    assert.equal(formatMoney({ amountMinor: 125_000, currency: 'JPY' }), '125000 JPY');
    assert.equal(formatMoney({ amountMinor: -5, currency: 'EUR' }), '-0.05 EUR');
    assert.equal(formatMoney({ amountMinor: MAX_AMOUNT_MINOR, currency: 'EUR' }), '90071992547409.91 EUR');
  });
});
