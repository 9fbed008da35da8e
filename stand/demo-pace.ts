/** What a demo day does not wait for: a back-fill after a minute is right for a house, and too slow for somebody who watches. */
import type { Simulated } from './simulated-sources';

type Environment = Readonly<Record<string, string | undefined>>;

const GAPS = { GAP_SETTLE: '2s', GAP_BACKFILL_PAUSE: '2s' } as const;
/** Never for a service that is not simulated: it counts how often it is asked. */
const PUSHBULLET = { PUSHBULLET_SYNC_INTERVAL: '2s', PUSHBULLET_ID_SYNC_INTERVAL: '2s' } as const;

/** Only what the user has not set. */
export function demoPace(env: Environment, { pushbullet }: Simulated): Record<string, string> {
  const pace = { ...GAPS, ...(pushbullet ? PUSHBULLET : {}) };
  return Object.fromEntries(Object.entries(pace).filter(([name]) => !env[name]));
}
