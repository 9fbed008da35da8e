/** A JSON Web Token of one kind only: HS256, as httpSMS signs it. Nothing in the token chooses how it is checked. */
import { z } from 'zod';
import { HttpError } from '../../service/http-errors';
import { hmacSha256, sameBytes } from './signing';

export interface Token {
  /** In constant time. */
  signedBy(secret: string): boolean;
}

/** How far the issuer's clock may be from ours, in seconds. */
const LEEWAY_SECONDS = 60;
const MAX_LENGTH = 4_096;

const header = z.looseObject({ alg: z.string() });
const seconds = z.number().min(0).max(1e11);
const claims = z.looseObject({ exp: seconds, nbf: seconds.optional() });

/**
 * Judges all but who signed it. @throws HttpError 401 `token_malformed`, `token_algorithm_refused`, `token_expired`,
 * `token_not_yet_valid`
 */
export function decodeToken(text: string, nowSeconds = Date.now() / 1000): Token {
  const [head = '', payload = '', signature = '', ...rest] = text.split('.');
  if (text.length > MAX_LENGTH || rest.length > 0) throw malformed();
  const { alg } = part(header, head);
  // Whatever else it names (none, RS256, HS512) would let the sender choose what our secret is used as.
  if (alg !== 'HS256') throw new HttpError(401, 'token_algorithm_refused', 'the token must be signed with HS256');
  if (!/^[\w-]{43}$/.test(signature)) throw malformed();
  const { exp, nbf } = part(claims, payload);
  if (nowSeconds >= exp + LEEWAY_SECONDS) throw new HttpError(401, 'token_expired', 'the token has expired');
  if (nbf !== undefined && nowSeconds < nbf - LEEWAY_SECONDS)
    throw new HttpError(401, 'token_not_yet_valid', 'the token is not valid yet: compare the clocks');
  const given = Buffer.from(signature, 'base64url');
  return { signedBy: (secret) => sameBytes(given, hmacSha256(secret, `${head}.${payload}`)) };
}

function part<Schema extends z.ZodType>(schema: Schema, encoded: string): z.output<Schema> {
  if (!/^[\w-]+$/.test(encoded)) throw malformed();
  const result = schema.safeParse(jsonOf(encoded));
  if (!result.success) throw malformed();
  return result.data;
}

function jsonOf(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function malformed(): HttpError {
  return new HttpError(401, 'token_malformed', 'the header authorization holds no JSON Web Token with an expiry');
}
