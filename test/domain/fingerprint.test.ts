import assert from 'node:assert/strict';
import { deliveryKeyOf, fingerprintOf, type DeliveryParts } from '../../domain/fingerprint';

describe('the fingerprint of an SMS', () => {
  const sms = { sender: 'JD-HDFCBK-S', body: 'Rs 500 received\nfrom José', line: '+989121234567' };

  it('is one for an SMS that two sources wrote differently', () => {
    const other = {
      sender: 'hdfcbk',
      body: '\u200fRs\u00a0500 received\r\nfrom Jose\u0301 ',
      line: '+98 912 123 4567',
    };
    assert.equal(fingerprintOf(other), fingerprintOf(sms));
    assert.match(fingerprintOf(sms), /^[0-9a-f]{64}$/);
  });

  it('differs by sender, text and receiving line, also where none is known', () => {
    const all = [sms, { ...sms, sender: 'ICICIB' }, { ...sms, body: 'Rs 501 received' }, { ...sms, line: '1' }];
    const fingerprints = [...all, { ...sms, line: null }, { ...sms, line: '' }].map(fingerprintOf);
    assert.equal(new Set(fingerprints).size, fingerprints.length);
  });
});

describe('the key of a delivery', () => {
  const delivery: DeliveryParts = {
    source: 'webhook',
    sourceAccount: 'a',
    deviceId: 'b',
    messageId: '1',
    receivedAt: new Date('2024-03-05T14:10:00Z'),
    sender: 'HDFCBK',
    body: 'Rs 500',
  };

  it('is the same for the same delivery', () => {
    const again = { ...delivery, receivedAt: new Date('2024-03-05T19:40:00+05:30') };
    assert.equal(deliveryKeyOf(again), deliveryKeyOf(delivery));
  });

  it('differs by each of its parts, by raw bytes of the text, and by where one part ends and the next begins', () => {
    const others: readonly Partial<DeliveryParts>[] = [
      { source: 'manual' },
      { sourceAccount: 'ab', deviceId: '' },
      { sourceAccount: '', deviceId: 'ab' },
      { deviceId: null },
      { deviceId: 'null' },
      { messageId: null },
      { messageId: '2' },
      { receivedAt: new Date('2024-03-05T14:10:00.001Z') },
      { sender: 'JD-HDFCBK-S' },
      { body: 'Rs\u00a0500' },
      { body: 'Rs 500 ' },
    ];
    const keys = [delivery, ...others.map((change) => ({ ...delivery, ...change }))].map(deliveryKeyOf);
    assert.equal(new Set(keys).size, keys.length);
  });
});
