/** The parent's end of the worker process. */
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import path from 'node:path';
import { logTail, openLog } from '../stand/log-file';
import type { BenchSms, Variant, WorkerReply, WorkerRequest } from './worker-messages';
import { workerReply } from './worker-messages';

export interface RoundResult {
  readonly perSecond: number;
  /** CPU milliseconds that the worker process spent on each item. */
  readonly cpuMsPerItem: number;
}

export interface BenchWorker {
  /** For variants that take in SMS. */
  runSms(variant: Extract<Variant, 'pipeline' | 'four_remote'>, sms: readonly BenchSms[]): Promise<RoundResult>;
  runPlain(variant: Extract<Variant, 'bare' | 'empty'>, count: number): Promise<RoundResult>;
  stop(): Promise<void>;
}

export interface BenchWorkerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly concurrency: number;
}

/** Resolves once it polls for tasks. @throws with the last lines of its log */
export async function startBenchWorker({ env, logFile, concurrency }: BenchWorkerOptions): Promise<BenchWorker> {
  const log = openLog(logFile);
  const child = fork(path.join(__dirname, 'worker-process.js'), [], {
    env: { ...env },
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await nextReply(child, logFile);

  async function round(request: Extract<WorkerRequest, { ask: 'round' }>, items: number): Promise<RoundResult> {
    const reply = nextReply(child, logFile);
    send(child, request);
    const result = await reply;
    if (result.say !== 'round') throw new Error(`the worker answered a round with ${result.say}`);
    return { perSecond: (items * 1_000) / result.elapsedMs, cpuMsPerItem: result.cpuMs / items };
  }

  return {
    runSms: (variant, sms) => round({ ask: 'round', variant, concurrency, sms: [...sms], count: 0 }, sms.length),
    runPlain: (variant, count) => round({ ask: 'round', variant, concurrency, sms: [], count }, count),
    async stop() {
      if (child.connected) send(child, { ask: 'stop' });
      await ended;
    },
  };
}

function send(child: ChildProcess, request: WorkerRequest): void {
  child.send(request);
}

function nextReply(child: ChildProcess, logFile: string): Promise<WorkerReply> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: unknown) => {
      settle();
      const reply = workerReply.parse(message);
      if (reply.say === 'failed') reject(new Error(`the worker of the benchmark failed: ${reply.fault}`));
      else resolve(reply);
    };
    const onExit = () => {
      settle();
      const lines = logTail(logFile).map((line) => `    ${line}`);
      reject(new Error(['the worker of the benchmark ended by itself; its log:', ...lines].join('\n')));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
