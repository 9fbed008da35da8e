/** One program that is started, waited for and stopped: a part of the stand, or one of Recon's own processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guardian } from './guardian/guardian';
import { logTail, openLog } from './log-file';
import { endLeftover, removePidFile, writePidFile } from './pid-file';
import { identify, type StopRung } from './process-identity';
import { reasonOf, StandError } from './stand-error';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly logFile: string;
  readonly pidFile: string;
  /** How it is asked to end; the last rung is SIGKILL. */
  readonly stopRungs: readonly [StopRung, ...StopRung[]];
  /** Polled until it answers true; what it throws counts as "not yet". */
  readonly isReady: () => Promise<boolean>;
  readonly readyLimitMs: number;
  /** Before each start, when nothing of an earlier run is left. */
  readonly prepare?: () => Promise<void>;
  /** After each start, once it is ready: the start ends with it. */
  readonly settle?: () => Promise<void>;
}

export interface Death {
  readonly how: string;
  readonly lastLines: readonly string[];
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves once it is ready. @throws StandError with the last lines of its log. */
  readonly start: () => Promise<void>;
  /** Resolves once it is gone. Nothing happens where it does not run. */
  readonly stop: () => Promise<void>;
  /** As a crash does it, for tests of outages; it does not count as an unexpected death. */
  readonly kill: () => Promise<void>;
  /** It was ready once and ended though nobody had asked it to. */
  readonly onDeath: (listener: (death: Death) => void) => void;
}

export interface ManagedProcessDeps {
  readonly guardian: Guardian;
}

interface Run {
  readonly child: ChildProcess;
  readonly logStart: number;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  expected: boolean;
  isUp: boolean;
}

const POLL_MS = 40;

export function createManagedProcess(spec: ProcessSpec, deps: ManagedProcessDeps): ManagedProcess {
  let run: Run | undefined;
  const listeners: ((death: Death) => void)[] = [];

  async function start(): Promise<void> {
    if (run) return;
    await endLeftover(spec.pidFile, spec.stopRungs);
    await spec.prepare?.();
    const current = await launch(spec);
    run = current;
    const pid = current.child.pid ?? 0;
    const identity = identify(pid);
    if (identity) {
      writePidFile(spec.pidFile, identity);
      deps.guardian.watch({ identity, signal: guardianSignal(spec) });
    }
    void current.ended.then((how) => {
      deps.guardian.release(pid);
      if (run === current) run = undefined;
      removePidFile(spec.pidFile);
      if (!current.isUp || current.expected) return;
      const death = { how, lastLines: linesOf(spec, current) };
      for (const listener of listeners) listener(death);
    });
    await waitUntilReady(current);
    await spec.settle?.();
  }

  async function waitUntilReady(current: Run): Promise<void> {
    const deadline = Date.now() + spec.readyLimitMs;
    let end: string | undefined;
    void current.ended.then((how) => (end = how));
    while (Date.now() < deadline) {
      if (await spec.isReady().catch(() => false)) {
        // Another program may answer on the same port: ours must be the one that lives.
        await Promise.race([current.ended, sleep(1)]);
        if (end === undefined) {
          current.isUp = true;
          return;
        }
      }
      if (end !== undefined) throw failure(`${spec.name} ended while starting (${end})`, current);
      await Promise.race([current.ended, sleep(POLL_MS)]);
    }
    await stop();
    throw failure(`${spec.name} was not ready after ${spec.readyLimitMs / 1000} s`, current);
  }

  async function end(rungs: readonly StopRung[]): Promise<void> {
    const current = run;
    if (!current) return;
    current.expected = true;
    for (const { signal, waitMs } of rungs) {
      current.child.kill(signal);
      const timer = new AbortController();
      const gone = await Promise.race([
        current.ended.then(() => true),
        sleep(waitMs, false, { signal: timer.signal }).catch(() => false),
      ]);
      timer.abort();
      if (gone) return;
    }
  }

  const stop = () => end(spec.stopRungs);
  const kill = () => end([{ signal: 'SIGKILL', waitMs: 10_000 }]);

  function failure(what: string, current: Run): StandError {
    const lines = linesOf(spec, current).map((line) => `    ${line}`);
    return new StandError([`${what}; its log is ${spec.logFile}`, ...lines].join('\n'));
  }

  return {
    name: spec.name,
    get pid() {
      return run?.child.pid;
    },
    start,
    stop,
    kill,
    onDeath: (listener) => void listeners.push(listener),
  };
}

async function launch(spec: ProcessSpec): Promise<Run> {
  const log = openLog(spec.logFile);
  const logStart = fstatSync(log).size;
  try {
    // A group of its own: Ctrl-C at the terminal is for the stand, which stops the parts in the right order.
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...spec.env },
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code ?? '?'}` : signal));
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new StandError(`${spec.name} cannot be started: ${spec.command} (${reasonOf(error)})`)),
      );
    });
    return { child, logStart, ended, expected: false, isUp: false };
  } finally {
    closeSync(log);
  }
}

function linesOf(spec: ProcessSpec, run: Run): string[] {
  return logTail(spec.logFile, 15, run.logStart);
}

function guardianSignal(spec: ProcessSpec): 'SIGINT' | 'SIGTERM' {
  return spec.stopRungs[0].signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
}
