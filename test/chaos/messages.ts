/** What is said between the one who kills and the process that is killed. */
import type { Inbound } from '../../intake/ports';
import type { Boundary } from './boundaries';

export type Order =
  /** Connect and begin to work; until then the process is a spare that has only loaded its code. */
  | { readonly order: 'go' }
  /** Die by SIGKILL on the n-th passing of this boundary from now on; `during`: that many milliseconds into it. */
  | { readonly order: 'die_at'; readonly boundary: Boundary; readonly pass: number; readonly jitterMs: number }
  /** Take this SMS in, as a source's door would. */
  | { readonly order: 'deliver'; readonly delivery: number; readonly inbound: Inbound };

export type Report =
  | { readonly report: 'loaded' | 'working' }
  | { readonly report: 'accepted'; readonly delivery: number; readonly smsId: number }
  | { readonly report: 'refused'; readonly delivery: number };
