/** The process that is killed, seen from the one who kills it. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Inbound } from '../../intake/ports';
import type { Boundary } from './boundaries';
import type { Order, Report } from './messages';

export interface Victim {
  /** Begins to work; resolves once it polls. */
  go(): Promise<void>;
  dieAt(boundary: Boundary, pass: number, jitterMs: number): void;
  /** Gives the id of the SMS once it is acknowledged; undefined where the process dies first or refuses. */
  deliver(inbound: Inbound): Promise<number | undefined>;
  /** Resolves when the process has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
  end(): Promise<void>;
}

/** Starts a spare: its code is loaded, and it waits for `go`. */
export function startVictim(env: Readonly<Record<string, string>>): Victim {
  const child = fork(path.join(__dirname, 'worker-main.js'), {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    // Dates go over as dates.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const waiting = new Map<number, (smsId: number | undefined) => void>();
  let deliveries = 0;
  child.on('message', (message) => {
    const report = message as Report;
    if (report.report === 'accepted') settle(report.delivery, report.smsId);
    if (report.report === 'refused') settle(report.delivery, undefined);
  });
  void ended.then(() => {
    for (const delivery of waiting.keys()) settle(delivery, undefined);
  });

  function settle(delivery: number, smsId: number | undefined): void {
    waiting.get(delivery)?.(smsId);
    waiting.delete(delivery);
  }

  const loaded = reported(child, ended, 'loaded');
  loaded.catch(() => undefined);

  return {
    ended,
    async go() {
      await loaded;
      const working = reported(child, ended, 'working');
      tell(child, { order: 'go' });
      await working;
    },
    dieAt: (boundary, pass, jitterMs) => tell(child, { order: 'die_at', boundary, pass, jitterMs }),
    deliver(inbound) {
      deliveries += 1;
      const delivery = deliveries;
      const answered = new Promise<number | undefined>((resolve) => waiting.set(delivery, resolve));
      tell(child, { order: 'deliver', delivery, inbound });
      return answered;
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A process that is dead hears nothing; that is what this is about. */
function tell(child: ChildProcess, order: Order): void {
  child.send(order, () => undefined);
}

async function reported(child: ChildProcess, ended: Promise<unknown>, wanted: Report['report']): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    const listen = (message: unknown) => {
      if ((message as Report).report !== wanted) return;
      child.off('message', listen);
      resolve();
    };
    child.on('message', listen);
  });
  const died = ended.then(() => {
    throw new Error(`the worker ended before it was ${wanted}`);
  });
  await Promise.race([heard, died]);
}
