/**
 * Who a pid is. Numbers are used again, after a restart of the machine above all: a process is ended only where number
 * and moment of birth are both those of the process that was started.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export const processIdentity = z.object({ pid: z.number().int().positive(), born: z.string().min(1) });
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** Undefined where no such process runs; a zombie does not run. */
export function identify(pid: number): ProcessIdentity | undefined {
  const born = process.platform === 'linux' ? bornOnLinux(pid) : bornElsewhere(pid);
  return born === undefined ? undefined : { pid, born };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.born === identity.born;
}

/** The command line with single blanks between its words; empty where the process is gone. */
export function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** One rung of asking a process to end: a signal, and how long it gets before the next one. */
export interface StopRung {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** Signals rung after rung until the process is gone; answers the signal that did it, undefined where it was gone before. */
export async function endProcess(
  identity: ProcessIdentity,
  rungs: readonly StopRung[],
): Promise<NodeJS.Signals | undefined> {
  for (const { signal, waitMs } of rungs) {
    if (!sendSignal(identity, signal)) return undefined;
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!isAlive(identity)) return signal;
      await sleep(25);
    }
  }
  return rungs.at(-1)?.signal;
}

/** False where the process is gone. */
export function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Field 22 of /proc/<pid>/stat counts ticks since boot, so the boot belongs to the name. */
function bornOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in brackets and may itself hold brackets and blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function bornElsewhere(pid: number): string | undefined {
  try {
    const [state, ...born] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : born.join(' ');
  } catch {
    return undefined;
  }
}
