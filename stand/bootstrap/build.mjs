/** TypeScript into dist/, and the workflows into a bundle, where a source changed. Plain JavaScript without dependencies. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readText, root, runCaptured, step, withLock } from './common.mjs';

const DIST = path.join(root, 'dist');
const STAMP = path.join(DIST, '.build-stamp');

/** Answers `{ok: true}`, or which step failed (`types`, `workflow bundle`) and what it said. */
export async function build() {
  if (readText(STAMP) === stampOfSources()) return { ok: true };
  return withLock(async () => {
    const stamp = stampOfSources();
    if (readText(STAMP) === stamp) return { ok: true };
    removeOrphans();
    const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const types = await step('compiling', () => runCaptured(process.execPath, [compiler, '-p', root, '--pretty']));
    if (types.exitCode !== 0) return { ok: false, step: 'types', output: types.output };
    const bundler = path.join(DIST, 'stand', 'build-bundle', 'main.js');
    const bundle = await step('bundling the workflows', () => runCaptured(process.execPath, [bundler]));
    if (bundle.exitCode !== 0) return { ok: false, step: 'workflow bundle', output: bundle.output };
    writeFileSync(STAMP, stamp);
    return { ok: true };
  });
}

/** Names, sizes and times of every source: cheap, and different after each edit, pull or checkout. */
function stampOfSources() {
  const hash = createHash('sha256');
  for (const file of [...sources(), 'package.json', 'package-lock.json', 'tsconfig.json']) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function sources() {
  const rooms = JSON.parse(readText(path.join(root, 'tsconfig.json'))).include;
  return rooms.flatMap((room) => filesOf(path.join(root, room), '.ts').map((file) => path.join(room, file)));
}

/** A test whose source is gone would otherwise be run for ever. */
function removeOrphans() {
  for (const room of existsSync(DIST) ? readdirSync(DIST, { withFileTypes: true }) : []) {
    if (!room.isDirectory()) continue;
    for (const file of filesOf(path.join(DIST, room.name), '.js')) {
      const source = path.join(root, room.name, file.replace(/\.js$/, '.ts'));
      if (existsSync(source) || existsSync(`${source}x`)) continue;
      for (const end of ['', '.map']) rmSync(path.join(DIST, room.name, file) + end, { force: true });
    }
  }
}

function filesOf(directory, end) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .filter((name) => name.endsWith(end))
    .sort();
}
