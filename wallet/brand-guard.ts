/** Lets through only what recon signed for this brand, this path and these bytes, within the last minutes. */
import type { Request } from 'express';
import { brandSignatureMatches, SIGNATURE_WINDOW_SECONDS } from '../service/brand-signature';
import { HttpError } from '../service/http-errors';

export interface BrandGuard {
  readonly signingKey: string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * The brand that the signature covers.
 * @throws HttpError 401 naming the header at fault.
 */
export function signedBrand(guard: BrandGuard, request: Request, rawBody: string): string {
  const brandId = header(request, 'X-Brand-Id');
  const timestampText = header(request, 'X-Brand-Timestamp');
  const signature = header(request, 'X-Brand-Signature');
  if (!/^\d{1,12}$/.test(timestampText))
    throw new HttpError(401, 'timestamp_wrong', 'X-Brand-Timestamp must be unix seconds');
  const timestamp = Number(timestampText);
  const path = request.originalUrl.split('?', 1)[0] ?? '';
  const signed = { brandId, timestamp, method: request.method, path, rawBody };
  if (!brandSignatureMatches(guard.signingKey, signed, signature.toLowerCase()))
    throw new HttpError(401, 'signature_wrong', 'X-Brand-Signature does not sign this request under the shared key');
  if (Math.abs(guard.nowMs() / 1_000 - timestamp) > SIGNATURE_WINDOW_SECONDS)
    throw new HttpError(
      401,
      'timestamp_stale',
      `X-Brand-Timestamp is more than ${SIGNATURE_WINDOW_SECONDS} seconds from the wallet's clock`,
    );
  return brandId;
}

function header(request: Request, name: string): string {
  const value = request.get(name);
  if (!value) throw new HttpError(401, 'signature_missing', `the header ${name} is missing`);
  return value;
}
