/** What is configured: names only. */
import { PHONE_APPS } from '../../domain/phone-apps';
import { CALLERS, tokenToPresent } from '../../service/caller-tokens';
import type { Config } from '../../service/config';
import { fail, ok, warn, type Check } from './checks';

export function checkConfiguration(config: Config, env: Readonly<Record<string, string | undefined>>): Check[] {
  return [
    addresses(config),
    tokens(config),
    secret(config.BRAND_SIGNING_KEY, 'BRAND_SIGNING_KEY', 'the worker signs what it asks of the wallet with it'),
    secret(config.hookSecrets.get('generic')?.[0], 'HOOK_SECRETS_GENERIC', 'without it /hooks/sms/generic refuses all'),
    phoneApps(config),
    enforcement(config, env),
    policy(config),
  ];
}

const ADDRESSES = ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS'] as const;

function addresses(config: Config): Check {
  const missing = ADDRESSES.filter((name) => config[name] === undefined);
  if (missing.length === 0) return ok('addresses', `${ADDRESSES.join(', ')} are set`);
  return fail(
    'addresses',
    `${missing.join(', ')} not set`,
    'Set them, or use "npm run recon -- doctor", which takes the settings of the stand on this machine.',
    'configuration',
  );
}

function tokens({ callerTokens, PER_CALLER_TOKEN_REQUIRED: strict }: Config): Check {
  const own = CALLERS.filter((caller) => callerTokens.byCaller.has(caller));
  const stage = strict
    ? 'required'
    : callerTokens.legacy === undefined
      ? 'accepted alone'
      : 'accepted beside the shared one';
  const says = `tokens of callers ${own.length === 0 ? 'none' : own.join(', ')}; per-caller tokens are ${stage}`;
  if (tokenToPresent(callerTokens, 'ops') === undefined)
    return fail('tokens', says, 'Set INTERNAL_SERVICE_TOKEN_OPS: this command calls as "ops".', 'configuration');
  if (!strict && callerTokens.legacy !== undefined)
    return warn('tokens', says, 'Once every caller has its own: PER_CALLER_TOKEN_REQUIRED=on, and no bare token.');
  return ok('tokens', says);
}

function secret(value: string | undefined, name: string, why: string): Check {
  return value === undefined
    ? warn(name, `not set here: ${why}`, `Set ${name} where it is needed.`)
    : ok(name, 'is set');
}

/** An app that nobody uses needs no secret: told, and no fault. */
function phoneApps({ hookSecrets }: Config): Check {
  const without = PHONE_APPS.filter((app) => !hookSecrets.has(app)).map((app) => `HOOK_SECRETS_${app.toUpperCase()}`);
  if (without.length === 0) return ok('phone apps', 'HOOK_SECRETS_<APP> is set for each of them');
  return ok('phone apps', `${without.join(', ')} not set here: a phone that is new with such an app is refused`);
}

function enforcement(config: Config, env: Readonly<Record<string, string | undefined>>): Check {
  const given = env['MULTI_BRAND_ENFORCEMENT'];
  if (given === undefined || given === '')
    return warn(
      'MULTI_BRAND_ENFORCEMENT',
      'not set here',
      'api, worker and wallet do not start without it: off, observe or enforce.',
    );
  return ok('MULTI_BRAND_ENFORCEMENT', config.MULTI_BRAND_ENFORCEMENT);
}

function policy(config: Config): Check {
  if (!config.AUTO_APPROVAL)
    return warn(
      'AUTO_APPROVAL',
      'off: every match waits for a person',
      'Set AUTO_APPROVAL=on to let the machine approve.',
    );
  const currencies = [...config.FOUR_EYES_AMOUNT_MINOR.keys()];
  return ok(
    'policy',
    `AUTO_APPROVAL on; four eyes for ${currencies.length === 0 ? 'forced matches only' : currencies.join(', ')}`,
  );
}
