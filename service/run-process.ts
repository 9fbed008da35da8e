/** What every `main.ts` does: start, say so, wait for SIGINT or SIGTERM, stop within a bound. */
import { ConfigError } from './config';
import { PortTakenError } from './http-server';
import type { Logger } from './logger';

export interface Running {
  readonly stop: () => Promise<void>;
}

const STOP_LIMIT_MS = 20_000;

/** Never returns to its caller before the process is told to stop. Exit code 0 after a clean stop, 1 after a failed start. */
export async function runProcess(logger: Logger, start: () => Promise<Running>): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    // What a person can mend is said in plain words; the rest keeps its stack in the log.
    if (error instanceof ConfigError || error instanceof PortTakenError) process.stderr.write(`${error.message}\n`);
    else logger.fatal({ err: error }, 'could not start');
    process.exitCode = 1;
    return process.exit();
  }
  logger.info('started');
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
  logger.info({ signal }, 'stopping');
  const overdue = setTimeout(() => {
    logger.error({ limitMs: STOP_LIMIT_MS }, 'did not stop in time');
    process.exit(1);
  }, STOP_LIMIT_MS);
  overdue.unref();
  await running.stop();
  logger.info('stopped');
  process.exit(0);
}
