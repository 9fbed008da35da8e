/**
 * Behind `npm start` and the other scripts: installs and builds what is missing or older than its source, then runs the
 * given entry of the build in this same process, so that signals, input and exit code are its own.
 *
 *   node stand/bootstrap.mjs [--stand-env] [entry of dist/ [its words …]]
 *
 * Plain JavaScript without dependencies, since it runs before there are any.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { checkNode, Fault, root } from './bootstrap/common.mjs';
import { loadStandEnvironment } from './bootstrap/stand-env.mjs';

async function main(words) {
  checkNode();
  const withStandEnv = words[0] === '--stand-env';
  const [entry, ...rest] = withStandEnv ? words.slice(1) : words;
  await ensureInstalled();
  const result = await build();
  if (!result.ok) {
    process.stderr.write(`${result.output.trimEnd()}\n`);
    throw new Fault(`the build failed at its ${result.step}`);
  }
  if (withStandEnv) loadStandEnvironment();
  if (entry === undefined) return;
  const file = path.join(root, entry);
  process.argv = [process.argv[0], file, ...rest];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`recon: ${error instanceof Fault ? error.message : error.stack}\n`);
  process.exit(1);
});
