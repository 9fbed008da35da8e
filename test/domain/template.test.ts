import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compileTemplate,
  createTemplateSet,
  TEMPLATE_REFUSALS,
  type TemplateRefusal,
  type TemplateVersion,
} from '../../domain/template';
import { foldPattern } from '../../domain/template-pattern';
import { versionOf } from './library-set';

type Row = readonly [code: TemplateRefusal['code'], changes: Partial<TemplateVersion>, says: RegExp];
const AMOUNT = '(?P<amount>[0-9]+)';

const REFUSED: readonly Row[] = [
  ['name_not_valid', { name: ' ' }, /name/],
  ['name_not_valid', { name: 'a\0' }, /name/],
  ['bank_not_valid', { bank: 'x'.repeat(101) }, /bank.*100/],
  ['priority_not_valid', { priority: 1.5 }, /whole number/],
  ['sender_not_valid', { senders: [] }, /null for any sender/],
  ['sender_not_valid', { senders: ['JD-HDFCBK-S'] }, /HDFCBK/],
  ['sender_not_valid', { senders: ['0912 123 4567'] }, /country code/],
  ['pattern_empty', { pattern: '  ' }, /empty/],
  ['pattern_too_long', { pattern: `${AMOUNT}${'x'.repeat(1000)}` }, /1000/],
  ['pattern_not_compiled', { pattern: `${AMOUNT}(` }, /missing closing \)/],
  ['pattern_not_compiled', { pattern: `(?=x)${AMOUNT}` }, /\(\?=/],
  ['pattern_not_compiled', { pattern: `(a)${AMOUNT}\\1` }, /\\1/],
  ['pattern_not_compiled', { pattern: `${AMOUNT}${AMOUNT}` }, /duplicate/],
  ['pattern_not_compiled', { pattern: `((a{100}){100}){100}${AMOUNT}` }, /repeat/],
  ['pattern_not_compiled', { pattern: `${AMOUNT}\0` }, /NUL/],
  ['pattern_too_large', { pattern: `${'(?:[a-z]{1,50}[0-9]){19}'.repeat(10)}${AMOUNT}` }, /repeat counts/],
  ['pattern_matches_empty', { pattern: '(?P<amount>[0-9]*)' }, /any SMS/],
  ['group_unknown', { pattern: `${AMOUNT} (?P<iban>[a-z0-9]+)` }, /iban.*known are amount/],
  ['amount_group_missing', { pattern: 'paid ([0-9]+)' }, /\(\?P<amount>/],
  ['separators_not_valid', { decimalSeparator: ';' }, /decimal_separator/],
  ['separators_not_valid', { decimalSeparator: '' }, /decimal_separator.*null/],
  ['separators_not_valid', { groupSeparators: '0' }, /group_separators/],
  ['separators_not_valid', { decimalSeparator: ',', groupSeparators: '.,' }, /cannot separate both/],
  ['currency_unknown', { currency: 'XYZ' }, /ISO 4217/],
  ['currency_unknown', { currency: 'eur' }, /upper case/],
  ['currency_unknown', { currency: 'XAU' }, /ISO 4217/],
  ['currency_missing', { currency: null }, /\(\?P<currency>/],
  ['unit_multiplier_not_valid', { unitMultiplier: 0 }, /unit_multiplier/],
  ['unit_multiplier_not_valid', { unitMultiplier: 0.1 }, /whole number/],
  ['date_format_not_valid', { dateFormat: 'hh:mm' }, /dd-MM-yy/],
  ['date_format_not_valid', { dateFormat: 'dd-dd-yy' }, /dd-MM-yy/],
  ['time_zone_not_valid', { timeZone: 'Mars/Olympus' }, /Asia\/Kolkata/],
  ['time_zone_not_valid', { timeZone: '+25:00' }, /\+05:30/],
  ['daily_limit_not_valid', { dailyLimitMinor: 0 }, /above zero/],
  ['sample_not_valid', { sample: 'paid 5\0' }, /sample/],
  ['sample_not_matched', { sample: 'nothing' }, /does not match the sample/],
];

describe('a template', () => {
  for (const [code, changes, says] of REFUSED) {
    it(`is refused as ${code}: ${JSON.stringify(changes).slice(0, 60)}`, () => {
      const result = compileTemplate(versionOf(changes));
      assert.ok(!result.ok);
      assert.equal(result.refusal.code, code);
      assert.match(result.refusal.message, says);
    });
  }

  it('has no reason for refusal that is not tried here', () => {
    assert.deepEqual(new Set(REFUSED.map(([code]) => code)), new Set(TEMPLATE_REFUSALS));
  });

  it('that is no credit needs neither amount nor currency', () => {
    const result = compileTemplate(versionOf({ kind: 'otp', pattern: 'otp', currency: null }));
    assert.ok(result.ok);
  });

  it('is compiled or refused, whatever is written: it never throws', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '\\',
      '?',
      '*',
      '{2}',
      '(?P<amount>',
      'a',
      'ی',
      '\u200c',
      '|',
      '^',
      'İ',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 20 }),
        (parts) => {
          compileTemplate(versionOf({ pattern: parts.join('') }));
        },
      ),
    );
  });
});

describe('a pattern', () => {
  it('may be written as the bank writes: its letters are folded like the text', () => {
    assert.equal(foldPattern('Credited Você واريز ۵ \u00a0'), 'credited voce واریز 5  ');
  });

  it('keeps what RE2 reads as its own: escapes, classes, groups and flags', () => {
    for (const pattern of [
      '\\D\\S\\W\\B',
      '\\pL\\p{Greek}\\P{Lu}',
      '\\x{6F0}',
      '(?P<amount>a)(?<payer>b)',
      '(?i:a)(?U)',
      '[[:ALPHA:]]',
      '[^a-z]',
    ]) {
      assert.equal(foldPattern(pattern), pattern);
    }
  });

  it('loses a character that is never in the folded text together with its quantifier', () => {
    assert.equal(foldPattern('می\u200c?شود'), 'میشود');
  });
});

describe('a set of templates', () => {
  it('tries the templates of the sender before those of any, each by priority and then id', () => {
    const set = createTemplateSet([
      versionOf({ templateId: 1, priority: 1 }),
      versionOf({ templateId: 2, priority: 50, senders: ['BANK'] }),
      versionOf({ templateId: 4, priority: 10, senders: ['BANK', 'OTHER'] }),
      versionOf({ templateId: 3, priority: 10, senders: ['BANK'] }),
    ]);
    const order = (sender: string) => set.tiersFor(sender).map((tier) => tier.map(({ version }) => version.templateId));
    assert.deepEqual(order('BANK'), [[3, 4], [2], [1]]);
    assert.deepEqual(order('OTHER'), [[4], [1]]);
    assert.deepEqual(order('NOBODY'), [[1]]);
  });

  it('leaves out what is disabled, and reports what no longer compiles instead of failing', () => {
    const set = createTemplateSet([
      versionOf({ templateId: 1, enabled: false }),
      versionOf({ templateId: 2, version: 3, pattern: '(' }),
      versionOf({ templateId: 4 }),
    ]);
    assert.equal(set.size, 1);
    assert.deepEqual(
      set.refused.map(({ templateId, version, refusal }) => [templateId, version, refusal.code]),
      [[2, 3, 'pattern_not_compiled']],
    );
  });
});
