/** Temporal's core in this process: its log goes through ours, its figures are served on a loopback port that /metrics reads. */
import { createServer } from 'node:net';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import type { Logger } from '../service/logger';

const LEVELS: Readonly<Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Once in a process, before the first connection. Gives the address of the core's figures. */
export async function installCoreRuntime(logger: Logger): Promise<string> {
  const port = await freePort();
  Runtime.install({
    // The process stops its worker itself, after its loops.
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { sdkComponent, workflowId, taskQueue, state } = meta ?? {};
      logger[LEVELS[level]]({ sdkComponent, workflowId, taskQueue, state }, message);
    }),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${port}`, countersTotalSuffix: true } },
    },
  });
  return `http://127.0.0.1:${port}/metrics`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
