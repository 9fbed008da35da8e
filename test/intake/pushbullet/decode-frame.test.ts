import assert from 'node:assert/strict';
import { createCipher } from '../../../intake/pushbullet/crypto';
import { decodeDeciphered, decodeFrame } from '../../../intake/pushbullet/decode-frame';
import { createEncryption } from '../../../sim/pushbullet/encryption';

const frame = (value: unknown) =>
  decodeFrame(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), false);
const push = (payload: unknown) => frame({ type: 'push', targets: ['stream'], push: payload });
const sms = { thread_id: '12', title: 'RHEINBANK', body: 'a text', timestamp: 1_440_484_608 };

describe('a frame of the Pushbullet stream', () => {
  it('is one of a few things', () => {
    assert.deepEqual(frame({ type: 'nop' }), { kind: 'nop' });
    assert.deepEqual(frame({ type: 'tickle', subtype: 'push' }), { kind: 'tickle', of: 'push' });
    assert.deepEqual(frame({ type: 'tickle', subtype: 'device' }), { kind: 'tickle', of: 'device' });
    assert.deepEqual(push({ type: 'dismissal', package_name: 'x' }), { kind: 'other' });
    assert.deepEqual(push({ encrypted: true, ciphertext: 'abc' }), { kind: 'encrypted', ciphertext: 'abc' });
  });

  it('with SMS has each of them, its thread as text whether it came as text or number', () => {
    const two = push({ type: 'sms_changed', source_device_iden: 'd', notifications: [sms, { ...sms, thread_id: 7 }] });
    assert.ok(two.kind === 'sms_changed');
    assert.equal(two.refetch, false);
    assert.deepEqual(
      two.notifications.map(({ threadId, timestamp }) => [threadId, timestamp]),
      [
        ['12', 1_440_484_608],
        ['7', 1_440_484_608],
      ],
    );
  });

  it('without notifications, or with some that cannot be read, asks for the threads and keeps the others', () => {
    for (const notifications of [undefined, null, [], 'none', [{ ...sms, body: 7 }], [sms, { title: 'x' }]]) {
      const one = push({ type: 'sms_changed', source_device_iden: 'd', notifications });
      assert.ok(one.kind === 'sms_changed', JSON.stringify(notifications));
      assert.equal(one.refetch, true);
    }
  });

  it('that is none says why in a word, and never throws', () => {
    const reasons: [unknown, string][] = [
      ['', 'not_json'],
      ['{"type":', 'not_json'],
      ['null', 'wrong_types'],
      ['[]', 'wrong_types'],
      ['7', 'wrong_types'],
      [{ type: 7 }, 'wrong_types'],
      [{ type: 'push' }, 'wrong_types'],
      [{ type: 'push', push: [] }, 'wrong_types'],
      [{ type: 'push', push: { type: 'sms_changed' } }, 'wrong_types'],
      [{ type: 'push', push: { type: 'mirror', title: 'x' } }, 'wrong_types'],
      [{ type: 'tickle' }, 'wrong_types'],
      [{ type: 'tickle', subtype: 'text' }, 'unknown_subtype'],
      [{ type: 'hello' }, 'unknown_type'],
      ['x'.repeat(5_000_000), 'too_big'],
    ];
    for (const [value, reason] of reasons) assert.deepEqual(frame(value), { kind: 'bad', reason }, reason);
    assert.deepEqual(decodeFrame(Buffer.from('{"type":"nop"}'), true), { kind: 'bad', reason: 'binary' });
  });
});

describe('an encrypted payload of Pushbullet', () => {
  const payload = { type: 'sms_changed', source_device_iden: 'd', notifications: [sms] };

  it('opens with the password of its owner and the iden of the account, and with no other', async () => {
    const { ciphertext } = createEncryption().encrypt(payload, 'the password', 'ujowner');
    const right = await createCipher('the password', 'ujowner');
    const plain = right.open(ciphertext);
    assert.ok(plain !== undefined);
    assert.equal(decodeDeciphered(plain).kind, 'sms_changed');
    assert.equal((await createCipher('another', 'ujowner')).open(ciphertext), undefined);
    assert.equal((await createCipher('the password', 'ujother')).open(ciphertext), undefined);
  });

  it('that was changed, cut or is of another version does not open, and nothing is thrown', async () => {
    const { ciphertext } = createEncryption().encrypt(payload, 'the password', 'ujowner');
    const cipher = await createCipher('the password', 'ujowner');
    const bytes = Buffer.from(ciphertext, 'base64');
    const changed = Buffer.from(bytes);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const version = Buffer.from(bytes);
    version[0] = 0x32;
    for (const bad of [changed, version, bytes.subarray(0, 20), Buffer.alloc(0)])
      assert.equal(cipher.open(bad.toString('base64')), undefined);
    assert.equal(cipher.open('not base64 at all ***'), undefined);
  });

  it('within an encrypted payload is none', () => {
    assert.deepEqual(decodeDeciphered('{"encrypted":true,"ciphertext":"abc"}'), { kind: 'bad', reason: 'wrong_types' });
    assert.deepEqual(decodeDeciphered('no json'), { kind: 'bad', reason: 'not_json' });
  });
});
