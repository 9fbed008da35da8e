/** Frames that no client should trust, and that none may die of. */
import type { BadFrame } from './dials';

export function badFrame(kind: BadFrame, hugeBytes: number): string | Buffer {
  switch (kind) {
    case 'not_json':
      return '{"type":"push","push":{"type":"sms_changed",';
    case 'empty':
      return '';
    case 'json_null':
      return 'null';
    case 'json_array':
      return '[{"type":"nop"}]';
    case 'wrong_types':
      return JSON.stringify({
        type: 'push',
        push: {
          type: 'sms_changed',
          source_device_iden: 17,
          notifications: [{ thread_id: 12, title: null, body: { text: 'no text' }, timestamp: 'yesterday' }],
        },
      });
    case 'unknown_type':
      return JSON.stringify({ type: 'from_the_future', payload: { version: 9 } });
    case 'unknown_subtype':
      return JSON.stringify({ type: 'tickle', subtype: 'from_the_future' });
    case 'binary':
      return Buffer.from([0x00, 0xff, 0xfe, 0x7b, 0x22]);
    case 'huge':
      return JSON.stringify({ type: 'push', push: { type: 'clip', body: 'x'.repeat(hugeBytes) } });
  }
}
