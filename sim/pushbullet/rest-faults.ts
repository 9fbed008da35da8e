/** The way of a REST call before its answer: faults of the network, who asks, the rate, faults of the service. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Counters } from '../counters';
import { PushbulletApiError } from './api-error';
import { REST_AREAS, type PushbulletChance, type PushbulletDials } from './dials';
import type { Account } from './model';
import { tokenOf } from './token-of';
import type { World } from './world';

export interface RestFaultsDeps {
  readonly world: World;
  readonly dials: PushbulletDials;
  readonly counters: Counters;
  readonly nowMs: () => number;
}

interface Rate {
  used: number;
  resetMs: number;
}

export function createRestFaults({ world, dials, counters, nowMs }: RestFaultsDeps) {
  const rates = new Map<string, Rate>();
  const closing = new AbortController();
  const hanging = new Set<Response>();

  /** Undefined where the answer is already given, or never will be. @throws PushbulletApiError */
  async function pass(request: Request, response: Response): Promise<Account | undefined> {
    const token = tokenOf(request);
    const account = token === undefined ? undefined : world.accountByToken(token);
    const scope = account?.iden;
    const settings = dials.settings(scope);
    const area = REST_AREAS.find((one) => request.path.startsWith(`/v2/${one}`)) ?? 'permanents';
    const strikes = (name: PushbulletChance) => settings.restFaultsOn.includes(area) && dials.strikes(name, scope);

    if (strikes('slow')) await sleep(settings.slowMs, undefined, { signal: closing.signal, ref: false }).catch(() => 0);
    if (strikes('hang')) {
      hanging.add(response);
      response.on('close', () => hanging.delete(response));
      return undefined;
    }
    if (strikes('cutAnswer')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"pus');
      setImmediate(() => request.socket.destroy());
      return undefined;
    }
    if (strikes('notJson')) {
      response.status(200).type('html').send('<html><body>We will be back soon.</body></html>');
      return undefined;
    }
    if (strikes('serverError'))
      throw new PushbulletApiError(settings.serverErrorStatus, 'Something broke on our side.');
    if (!account || strikes('unauthorized')) throw new PushbulletApiError(401, 'Access token is missing or invalid.');
    if (strikes('forbidden')) throw new PushbulletApiError(403, 'The access token is not valid for that request.');
    takeRate(account, response, strikes('rateLimited'));
    return account;
  }

  function takeRate(account: Account, response: Response, refused: boolean): void {
    const { rateLimit, rateWindowMs, rateResetMs } = dials.settings(account.iden);
    const now = nowMs();
    const known = rates.get(account.iden);
    const rate = known && known.resetMs > now ? known : { used: 0, resetMs: now + rateWindowMs };
    rates.set(account.iden, rate);
    const exhausted = refused || rate.used >= rateLimit;
    if (!exhausted) rate.used += 1;
    const resetMs = refused ? now + rateResetMs : rate.resetMs;
    response.setHeader('X-Ratelimit-Limit', String(rateLimit));
    response.setHeader('X-Ratelimit-Remaining', String(refused ? 0 : rateLimit - rate.used));
    response.setHeader('X-Ratelimit-Reset', String(Math.ceil(resetMs / 1000)));
    if (exhausted) throw new PushbulletApiError(429, 'You have been rate limited.');
  }

  const count: RequestHandler = (request, response, next) => {
    const path = request.path.replace(/^(\/v2\/(?:permanents|devices|pushes))\/.+$/, '$1/:iden');
    response.on('close', () => {
      counters.add(`${request.method} ${path} ${response.writableEnded ? response.statusCode : 'no answer'}`);
    });
    next();
  };

  function close(): void {
    closing.abort();
    hanging.forEach((response) => response.destroy());
  }
  return { pass, count, close };
}
