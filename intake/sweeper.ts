/**
 * Every open row has a running workflow, or gets one: a start that never reached Temporal, a run that ops terminated, one
 * that failed. A start that Temporal refuses because the run is running is the normal case and the cheapest way to ask.
 */
import { writeAudit } from '../db/audit';
import type { Db } from '../db/query';
import { claimForSweep, unclaimSweep, type SweptSms } from '../db/sweep';
import type { Logger } from '../service/logger';
import type { SmsStarter } from './ports';

export interface SweeperDeps {
  readonly db: Db;
  readonly starter: SmsStarter;
  readonly logger: Logger;
  readonly graceMs: number;
  readonly recheckMs: number;
}

/** Rows of one sweep and starts at once within it: a backlog of a night is worked off in batches, newest arrivals in between. */
const BATCH = 500;
const CONCURRENCY = 20;

/** Sweeps one batch; gives how many runs it started. Rejects where PostgreSQL or Temporal is away. */
export async function sweepOnce(deps: SweeperDeps): Promise<number> {
  const due = await claimForSweep(deps.db, { graceMs: deps.graceMs, recheckMs: deps.recheckMs, limit: BATCH });
  let started = 0;
  try {
    for (let from = 0; from < due.length; from += CONCURRENCY) {
      const results = await Promise.all(due.slice(from, from + CONCURRENCY).map((sms) => sweep(deps, sms)));
      started += results.filter(Boolean).length;
    }
  } catch (error) {
    await unclaimSweep(
      deps.db,
      due.map(({ smsId }) => smsId),
    );
    throw error;
  }
  return started;
}

async function sweep(deps: SweeperDeps, sms: SweptSms): Promise<boolean> {
  const { smsId, attempt, source, everRan } = sms;
  const result = await deps.starter.startAgain({ smsId, attempt, startAt: 'resume', requestId: null }, source);
  if (result === 'already_started') return false;
  if (everRan) {
    await writeAudit(deps.db, {
      actor: 'sweeper',
      byPerson: false,
      action: 'run.started_again',
      smsId,
      after: { attempt },
    });
    deps.logger.warn({ smsId, attempt }, 'the run of an open SMS was not running; started again');
  }
  return true;
}
