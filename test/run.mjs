/**
 * Behind `npm test`: installs what is missing, checks format, lint and types, builds, runs every test with real parts, runs
 * the stand once; its last line is `N passed, N failed`. With words (`npm test -- test/stand/x.test.ts --grep …`) only the
 * tests that they name. Plain JavaScript without dependencies.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from '../stand/bootstrap/build.mjs';
import { checkNode, Fault, root, runCaptured, runShown, step } from '../stand/bootstrap/common.mjs';
import { ensureInstalled } from '../stand/bootstrap/install.mjs';
import { checkPrerequisites } from './runner/prerequisites.mjs';
import { runMocha } from './runner/mocha.mjs';
import { runStandOnce } from './runner/stand-once.mjs';

const words = process.argv.slice(2);
const tally = { passed: 0, failed: 0 };
const failures = [];

/** A check counts as one test: it resolves to undefined where all is well, else to what is wrong. */
async function check(name, work) {
  const fault = await work().catch((error) => (error instanceof Fault ? error.message : error.stack));
  if (fault === undefined) {
    tally.passed += 1;
    return true;
  }
  tally.failed += 1;
  failures.push(name);
  process.stderr.write(`\n${fault.trimEnd()}\n\n`);
  return false;
}

async function tool(title, script, args) {
  const file = path.join(root, 'node_modules', ...script);
  const { exitCode, output } = await step(title, () => runCaptured(process.execPath, [file, ...args]));
  return exitCode === 0 ? undefined : output;
}

async function buildAll() {
  const result = await build();
  return result.ok ? undefined : `${result.step}:\n${result.output}`;
}

/** Minutes where it has to be built: its steps are shown as they come. */
async function installTemporal() {
  const program = path.join(root, 'dist', 'stand', 'install-temporal', 'main.js');
  const { exitCode } = await runShown(process.execPath, [program]);
  return exitCode === 0
    ? undefined
    : 'the Temporal command line could not be brought here: what was tried is said above';
}

async function mocha(scratch) {
  const { passed, failed, faults } = await runMocha(words, scratch);
  tally.passed += passed;
  tally.failed += failed + faults.length;
  if (failed > 0) failures.push(`${failed} of mocha's tests`);
  failures.push(...faults);
}

async function main() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'recon-npm-test-'));
  try {
    const all = words.length === 0;
    const canRun =
      (await check('Node', async () => checkNode())) &&
      (await check('install', ensureInstalled)) &&
      (await check('prerequisites', checkPrerequisites));
    if (!canRun) return;
    if (all) {
      await check('format', () => tool('format', ['prettier', 'bin', 'prettier.cjs'], ['--check', '.']));
      await check('lint', () => tool('lint', ['eslint', 'bin', 'eslint.js'], ['.']));
    }
    const built = await check('types and build', buildAll);
    if (!built || !(await check('the Temporal command line', installTemporal))) return;
    await mocha(scratch);
    if (all) await check('the stand, once', () => runStandOnce(scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

await main().catch((error) => {
  tally.failed += 1;
  failures.push(error.stack);
});
if (failures.length > 0) process.stdout.write(`\nFailed: ${failures.join('; ')}\n`);
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed > 0 ? 1 : 0;
