/**
 * Per-caller internal auth: `X-Caller-Service: <name>` with `X-Internal-Service-Token`. Two comma-separated values of a
 * variable are both accepted while a token is rotated; the first is the one that is presented to others.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export const CALLERS = ['admin', 'recon', 'wallet', 'ops'] as const;
export type Caller = (typeof CALLERS)[number];

export interface CallerTokens {
  readonly byCaller: ReadonlyMap<Caller, readonly string[]>;
  /** The shared token of stages A and B; absent in stage C. */
  readonly legacy: readonly string[] | undefined;
}

/** The variables are read plain and with the prefix RGB_; both set to different values is a fault, not a guess. */
export function tokensFrom(env: Readonly<Record<string, string | undefined>>): {
  tokens: CallerTokens;
  faults: string[];
} {
  const faults: string[] = [];
  const read = (name: string): readonly string[] | undefined => {
    const plain = env[name];
    const prefixed = env[`RGB_${name}`];
    if (plain && prefixed && plain !== prefixed) faults.push(`${name} and RGB_${name} are both set and differ`);
    const values = (plain ?? prefixed ?? '')
      .split(',')
      .map((value) => value.trim())
      .filter(Boolean);
    if (values.length > 2) faults.push(`${name} holds more than two values: one, or two while it is rotated`);
    if (values.some((value) => value.length < 16)) faults.push(`${name} holds a value shorter than 16 characters`);
    return values.length > 0 ? values : undefined;
  };
  const byCaller = new Map<Caller, readonly string[]>();
  for (const caller of CALLERS) {
    const values = read(`INTERNAL_SERVICE_TOKEN_${caller.toUpperCase()}`);
    if (values) byCaller.set(caller, values);
  }
  return { tokens: { byCaller, legacy: read('INTERNAL_SERVICE_TOKEN') }, faults };
}

/** Compares in constant time, whatever the lengths. */
export function tokenMatches(given: string, accepted: readonly string[]): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  const wanted = digest(given);
  return accepted.reduce((found, value) => timingSafeEqual(wanted, digest(value)) || found, false);
}

/** The token that this process presents as `caller`; undefined where none is configured. */
export function tokenToPresent(tokens: CallerTokens, caller: Caller): string | undefined {
  return tokens.byCaller.get(caller)?.[0] ?? tokens.legacy?.[0];
}
