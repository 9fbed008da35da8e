/** `npm ci` where node_modules is missing or older than the lock file. Plain JavaScript without dependencies. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault, readText, root, runCaptured, step, withLock } from './common.mjs';

const STAMP = path.join(root, 'node_modules', '.recon-installed');

export async function ensureInstalled() {
  if (isCurrent()) return;
  await withLock(async () => {
    if (isCurrent()) return;
    if (!matchesLockFile()) await install();
    writeFileSync(STAMP, lockHash());
  });
}

function lockHash() {
  const lock = readText(path.join(root, 'package-lock.json'));
  if (lock === undefined) throw new Fault('package-lock.json is missing: this checkout is not whole');
  return createHash('sha256').update(lock).digest('hex');
}

function isCurrent() {
  return readText(STAMP) === lockHash();
}

/** Someone may have run npm himself: npm's own record then says that every package is there in the right version. */
function matchesLockFile() {
  const installed = readText(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = JSON.parse(readText(path.join(root, 'package-lock.json'))).packages;
  const present = JSON.parse(installed).packages;
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional || entry.link || present[name]?.version === entry.version,
  );
}

async function install() {
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn'];
  const { exitCode, output } = await step('installing packages (npm ci)', () =>
    runCaptured(npm[0], [...npm.slice(1), ...args]),
  );
  if (exitCode === 0) return;
  const logs = path.join(root, '.recon', 'logs');
  mkdirSync(logs, { recursive: true });
  writeFileSync(path.join(logs, 'npm-ci.log'), output);
  throw new Fault(`npm ci failed: ${reasonIn(output)}; all of its words are in ${path.join(logs, 'npm-ci.log')}`);
}

const REASONS = [
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    'the package registry could not be reached: check the network or the proxy',
  ],
  [/\bENOSPC\b/, 'the disk is full'],
  [/\b(EACCES|EPERM)\b/, 'a file may not be written: check who owns the checkout'],
  [/\bENOENT\b.*\bnpm\b|spawn npm ENOENT/, 'npm is not on PATH: install it with Node'],
];

function reasonIn(output) {
  const found = REASONS.find(([pattern]) => pattern.test(output));
  if (found) return found[1];
  const line = output.split('\n').find((words) => words.startsWith('npm error') || words.startsWith('npm ERR!'));
  return (line ?? output.trim().split('\n').at(-1) ?? '').replace(/^npm (error|ERR!)\s*/, '');
}
