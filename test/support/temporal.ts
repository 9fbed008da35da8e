/** Temporal for tests: the dev server with the settings of `temporal-dev.yml`, on free ports. */
import path from 'node:path';
import { projectRoot } from '../../stand/home';
import type { ManagedProcess } from '../../stand/managed-process';
import { findFreePort, LOCALHOST } from '../../stand/ports';
import { createStderrProgress } from '../../stand/progress';
import { findTemporalCli } from '../../stand/temporal-cli';
import { createTemporalServer } from '../../stand/temporal-server';
import { readTemporalSettings } from '../../stand/temporal-settings';
import { scratchHome, testGuardian } from './parts';

export interface TestTemporal {
  readonly address: string;
  readonly namespace: string;
}

/** For tests of outages: a server that nobody else uses. Its file and port stay the same from start to start. */
export interface OwnTemporal extends TestTemporal {
  /** Asked to end, and waited for. */
  readonly stop: () => Promise<void>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Again, after `stop` or `kill`; resolves once it answers. */
  readonly start: () => Promise<void>;
}

let shared: Promise<TestTemporal> | undefined;

/** One server in memory for the whole run, started by the first test that asks; it ends with the run, never before. */
export function startTestTemporal(): Promise<TestTemporal> {
  shared ??= launch({ durable: false });
  return shared;
}

/** A durable server of the test's own: `stop` it when the test is over (it also ends with the run). */
export function startOwnTemporal(): Promise<OwnTemporal> {
  return launch({ durable: true });
}

async function launch({ durable }: { durable: boolean }): Promise<OwnTemporal> {
  const settings = readTemporalSettings();
  const binDirectory = path.join(projectRoot(), '.recon', 'bin');
  const cli = await findTemporalCli({ env: process.env, binDirectory, progress: createStderrProgress() });
  const home = scratchHome('temporal');
  const port = await findFreePort();
  const server: ManagedProcess = createTemporalServer(
    {
      cliPath: cli.path,
      settings,
      port,
      home,
      env: process.env,
      ...(durable ? { dbFile: path.join(home, 'temporal.db') } : {}),
    },
    { guardian: testGuardian() },
  );
  await server.start();
  const { stop, kill, start } = server;
  return { address: `${LOCALHOST}:${port}`, namespace: settings.namespace, stop, kill, start };
}
