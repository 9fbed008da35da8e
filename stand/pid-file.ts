/** Remembers in the stand's home which process runs, so that the next stand can end what a killed one left behind. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endProcess, isAlive, processIdentity, type ProcessIdentity, type StopRung } from './process-identity';

export function pidFileIn(home: string, name: string): string {
  return path.join(home, 'pids', `${name}.json`);
}

export function writePidFile(file: string, identity: ProcessIdentity): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(identity));
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/** Undefined where the file is missing or unreadable: then there is nothing that could be ended safely. */
export function readPidFile(file: string): ProcessIdentity | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return processIdentity.safeParse(content).data;
  } catch {
    return undefined;
  }
}

/** Ends the process that a killed stand left running; answers whether there was one. */
export async function endLeftover(file: string, rungs: readonly StopRung[]): Promise<boolean> {
  const identity = readPidFile(file);
  const running = identity !== undefined && isAlive(identity);
  if (running) await endProcess(identity, rungs);
  removePidFile(file);
  return running;
}
