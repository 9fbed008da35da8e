import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { tokensFrom } from '../../service/caller-tokens';
import { missingSecrets, openSecrets } from '../../stand/secrets';
import { scratchHome } from '../support/parts';

describe('secrets that nobody gave', () => {
  let home: string;
  let file: string;
  beforeEach(() => {
    home = scratchHome('secrets');
    file = path.join(home, 'secrets.json');
  });

  it('are made once and used again', () => {
    const first = openSecrets(home);
    assert.deepEqual(openSecrets(home), first);
    assert.equal(new Set(Object.values(first)).size, Object.values(first).length);
  });

  it('are for their owner only, also where someone opened the file to others', () => {
    openSecrets(home);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    chmodSync(file, 0o644);
    openSecrets(home);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('are added where a newer release needs more, the others kept', () => {
    const first = openSecrets(home);
    const { BRAND_SIGNING_KEY: dropped, ...rest } = first;
    writeFileSync(file, JSON.stringify(rest));
    const second = openSecrets(home);
    assert.notEqual(second.BRAND_SIGNING_KEY, dropped);
    assert.equal(second.POSTGRES_OWNER_PASSWORD, first.POSTGRES_OWNER_PASSWORD);
  });

  it('hold a hook secret that Standard Webhooks accepts, and tokens that the services accept', () => {
    const secrets = openSecrets(home);
    assert.match(secrets.HOOK_SECRETS_GENERIC, /^whsec_[A-Za-z0-9+/=]+$/);
    assert.doesNotThrow(() => new Webhook(secrets.HOOK_SECRETS_GENERIC));
    assert.deepEqual(tokensFrom(secrets).faults, []);
  });

  it('leave alone what the environment gives, with either prefix', () => {
    const secrets = openSecrets(home);
    const missing = missingSecrets({ BRAND_SIGNING_KEY: 'given', RGB_INTERNAL_SERVICE_TOKEN_OPS: 'given' }, secrets);
    assert.ok(!('BRAND_SIGNING_KEY' in missing));
    assert.ok(!('INTERNAL_SERVICE_TOKEN_OPS' in missing));
    assert.equal(missing.INTERNAL_SERVICE_TOKEN_RECON, secrets.INTERNAL_SERVICE_TOKEN_RECON);
  });

  it('are not guessed where the file is damaged, and the fault tells no secret', () => {
    const secrets = openSecrets(home);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    assert.throws(() => openSecrets(home), /secrets\.json cannot be used \(it is not JSON\)/);
    writeFileSync(file, JSON.stringify({ ...secrets, BRAND_SIGNING_KEY: 'shortsecret' }));
    assert.throws(
      () => openSecrets(home),
      (error: Error) => error.message.includes('BRAND_SIGNING_KEY') && !error.message.includes('shortsecret'),
    );
  });
});
