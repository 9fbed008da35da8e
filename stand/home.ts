/** The stand's home (`RECON_HOME`): where its data lives, and the lock that lets one stand use it at a time. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPidFile } from './pid-file';
import { identify, isAlive, type ProcessIdentity } from './process-identity';
import { StandError } from './stand-error';

const LOCK_FILE = 'stand.lock';

/** The directory of the checkout: the nearest one above this file that holds temporal-dev.yml. */
export function projectRoot(from = __dirname): string {
  let directory = from;
  while (!existsSync(path.join(directory, 'temporal-dev.yml'))) {
    const parent = path.dirname(directory);
    if (parent === directory) return process.cwd();
    directory = parent;
  }
  return directory;
}

/** Absolute. `RECON_HOME`, or `.recon` in the checkout. */
export function homeOf(env: Readonly<Record<string, string | undefined>>, root = projectRoot()): string {
  return path.resolve(root, env['RECON_HOME'] || '.recon');
}

/** Others may pass through it (PostgreSQL runs as a user of its own where the stand runs as root), not look around. */
export function ensureHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o711 });
  if (process.getuid?.() === statSync(home).uid) chmodSync(home, 0o711);
}

/** The stand that uses this home now. */
export function runningStand(home: string): ProcessIdentity | undefined {
  const holder = readPidFile(path.join(home, LOCK_FILE));
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Answers the function that gives the lock back. @throws StandError where another stand runs on this home. */
export function lockHome(home: string): () => void {
  const file = path.join(home, LOCK_FILE);
  const mine = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    while (!tryLink(mine, file)) setAsideStaleLock(home, file);
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(file, { force: true });
}

/** Two that find the same stale lock must not take each other's new one: it is moved first and looked at then. */
function setAsideStaleLock(home: string, file: string): void {
  refuseWhileRunning(home, readPidFile(file));
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const holder = readPidFile(aside);
  if (holder !== undefined && isAlive(holder)) tryLink(aside, file);
  rmSync(aside, { force: true });
  refuseWhileRunning(home, holder);
}

function refuseWhileRunning(home: string, holder: ProcessIdentity | undefined): void {
  if (holder === undefined || !isAlive(holder)) return;
  throw new StandError(
    `a stand already runs on ${home} (pid ${holder.pid}): stop it, or set RECON_HOME to another directory`,
  );
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
