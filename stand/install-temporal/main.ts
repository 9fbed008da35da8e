/** Sees to it that the Temporal command line is here, before the tests: inside one of them its build would run out of time. */
import path from 'node:path';
import { projectRoot } from '../home';
import { createStderrProgress } from '../progress';
import { findTemporalCli } from '../temporal-cli';

const binDirectory = path.join(projectRoot(), '.recon', 'bin');

findTemporalCli({ env: process.env, binDirectory, progress: createStderrProgress() }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
