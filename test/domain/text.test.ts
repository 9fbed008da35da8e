import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldText, MAX_BODY_LENGTH, normaliseText, originalSlice, textFault, withAsciiDigits } from '../../domain/text';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('folding a text', () => {
  it('writes decimal digits of every script in ASCII', () => {
    const tens = [
      '۰۱۲۳۴۵۶۷۸۹',
      '٠١٢٣٤٥٦٧٨٩',
      '०१२३४५६७८९',
      '০১২৩৪৫৬৭৮৯',
      '０１２３４５６７８９',
      '๐๑๒๓๔๕๖๗๘๙',
      '၀၁၂၃၄၅၆၇၈၉',
      '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗',
      '𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡',
      '𑁦𑁧𑁨𑁩𑁪𑁫𑁬𑁭𑁮𑁯',
    ];
    for (const ten of tens) {
      assert.equal(foldText(ten).text, '0123456789');
      assert.equal(withAsciiDigits(ten), '0123456789');
    }
  });

  it('knows the value of every decimal digit in Unicode', () => {
    let count = 0;
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const char = String.fromCodePoint(code);
      if (!/\p{Nd}/u.test(char)) continue;
      // Digits stand in runs of ten: one more is the next code point, up to nine.
      const value = Number(withAsciiDigits(char));
      const next = withAsciiDigits(String.fromCodePoint(code + 1));
      assert.ok(value >= 0 && value <= 9, code.toString(16));
      if (value < 9) assert.equal(next, String(value + 1), code.toString(16));
      count += 1;
    }
    assert.ok(count >= 600 && count % 10 === 0);
  });

  it('leaves fractions, superscripts and circled numbers alone, so that they join no amount', () => {
    assert.equal(foldText('10½ 5² ③ Ⅳ').text, '10½ 5² ③ Ⅳ');
  });

  it('drops what nobody sees: direction marks, joiners, byte order marks, soft hyphens, control characters', () => {
    const invisible =
      '\u200e\u200f\u202a\u202e\u202c\u2066\u2069\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u0007';
    assert.equal(foldText(`1${invisible}2`).text, '12');
    assert.equal(normaliseText(`1${invisible}2`), '12');
  });

  it('makes one space of spaces of any kind, and one line break of any that are mixed with them', () => {
    assert.equal(foldText(' a\u00a0\u202f\t b \r\n\n c\u2028d\u0085e ').text, 'a b\nc\nd\ne');
  });

  it('gives Arabic and Persian letters one form and drops vowel signs and tatweel', () => {
    assert.equal(foldText('واريز').text, foldText('واریز').text);
    assert.equal(foldText('كارت').text, foldText('کارت').text);
    assert.equal(foldText('حَوالةٌ').text, foldText('حواله').text);
    assert.equal(foldText('تومــان').text, foldText('تومان').text);
    assert.equal(foldText('إيداع أحمد آل').text, foldText('ایداع احمد ال').text);
    assert.equal(foldText('ﻭﺍﺭﻳﺰ ﷼').text, foldText('واریز ریال').text);
  });

  it('folds case, accents and the Turkish i, composed or not', () => {
    assert.equal(foldText('VOCÊ Voce\u0302 voce').text, 'voce voce voce');
    assert.equal(foldText('IŞIK İZMİR ılık').text, 'isik izmir ilik');
    assert.equal(foldText('MÜLLER').text, 'muller');
  });

  it('keeps the marks that make letters: Devanagari vowels, Japanese voicing', () => {
    assert.equal(foldText('रुपये').text, 'रुपये');
    assert.equal(foldText('ﾔﾏﾀﾞ').text, 'ヤマダ');
    assert.equal(foldText('が').text, 'が'.normalize('NFC'));
  });

  it('keeps the Arabic separators, and writes dashes and quotes in ASCII', () => {
    assert.equal(foldText('١٬٢٣٤٫٥ – −5 ’').text, "1٬234٫5 - -5 '");
  });

  it('is settled: folding a folded text changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = foldText(text).text;
        const twice = foldText(once).text;
        assert.equal(foldText(twice).text, twice);
      }),
    );
  });

  it('knows for every place where it came from', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: folded, offsets } = foldText(text);
        if (offsets === null) return assert.equal(folded.length, text.length);
        assert.equal(offsets.length, folded.length + 1);
        for (const [place, offset] of offsets.entries()) {
          assert.ok(offset >= (offsets[place - 1] ?? 0) && offset <= text.length);
        }
      }),
    );
    const folded = foldText('\u200fMoney   from\u00a0JOSÉ  Álvaro\nbye');
    const start = folded.text.indexOf('jose');
    assert.equal(originalSlice(folded, start, start + 'jose alvaro'.length), 'JOSÉ Álvaro');
  });
});

describe('a normalised text', () => {
  it('is the same however a source encodes spaces, marks and accents', () => {
    const seenByPhone = 'Rs\u00a0500  received\r\nfrom Jose\u0301\u200f';
    assert.equal(normaliseText(seenByPhone), normaliseText('Rs 500 received\nfrom José'));
  });

  it('keeps case and digits as they were written: texts that differ stay apart', () => {
    assert.equal(normaliseText('Rs ۵۰۰ OK'), 'Rs ۵۰۰ OK');
    assert.notEqual(normaliseText('Rs 500'), normaliseText('rs 500'));
  });
});

describe('a text that cannot be read', () => {
  it('is one that is too long, or holds a NUL or a lone surrogate', () => {
    assert.equal(textFault('x'.repeat(MAX_BODY_LENGTH)), null);
    assert.equal(textFault('x'.repeat(MAX_BODY_LENGTH + 1)), 'text_too_long');
    assert.equal(textFault('a\0b'), 'text_not_valid');
    assert.equal(textFault('a\ud83d'), 'text_not_valid');
    assert.equal(textFault('\ude00a'), 'text_not_valid');
    assert.equal(textFault('a😀'), null);
  });
});
