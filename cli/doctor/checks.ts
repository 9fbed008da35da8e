/** What the doctor says: one line for each thing that was looked at. */
export const STATES = ['ok', 'warn', 'fail'] as const;
export type State = (typeof STATES)[number];

export interface Check {
  readonly part: string;
  readonly state: State;
  /** Names and figures, never the value of a secret. */
  readonly says: string;
  /** What to do; null where there is nothing to do. */
  readonly hint: string | null;
  /** Why it fails, for the exit code. */
  readonly kind: 'configuration' | 'away' | 'problem';
}

export function ok(part: string, says: string): Check {
  return { part, state: 'ok', says, hint: null, kind: 'problem' };
}

export function warn(part: string, says: string, hint: string): Check {
  return { part, state: 'warn', says, hint, kind: 'problem' };
}

export function fail(part: string, says: string, hint: string, kind: Check['kind'] = 'problem'): Check {
  return { part, state: 'fail', says, hint, kind };
}
