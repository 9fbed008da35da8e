/**
 * Every fault leaves an activity as one of the closed list of failures, without its own words: PostgreSQL's messages carry
 * row values, and what leaves an activity enters the workflow's history.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { FAILURES, InvariantBroken } from '../domain/failures';
import type { Logger } from '../service/logger';
import { isTransientPostgresError } from '../service/postgres';
import type { Metrics } from './ports';

/** Faults that are no outage are tried this often, then the SMS is parked. */
const FAULT_TRIES = 3;

interface GuardOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Parking itself is never given up: an SMS that can be neither moved nor parked is asked about until it can. */
  readonly never?: 'gives up';
}

/** Wraps one activity; its arguments and result are left alone. */
export function guarded<Args extends readonly unknown[], Result>(
  options: GuardOptions,
  activity: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const startedMs = performance.now();
    try {
      return await activity(...args);
    } catch (error) {
      throw toFailure(error, options);
    } finally {
      options.metrics.stageSeconds(Context.current().info.activityType, (performance.now() - startedMs) / 1000);
    }
  };
}

function toFailure(error: unknown, options: GuardOptions): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (isTransientPostgresError(error)) return ApplicationFailure.retryable('PostgreSQL is away', FAILURES.unavailable);
  const { info } = Context.current();
  options.logger.error(
    { err: error, activity: info.activityType, attempt: info.attempt, workflowId: info.workflowExecution?.workflowId },
    'activity failed',
  );
  const givesUp = options.never === undefined;
  if (error instanceof InvariantBroken && givesUp)
    return ApplicationFailure.nonRetryable(
      'an invariant does not hold; the log of the worker names it',
      FAILURES.invariantBroken,
    );
  const message = `an internal fault; the log of the worker names it`;
  return givesUp && info.attempt >= FAULT_TRIES
    ? ApplicationFailure.nonRetryable(message, FAILURES.internalFault)
    : ApplicationFailure.retryable(message, FAILURES.internalFault);
}
