import assert from 'node:assert/strict';
import { parseSms, type ParseResult } from '../../domain/parse';
import { librarySet, templateName } from './library-set';
import { SMS_SAMPLES, type Expected } from './sms-samples';

describe('the sample SMS', () => {
  const templates = librarySet();

  it('are many, and the shipped templates all compile', () => {
    assert.ok(SMS_SAMPLES.length >= 70);
    assert.deepEqual(templates.refused, []);
    assert.ok(templates.size >= 14);
  });

  for (const { what, sender, body, receivedAt, expected } of SMS_SAMPLES) {
    it(`${expected.outcome}: ${what}`, () => {
      const result = parseSms({ sender, body, receivedAt: new Date(receivedAt) }, templates);
      assert.deepEqual(summary(result), expected);
    });
  }
});

function summary(result: ParseResult): Expected {
  switch (result.outcome) {
    case 'parsed': {
      const { bank, occurredAt, ...payment } = result.payment;
      const template = templateName(result.templateId) ?? '';
      assert.ok(template.startsWith(bank));
      return { outcome: 'parsed', template, ...payment, occurredAt: occurredAt?.toISOString() ?? null };
    }
    case 'not_a_credit':
      return { outcome: 'not_a_credit', kind: result.kind, rule: result.rule };
    case 'parse_failed':
      return { outcome: 'parse_failed', fault: result.fault, template: templateName(result.templateId) };
  }
}
