/** What the bootstrap's steps share. Plain JavaScript without dependencies. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const OLDEST_NODE = [20, 19];

/** A fault that a person can mend: told in one line. */
export class Fault extends Error {}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Fault(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or newer`);
}

/** Runs a step with a line when it begins and one when it ends, on standard error. */
export async function step(title, work) {
  const begun = Date.now();
  process.stderr.write(`  … ${title}\n`);
  const result = await work();
  const mark = result === undefined || result.exitCode === 0 ? '✓' : '✗';
  process.stderr.write(`  ${mark} ${title} (${((Date.now() - begun) / 1000).toFixed(1)} s)\n`);
  return result;
}

/** Runs a program to its end; answers its exit code and everything that it said. */
export function runCaptured(command, args, options = {}, show = () => undefined) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk.toString('utf8');
        show(chunk.toString('utf8'));
      });
    }
    child.once('error', (error) => resolve({ exitCode: 1, output: output + error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}

/** The same, and shows what it says as it comes. */
export function runShown(command, args) {
  return runCaptured(command, args, {}, (text) => process.stderr.write(text));
}

export function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const LOCK_LIMIT_MS = 15 * 60_000;

/** One installs or builds at a time in a checkout; a lock whose holder is gone counts for nothing. */
export async function withLock(work) {
  const directory = path.join(root, '.recon');
  const lock = path.join(directory, 'build.lock');
  mkdirSync(directory, { recursive: true });
  const deadline = Date.now() + LOCK_LIMIT_MS;
  let told = false;
  while (!tryTake(lock)) {
    if (Date.now() > deadline) throw new Fault(`another build holds ${lock} for too long: remove it if none runs`);
    if (!told) process.stderr.write('  … waiting for another build of this checkout\n');
    told = true;
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryTake(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(readText(lock));
    // Empty means that its holder is writing it at this moment.
    if (holder > 0 && !isAlive(holder)) setAside(lock, holder);
    return false;
  }
}

function setAside(lock, holder) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    // Someone else may have taken it in the meantime: then it goes back.
    if (Number(readText(aside)) !== holder) renameSync(aside, lock);
    else rmSync(aside);
  } catch {
    // Whoever was quicker has dealt with it.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
