/** Part of the build: bundles the workflows into dist/workflow-bundle.js, where their code has changed since. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { version } from '@temporalio/worker/package.json';

const dist = path.resolve(__dirname, '..', '..');
const workflowsPath = path.join(dist, 'workflows', 'index.js');
const bundleFile = path.join(dist, 'workflow-bundle.js');
const stampFile = path.join(dist, '.workflow-bundle-stamp');

/** Everything that may end up in the bundle: the workflows, and the rooms that they import. */
function stampOfSources(): string {
  const hash = createHash('sha256').update(version);
  for (const room of ['domain', 'workflows', 'activities']) {
    const directory = path.join(dist, room);
    const files = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
    for (const file of files.filter((name) => name.endsWith('.js')).sort()) {
      hash.update(`${room}/${file}\n`).update(readFileSync(path.join(directory, file)));
    }
  }
  return hash.digest('hex');
}

async function buildBundle(): Promise<void> {
  const stamp = stampOfSources();
  if (existsSync(bundleFile) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const silent = () => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  // A worker that starts at this moment reads the old one or the new one, never half of one.
  writeFileSync(`${bundleFile}.new`, code);
  renameSync(`${bundleFile}.new`, bundleFile);
  writeFileSync(stampFile, stamp);
}

buildBundle().catch((error: unknown) => {
  process.stderr.write(`the workflows cannot be bundled: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
