/**
 * Who calls `/internal/*`: stages A and B accept the legacy shared token beside the callers' own, stage C
 * (`PER_CALLER_TOKEN_REQUIRED=on`) accepts only the caller's own.
 */
import type { Request, RequestHandler } from 'express';
import { CALLERS, tokenMatches, type Caller, type CallerTokens } from './caller-tokens';
import { HttpError } from './http-errors';

const callerOfRequest = new WeakMap<Request, Caller>();

export interface InternalAuthOptions {
  readonly tokens: CallerTokens;
  readonly perCallerRequired: boolean;
  /** Callers that this service lets in at all. */
  readonly callers: readonly Caller[];
}

/** 401 where caller or token is missing or wrong, 403 where a known caller has no business here. */
export function internalAuth(options: InternalAuthOptions): RequestHandler {
  return (request, _response, next) => {
    const name = request.get('x-caller-service');
    const caller = CALLERS.find((known) => known === name);
    if (name === undefined) return next(new HttpError(401, 'caller_missing', 'the header X-Caller-Service is missing'));
    if (caller === undefined)
      return next(new HttpError(401, 'caller_unknown', 'X-Caller-Service names no known caller'));
    const token = request.get('x-internal-service-token');
    if (token === undefined)
      return next(new HttpError(401, 'token_missing', 'the header X-Internal-Service-Token is missing'));
    const own = options.tokens.byCaller.get(caller) ?? [];
    const accepted = options.perCallerRequired ? own : [...own, ...(options.tokens.legacy ?? [])];
    if (!tokenMatches(token, accepted))
      return next(new HttpError(401, 'token_wrong', `the token is not one of caller ${caller}`));
    if (!options.callers.includes(caller))
      return next(new HttpError(403, 'caller_forbidden', `caller ${caller} may not call this service`));
    callerOfRequest.set(request, caller);
    return next();
  };
}

/** The caller that `internalAuth` let in. */
export function callerOf(request: Request): Caller {
  const caller = callerOfRequest.get(request);
  if (caller === undefined) throw new Error('callerOf is used on a route that internalAuth does not guard');
  return caller;
}
