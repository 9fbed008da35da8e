import assert from 'node:assert/strict';
import { readChain, type ChainEntry } from '../../domain/balance-chain';
import { minorDigits } from '../../domain/money';
import { parseSms, type Movement } from '../../domain/parse';
import { createTemplateSet, readsBalance, type TemplateDraft } from '../../domain/template';
import { TEMPLATE_LIBRARY } from '../../domain/template-library';

const RECEIVED_AT = new Date('2024-03-05T12:00:00Z');
const versions = TEMPLATE_LIBRARY.map((draft, index) => ({ ...draft, templateId: index + 1, version: 1 }));
const set = createTemplateSet(versions);

function movementOf(sender: string, body: string, templates = set): Movement | null {
  const result = parseSms({ sender, body, receivedAt: RECEIVED_AT }, templates);
  assert.notEqual(result.outcome, 'parse_failed');
  return result.outcome === 'parse_failed' ? null : result.movement;
}

function entryOf(smsId: number, movement: Movement | null, text: string): ChainEntry {
  return {
    smsId,
    receivedAt: new Date(RECEIVED_AT.getTime() + smsId * 60_000),
    fingerprint: text,
    changeMinor: movement?.changeMinor ?? null,
    balanceMinor: movement?.balanceMinor ?? null,
  };
}

describe('the chain of the templates that come with Recon', () => {
  for (const draft of TEMPLATE_LIBRARY) {
    const sender = draft.senders?.[0] ?? '';
    const text = draft.sample ?? '';

    it(`${draft.name}: the balance that its sample tells is chained, and the same text twice is no gap`, () => {
      const movement = movementOf(sender, text);
      assert.ok(movement);
      assert.equal(movement.balanceMinor !== null, readsBalance(draft.pattern));
      const { currency, changeMinor, balanceMinor } = movement;
      const unitMinor = 10 ** (minorDigits(currency) ?? 0);
      const sample = entryOf(1, movement, text);
      const repeated = { ...entryOf(2, movement, text) };
      const next = {
        ...entryOf(3, movement, 'the next'),
        changeMinor,
        balanceMinor: (balanceMinor ?? 0) + (changeMinor ?? 0),
      };
      assert.deepEqual(readChain([sample, repeated, next], unitMinor).breaks, []);
    });

    it(`${draft.name}: its balances are left out where the template says so`, () => {
      const off: TemplateDraft = { ...draft, balanceChain: false };
      const alone = createTemplateSet([{ ...off, templateId: 1, version: 1 }]);
      const movement = movementOf(sender, text, alone);
      assert.deepEqual([movement?.balanceMinor, typeof movement?.changeMinor], [null, 'number']);
    });
  }

  const credit = (amount: string, reference: string, balance: string) =>
    `Dear Customer, Rs.${amount} credited to A/c XX4321 on 05-03-24 at 14:22:10 by UPI from A PERSON (Ref No ${reference}). ` +
    `Avl Bal Rs.${balance} -Ganga National Bank`;
  const story: readonly (readonly [what: string, texts: readonly string[], missing: readonly number[]])[] = [
    [
      'a debit with its balance between two credits',
      [
        credit('1,000.00', '1', '5,000.00'),
        'A/c XX4321 debited by Rs.500.00 on 05-03-24. Avl Bal Rs.4,500.00',
        credit('200.00', '2', '4,700.00'),
      ],
      [],
    ],
    [
      'a debit that tells its amount alone',
      [
        credit('1,000.00', '1', '5,000.00'),
        'A/c XX4321 debited by Rs.500.00 on 05-03-24.',
        credit('200.00', '2', '4,700.00'),
      ],
      [],
    ],
    [
      'a debit of which nothing is read',
      [
        credit('1,000.00', '1', '5,000.00'),
        'A/c XX4321 debited. Call 1800 if not you.',
        credit('200.00', '2', '4,700.00'),
      ],
      [],
    ],
    ['a credit that is missing', [credit('1,000.00', '1', '5,000.00'), credit('200.00', '2', '6,700.50')], [150_050]],
  ];
  for (const [what, texts, missing] of story) {
    it(`reads ${what} as ${missing.length === 0 ? 'no gap' : 'a gap of its amount'}`, () => {
      const entries = texts.map((text, index) => entryOf(index + 1, movementOf('GANGAB', text), text));
      assert.deepEqual(
        readChain(entries, 100).breaks.map(({ missingMinor }) => missingMinor),
        missing,
      );
    });
  }
});
