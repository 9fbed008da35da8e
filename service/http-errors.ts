/** `{error:{code,message,details?}}` with the right 4xx or 5xx: the one shape of an error in every internal API. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from './logger';
import { isTransientPostgresError } from './postgres';

/** Thrown by handlers; carries no text of an SMS and no secret, since it goes to the caller as it is. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

export const notFound: RequestHandler = (request, _response, next) =>
  next(new HttpError(404, 'unknown_route', `there is no ${request.method} ${request.path}`));

/** Last in the chain: known faults by their own code, PostgreSQL away as 503, the rest as 500 without inner words. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = toHttpError(error);
    if (known.status >= 500) logger.error({ err: error, method: request.method, path: request.path }, 'request failed');
    if (known.status === 503) response.setHeader('Retry-After', '2');
    const details = known.details === undefined ? {} : { details: known.details };
    response.status(known.status).json({ error: { code: known.code, message: known.message, ...details } });
  };
}

/** What express's body parsers raise, by their `type`. */
const PARSER_FAULTS: Readonly<Record<string, [number, string, string]>> = {
  'entity.too.large': [413, 'body_too_large', 'the body is larger than this route accepts'],
  'entity.parse.failed': [400, 'bad_json', 'the body is not JSON'],
  'encoding.unsupported': [415, 'unsupported_encoding', 'this content-encoding is not supported'],
  'charset.unsupported': [415, 'unsupported_charset', 'the body must be UTF-8'],
  'request.aborted': [400, 'request_aborted', 'the request ended before its body did'],
  'request.size.invalid': [400, 'bad_length', 'the body is not as long as Content-Length says'],
};

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isTransientPostgresError(error))
    return new HttpError(503, 'database_unavailable', 'the database is away: try again');
  if (error instanceof URIError) return new HttpError(400, 'bad_path', 'the path is not valid percent-encoding');
  const type = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : '';
  const fault = PARSER_FAULTS[type];
  if (fault) return new HttpError(...fault);
  return new HttpError(500, 'internal', 'an internal fault; the log of this process names it');
}
