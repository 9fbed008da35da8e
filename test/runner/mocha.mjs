/** Runs mocha in a process of its own and reads its counts. Plain JavaScript without dependencies. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { root } from '../../stand/bootstrap/common.mjs';

const LIMIT_MS = 25 * 60_000;
/** How long the process may stay after its last test: something that was left open would keep it for ever. */
const END_LIMIT_MS = 20_000;

/** Answers `{passed, failed, faults}`: faults are what went wrong beside the tests, each in words. */
export async function runMocha(words, scratch) {
  const countsFile = path.join(scratch, 'counts.json');
  const reporter = path.join(root, 'dist', 'test', 'support', 'count-reporter.js');
  const own = ['--reporter', reporter, '--reporter-option', `counts=${countsFile}`];
  const names = words.some(isFile) ? [] : [path.join('dist', 'test', '**', '*.test.js')];
  const args = ['--enable-source-maps', path.join('node_modules', 'mocha', 'bin', 'mocha.js')];
  const child = spawn(process.execPath, [...args, ...own, ...words.map(toBuilt), ...names], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const faults = [];
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  const stop = (why) => {
    faults.push(why);
    child.kill('SIGKILL');
  };
  const overdue = setTimer(LIMIT_MS, () => stop(`mocha took longer than ${LIMIT_MS / 60_000} minutes`));
  const idle = watchForEnd(countsFile, () => stop('mocha did not end after its last test: a test left something open'));
  const end = await exited;
  overdue.cancel();
  idle.cancel();
  if (!existsSync(countsFile)) {
    if (faults.length === 0) faults.push(`mocha ended without a report (${end})`);
    return { passed: 0, failed: 0, faults };
  }
  const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  for (const title of counts.skipped) faults.push(`skipped: ${title}`);
  if (counts.passed + counts.failed === 0) faults.push('no test was run');
  return { passed: counts.passed, failed: counts.failed, faults };
}

function setTimer(ms, act) {
  const timer = setTimeout(act, ms);
  return { cancel: () => clearTimeout(timer) };
}

function watchForEnd(file, act) {
  let endedAt;
  const timer = setInterval(() => {
    if (existsSync(file)) endedAt ??= Date.now();
    if (endedAt !== undefined && Date.now() - endedAt > END_LIMIT_MS) act();
  }, 1_000);
  return { cancel: () => clearInterval(timer) };
}

function isFile(word) {
  return !word.startsWith('-') && /\.test\.[jt]s$|^(\.\/)?(dist\/)?test\//.test(word);
}

/** People name the source; mocha runs what was built from it. */
function toBuilt(word) {
  if (!isFile(word)) return word;
  const relative = path.relative(root, path.resolve(root, word));
  const built = relative.startsWith('dist') ? relative : path.join('dist', relative);
  return /\.[jt]s$/.test(built) ? built.replace(/\.ts$/, '.js') : path.join(built, '**', '*.test.js');
}
