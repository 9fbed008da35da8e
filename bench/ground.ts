/**
 * What a run stands on: a stand of its own in a directory of its own, with the durability and the server settings of every
 * other one, the whitelist and templates of the items, and a worker process that can be stopped and started.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import { addPhone } from '../db/phones';
import type { Db } from '../db/query';
import { addTemplate } from '../db/templates';
import { TEMPLATE_LIBRARY } from '../domain/template-library';
import { createKnex } from '../service/postgres';
import { startGuardian } from '../stand/guardian/guardian';
import { projectRoot } from '../stand/home';
import { findFreePort } from '../stand/ports';
import { createReconProcess, type StandProcessName } from '../stand/processes';
import type { Progress } from '../stand/progress';
import { startStand, type RunningStand } from '../stand/stand';
import { createTakeDown, type TakeDown } from '../stand/take-down';
import { createSmsItems, SENDER, type SmsItems } from './sms-items';
import { startBenchWorker, type BenchWorker } from './worker-handle';

export interface Ground {
  readonly stand: RunningStand;
  readonly items: SmsItems;
  /** With the owner's rights, to look at both schemas and to fill them. */
  readonly owner: Db;
  readonly client: Client;
  worker(): Promise<BenchWorker>;
  stopWorker(): Promise<void>;
  /** The worker as production runs it, its sources too, with every limit at its default. Stop the other one first. */
  startProductionWorker(): Promise<{ readonly stop: () => Promise<void> }>;
  secret(name: string): string;
  readonly stop: () => Promise<void>;
}

export interface GroundOptions {
  readonly processes: readonly StandProcessName[];
  readonly concurrency: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const ACTOR = 'bench';
/** Given addresses would be somebody's data, and given secrets somebody's keys: the run brings all of its own. */
const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TEMPORAL_CLI'];
const ANY_PORT = ['WALLET_PORT', 'WORKER_PORT', 'RECON_API_PORT', 'SIM_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'];

export async function prepareGround(options: GroundOptions): Promise<Ground> {
  const takeDown = createTakeDown();
  try {
    return await bringUp(options, takeDown);
  } catch (error) {
    await takeDown.run();
    throw error;
  }
}

async function bringUp(options: GroundOptions, takeDown: TakeDown): Promise<Ground> {
  const { env, progress, signal } = options;
  const home = scratchHome(takeDown);
  const stand = await startStand(options.processes, {
    env: ownEnvironment(env, home),
    progress,
    signal,
    supervision: { report: progress.note, onGivenUp: progress.note },
  });
  takeDown.add(stand.stop);
  const secret = (name: string) => required(stand.environment, name);

  const owner = createKnex({
    url: stand.databaseUrls.owner,
    applicationName: 'bench-owner',
    poolSize: 4,
    statementTimeoutMs: 600_000,
  });
  takeDown.add(() => owner.destroy());
  await progress.step('whitelist and templates', () => seed(owner));
  const bundleFile = await progress.step('workflows to compare with', () => bundleComparators(home));
  const connection = await Connection.connect({ address: secret('TEMPORAL_ADDRESS') });
  takeDown.add(() => connection.close());
  const items = createSmsItems({ url: stand.urls.wallet, token: secret('INTERNAL_SERVICE_TOKEN_OPS') });
  takeDown.add(() => items.close());

  let running: Promise<BenchWorker> | undefined;
  const worker = () =>
    (running ??= progress.step('worker process', () =>
      startBenchWorker({
        env: { ...ownEnvironment(env, home), ...stand.environment, BENCH_BUNDLE: bundleFile },
        logFile: path.join(home, 'logs', 'bench-worker.log'),
        concurrency: options.concurrency,
      }),
    ));
  const stopWorker = async () => {
    const current = await running?.catch(() => undefined);
    running = undefined;
    await current?.stop();
  };
  takeDown.add(stopWorker);
  const startProductionWorker = async () => {
    const name = 'worker';
    const workerEnv = { ...ownEnvironment(env, home), ...stand.environment };
    const options = { name, env: workerEnv, port: await findFreePort(), home } as const;
    const started = createReconProcess(options, { guardian: startGuardian() });
    takeDown.add(started.stop);
    await progress.step('worker with its sources', started.start);
    return started;
  };
  const client = new Client({ connection, namespace: secret('TEMPORAL_NAMESPACE') });
  return {
    stand,
    items,
    owner,
    client,
    worker,
    stopWorker,
    startProductionWorker,
    secret,
    stop: takeDown.run,
  };
}

/** Beside the stand's own data, hence on the same disk. */
function scratchHome(takeDown: TakeDown): string {
  const base = path.join(projectRoot(), '.recon');
  mkdirSync(base, { recursive: true });
  const home = mkdtempSync(path.join(base, 'bench-'));
  takeDown.add(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function ownEnvironment(env: GroundOptions['env'], home: string): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(KEPT_VARIABLES.map((name) => [name, env[name]])),
    ...Object.fromEntries(ANY_PORT.map((name) => [name, '0'])),
    RECON_HOME: home,
    MULTI_BRAND_ENFORCEMENT: 'enforce',
    LOG_LEVEL: 'warn',
  };
}

async function seed(db: Db): Promise<void> {
  await addPhone(db, { sender: SENDER, senderNormal: SENDER, label: 'bench', actor: ACTOR });
  for (const draft of TEMPLATE_LIBRARY) await addTemplate(db, { id: null, draft, actor: ACTOR });
}

async function bundleComparators(home: string): Promise<string> {
  const silent = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    logger: { log: silent, trace: silent, debug: silent, info: silent, warn: console.warn, error: console.error },
  });
  const file = path.join(home, 'comparators-bundle.js');
  writeFileSync(file, code);
  return file;
}

function required(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = environment[name];
  if (value === undefined) throw new Error(`the stand of the benchmark has no ${name}`);
  return value;
}
