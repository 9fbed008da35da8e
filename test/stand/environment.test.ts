import assert from 'node:assert/strict';
import { parseConfig } from '../../service/config';
import { environmentOf, PROCESS_NAMES } from '../../stand/processes';
import { openSecrets } from '../../stand/secrets';
import { scratchHome } from '../support/parts';

describe('the environment of a process', () => {
  const addresses = {
    REDIS_URL: 'redis://127.0.0.1:1',
    TEMPORAL_ADDRESS: '127.0.0.1:2',
    MULTI_BRAND_ENFORCEMENT: 'enforce',
  };
  const secrets = openSecrets(scratchHome('environment'));
  const logins = { recon: 'postgres://recon@127.0.0.1/recon', wallet: 'postgres://wallet@127.0.0.1/recon' };
  const of = (name: (typeof PROCESS_NAMES)[number], given = {}) =>
    environmentOf(name, { given, addresses }, secrets, logins);
  const ownLogin = { wallet: logins.wallet, sim: undefined, worker: logins.recon, api: logins.recon };

  for (const name of PROCESS_NAMES) {
    it(`is all that ${name} asks for`, () => {
      assert.doesNotThrow(() => parseConfig(of(name), name));
    });

    it(`holds no login but ${name}'s own`, () => {
      const env = of(name, {
        DATABASE_URL: 'o',
        DATABASE_OWNER_URL: 'o',
        WALLET_DATABASE_URL: 'w',
        DATABASE_POOL_SIZE: '5',
      });
      const values = Object.entries(env).filter(([variable]) => /DATABASE/.test(variable));
      assert.deepEqual(Object.fromEntries(values), {
        DATABASE_POOL_SIZE: '5',
        ...(ownLogin[name] === undefined ? {} : { DATABASE_URL: ownLogin[name] }),
      });
    });
  }

  it('holds no secret of another process, be it given or made', () => {
    const given = { HOOK_SECRETS_GENERIC: 'whsec_aaaa', RGB_INTERNAL_SERVICE_TOKEN_OPS: 'given'.repeat(5) };
    const worker = of('worker', given);
    assert.deepEqual(
      Object.keys(worker)
        .filter((name) => /TOKEN|KEY|SECRETS/.test(name))
        .sort(),
      ['BRAND_SIGNING_KEY', 'INTERNAL_SERVICE_TOKEN_RECON', 'SECRETS_KEY'],
    );
    assert.deepEqual(
      Object.keys(of('sim', { ...given, TELEGRAM_BOT_TOKEN: 'given' })).filter((name) =>
        /TOKEN|KEY|SECRETS/.test(name),
      ),
      [],
    );
    assert.equal(of('worker', { TELEGRAM_BOT_TOKEN: 'given' })['TELEGRAM_BOT_TOKEN'], 'given');
    assert.equal(of('api').BRAND_SIGNING_KEY, undefined);
    assert.equal(of('api', given)['HOOK_SECRETS_GENERIC'], 'whsec_aaaa');
    assert.equal(of('wallet', given)['HOOK_SECRETS_GENERIC'], undefined);
  });
});
