/** `/internal/recon/pushbullet/device/*`: the accounts of Pushbullet whose phones are listened to. */
import type { z } from 'zod';
import type { AccountView, AddRefusal, PushbulletAccounts } from '../../intake/pushbullet/accounts';
import { HttpError } from '../../service/http-errors';
import { done, getRoute, postRoute, type Route } from '../route';
import { deleted, iso, isoOrNull } from '../schemas/common';
import { deleteBody } from '../schemas/phones';
import type { pushbulletAccount } from '../schemas/pushbullet';
import { pushbulletAddBody, pushbulletAdded, pushbulletList } from '../schemas/pushbullet';
import { emptyQuery } from '../text-rules';

const BASE = '/internal/recon/pushbullet/device';

export interface PushbulletRouteDeps {
  /** Undefined where the process was not given the parts. */
  readonly accounts: PushbulletAccounts | undefined;
}

const REFUSALS: Readonly<Record<AddRefusal, readonly [status: number, code: string, message: string]>> = {
  token_refused: [422, 'token_refused', 'Pushbullet refuses this token: make a new one in the settings of the account'],
  password_wrong: [422, 'password_wrong', 'this password does not open what the phones of the account have encrypted'],
  service_away: [
    503,
    'pushbullet_unavailable',
    'Pushbullet does not answer, so the token cannot be checked: try again',
  ],
  not_configured: [
    503,
    'not_configured',
    'SECRETS_KEY is not set: without it no token can be stored; set it for api and worker and start them again',
  ],
};

export function pushbulletRoutes(deps: PushbulletRouteDeps): Route[] {
  return [listRoute(deps), addRoute(deps), deleteRoute(deps)];
}

function listRoute({ accounts }: PushbulletRouteDeps): Route {
  const described = {
    path: `${BASE}/list`,
    summary: 'Accounts of Pushbullet, their phones, and how their listeners get on',
    query: emptyQuery,
    answer: pushbulletList,
  };
  return getRoute(described, async () => ({ items: (await configured(accounts).list()).map(present) }));
}

function addRoute({ accounts }: PushbulletRouteDeps): Route {
  const described = {
    path: `${BASE}/add`,
    summary: 'Listen to an account',
    description:
      'The token is checked with Pushbullet. The phones that the account has now are trusted on the word of the actor; ' +
      'phones that come later are not, until somebody trusts them. The same account again gets its new token and password.',
    body: pushbulletAddBody,
    answer: pushbulletAdded,
    errors: [422, 503],
  };
  return postRoute(described, async (body, caller) => {
    const { token, password = null, name = '', actor = caller } = body;
    const result = await configured(accounts).add({ token, password, name, actor });
    if (result.refused !== null) throw refusal(result.refused);
    return done({ ...present(result.view), added: result.added });
  });
}

function deleteRoute({ accounts }: PushbulletRouteDeps): Route {
  const described = {
    path: `${BASE}/delete`,
    summary: 'Stop listening to an account; what it brought stays',
    body: deleteBody,
    answer: deleted,
    errors: [404],
  };
  return postRoute(described, async ({ id, actor }, caller) => {
    if (!(await configured(accounts).remove(id, actor ?? caller)))
      throw new HttpError(404, 'unknown_account', `there is no account ${id}`);
    return done({ id, deleted: true } as const);
  });
}

function configured(accounts: PushbulletAccounts | undefined): PushbulletAccounts {
  if (!accounts) throw refusal('not_configured');
  return accounts;
}

function refusal(refused: AddRefusal): HttpError {
  return new HttpError(...REFUSALS[refused]);
}

function present({ account, phones, listener }: AccountView): z.input<typeof pushbulletAccount> {
  return {
    id: account.id,
    account: account.accountIden,
    email: account.email,
    name: account.name,
    has_password: account.passwordSealed !== null,
    added_by: account.addedBy,
    created_at: iso(account.createdAt),
    devices: phones.map((phone) => ({
      id: phone.id,
      iden: phone.iden,
      name: phone.name,
      line: phone.line,
      trusted: phone.trusted,
      fault: phone.fault,
      last_seen_at: iso(phone.lastSeenAt),
    })),
    listener: listener && {
      fresh: listener.fresh,
      fault: listener.fault,
      age_ms: listener.ageMs,
      limit_ms: listener.limitMs,
      owner: listener.owner,
      stale_since: isoOrNull(listener.staleSince),
      detail: listener.detail,
    },
  };
}
