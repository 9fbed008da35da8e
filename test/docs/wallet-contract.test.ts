import assert from 'node:assert/strict';
import { brandSignature } from '../../service/brand-signature';
import { DEPOSIT_CHANNEL, depositLockKey } from '../../service/lock-keys';
import { readDoc } from './read-doc';

describe('docs/wallet-contract.md', () => {
  const text = readDoc('docs/wallet-contract.md');
  const first = (pattern: RegExp) => pattern.exec(text)?.[1] ?? assert.fail(`nothing fits ${pattern}`);

  it('signs its example as the code does', () => {
    const signature = brandSignature(first(/signed with the key `([^`]+)`/), {
      brandId: first(/^X-Brand-Id: (.+)$/m),
      timestamp: Number(first(/^X-Brand-Timestamp: (\d+)$/m)),
      method: 'POST',
      path: first(/^POST (\S+) HTTP/m),
      rawBody: first(/^(\{"order_id".*"brand_id".*\})$/m),
    });
    assert.equal(first(/^X-Brand-Signature: (.+)$/m), signature);
  });

  it('names the channel and the lock that the code uses', () => {
    assert.equal(first(/pg_notify\('(\w+)'/), DEPOSIT_CHANNEL);
    assert.equal(first(/hashtextextended\('([^']+)'/), depositLockKey('EUR', 125_000));
  });
});
