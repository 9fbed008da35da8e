/** Lets a command reach the stand that runs on this checkout. Plain JavaScript without dependencies. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './common.mjs';

/** What the shell already says stays as it is. */
export function loadStandEnvironment() {
  const file = path.join(path.resolve(root, process.env.RECON_HOME || '.recon'), 'stand.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
