import assert from 'node:assert/strict';
import fc from 'fast-check';
import { normaliseSender, type SenderRefusal } from '../../domain/phone';

type Row = readonly [raw: string, kind: string, value: string, country?: string];

const ACCEPTED: readonly Row[] = [
  ['+98 912 123 4567', 'number', '+989121234567'],
  ['\u202a+98 912-123-4567\u202c', 'number', '+989121234567'],
  ['+۹۸۹۱۲۱۲۳۴۵۶۷', 'number', '+989121234567'],
  ['00989121234567', 'number', '+989121234567'],
  ['919812345678', 'number', '+919812345678'],
  ['0912 123 4567', 'number', '+989121234567', 'IR'],
  ['۰۹۱۲۱۲۳۴۵۶۷', 'number', '+989121234567', 'ir'],
  ['(021) 8800 1100', 'number', '+982188001100', 'IR'],
  ['9812345678', 'number', '+919812345678', 'IN'],
  ['+983000505', 'number', '+983000505'],
  ['56767', 'short_code', '56767'],
  ['９５５００', 'short_code', '95500'],
  ['20004321', 'short_code', '20004321', 'IR'],
  ['106912345678901', 'short_code', '106912345678901'],
  ['AD-650025', 'short_code', '650025'],
  ['JD-HDFCBK-S', 'alphanumeric', 'HDFCBK'],
  ['jd-hdfcbk-s', 'alphanumeric', 'HDFCBK'],
  ['VM-ICICIB', 'alphanumeric', 'ICICIB'],
  ['AX-SBIINB-T', 'alphanumeric', 'SBIINB'],
  ['HDFCBK-S', 'alphanumeric', 'HDFCBK'],
  ['HDFCBK', 'alphanumeric', 'HDFCBK'],
  [' Hdfc Bk ', 'alphanumeric', 'HDFCBK'],
  ['AB-BANK', 'alphanumeric', 'AB-BANK'],
  ['M-PESA', 'alphanumeric', 'M-PESA'],
  ['T-MOBILE', 'alphanumeric', 'T-MOBILE'],
  ['بانک ملت', 'alphanumeric', 'بانکملت'],
];

const REFUSED: readonly (readonly [raw: string, refusal: SenderRefusal, country?: string])[] = [
  ['', 'empty'],
  [' \u200f ', 'empty'],
  ['x'.repeat(65), 'too_long'],
  ['0912 123 4567', 'country_unknown'],
  ['0912 123', 'not_a_number', 'IN'],
  ['+1 555', 'not_a_number'],
  ['+999123456789', 'not_a_number'],
  ['12', 'not_a_number'],
  ['1'.repeat(21), 'not_a_number'],
  ['a@b.example', 'not_a_sender'],
  ['BANK\0', 'not_a_sender'],
  ['BANK\ud83d', 'not_a_sender'],
  ['*100#', 'not_a_sender'],
];

describe('the sender of an SMS', () => {
  for (const [raw, kind, value, country] of ACCEPTED) {
    it(`reads ${JSON.stringify(raw)} as ${kind} ${value}${country === undefined ? '' : ` in ${country}`}`, () => {
      assert.deepEqual(normaliseSender(raw, country), { ok: true, sender: { kind, value } });
    });
  }

  for (const [raw, refusal, country] of REFUSED) {
    it(`refuses ${JSON.stringify(raw.slice(0, 20))} as ${refusal}, without repeating it`, () => {
      const result = normaliseSender(raw, country);
      assert.ok(!result.ok);
      assert.equal(result.refusal, refusal);
      assert.ok(raw.trim() === '' || !result.message.includes(raw));
    });
  }

  it('keeps its one form when it is normalised again, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Z0-9+-]{1,15}$/)), (raw) => {
        const once = normaliseSender(raw);
        if (once.ok) assert.equal(again(once.sender.value), once.sender.value);
      }),
    );
  });
});

function again(value: string): string | null {
  const result = normaliseSender(value);
  return result.ok ? result.sender.value : null;
}
