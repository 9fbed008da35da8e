/** Tells the house which loops went stale and which came back: each turn once, whichever of the workers sees it first. */
import { findTurns, findUnwantedLoops, forgetLoop, noteTurn } from '../../db/loops';
import type { Db } from '../../db/query';
import { LOOP_KINDS, type LoopKind } from '../../domain/loops';
import type { Config } from '../../service/config';
import type { Logger } from '../../service/logger';

export interface NoteTurnsDeps {
  readonly db: Db;
  readonly logger: Logger;
  /** Loops of sources that lack their token or key. */
  readonly unconfigured: readonly LoopKind[];
  /** False while this process has just begun: what stood with it gets the time to make its first progress. */
  readonly mayTurnStale: () => boolean;
}

export function unconfiguredLoops({ TELEGRAM_BOT_TOKEN: token, SECRETS_KEY: key }: Config): LoopKind[] {
  const pushbullet = ['pushbullet_listener', 'missing_sms_sync', 'sms_id_sync'] as const;
  return [...(token === undefined ? (['telegram'] as const) : []), ...(key === undefined ? pushbullet : [])];
}

/** Gives how many turns this process noted. */
export async function noteTurns({ db, logger, unconfigured, mayTurnStale }: NoteTurnsDeps): Promise<number> {
  for (const name of await findUnwantedLoops(db, { known: LOOP_KINDS, unconfigured })) await forgetLoop(db, name);
  let noted = 0;
  for (const turn of await findTurns(db)) {
    if (turn.turned === 'stale' && !mayTurnStale()) continue;
    const loop = await noteTurn(db, turn);
    if (!loop) continue;
    noted += 1;
    const { name, ageMs, limitMs, fault, owner } = loop;
    if (turn.turned === 'stale') logger.warn({ loop: name, ageMs, limitMs, fault, owner }, 'a loop is stale');
    else logger.info({ loop: name, owner }, 'a loop is fresh again');
  }
  return noted;
}
