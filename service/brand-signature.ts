/** `X-Brand-Signature` of the wallet contract (design, section 7): recon signs, the wallet checks. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly brandId: string;
  /** Unix seconds, fresh for each call. */
  readonly timestamp: number;
  readonly method: string;
  readonly path: string;
  readonly rawBody: string;
}

/** How far the wallet lets the timestamp be from its own clock, in seconds. */
export const SIGNATURE_WINDOW_SECONDS = 300;

/** Hex HMAC-SHA256 of `<brand_id>.<timestamp>.<METHOD>.<path>.<raw body>`. */
export function brandSignature(key: string, request: SignedRequest): string {
  const { brandId, timestamp, method, path, rawBody } = request;
  return createHmac('sha256', key)
    .update(`${brandId}.${timestamp}.${method.toUpperCase()}.${path}.${rawBody}`)
    .digest('hex');
}

/** In constant time. */
export function brandSignatureMatches(key: string, request: SignedRequest, given: string): boolean {
  const wanted = Buffer.from(brandSignature(key, request));
  const actual = Buffer.from(given);
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}
