import type { WouldRun } from '../db/would-run';

const SHOWN_IDS = 50;

/** As many ids as a person looks at; the count says how many there are. */
export function presentWouldRun({ count, smsIds }: WouldRun): { count: number; ids: number[] } {
  return { count, ids: smsIds.slice(0, SHOWN_IDS) };
}
