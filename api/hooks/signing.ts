/** What the signature schemes of the apps have in common. Each fault has a code of its own, so that whoever sets up a phone sees what is wrong. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { HttpError } from '../../service/http-errors';
import type { ReadHeader } from './phone-app';

/** How far a phone's clock may be from ours, in milliseconds. */
export const WINDOW_MS = 5 * 60_000;

export function hmacSha256(secret: string, ...parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part, 'utf8');
  return hmac.digest();
}

export function sameBytes(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Null where it is no hex of a SHA-256. */
export function hexSignature(text: string): Buffer | null {
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : null;
}

/** Standard base64 of a SHA-256, or null. */
export function base64Signature(text: string): Buffer | null {
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : null;
}

export function requiredHeader(header: ReadHeader, name: string, code: string): string {
  const value = header(name);
  if (value === undefined || value === '') throw new HttpError(401, code, `the header ${name} is missing`);
  return value;
}

/** @throws HttpError 401 `timestamp_wrong`, `timestamp_stale` */
export function checkFresh(timestamp: string, unit: 'seconds' | 'milliseconds', name: string): void {
  const digits = unit === 'seconds' ? /^\d{9,11}$/ : /^\d{12,14}$/;
  if (!digits.test(timestamp))
    throw new HttpError(401, 'timestamp_wrong', `${name} must be in whole ${unit} since 1970`);
  const atMs = Number(timestamp) * (unit === 'seconds' ? 1000 : 1);
  if (Math.abs(Date.now() - atMs) > WINDOW_MS)
    throw new HttpError(401, 'timestamp_stale', `${name} is more than five minutes from our clock`);
}
