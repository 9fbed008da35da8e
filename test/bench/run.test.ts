import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../../stand/home';

const LIMIT_MS = 120_000;
const main = path.resolve(__dirname, '../../bench/main.js');
const figures = z.object({ ratios: z.record(z.string(), z.number()), counts: z.record(z.string(), z.number()) });

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  readonly progress: string;
}

describe('npm run bench', function () {
  this.timeout(LIMIT_MS);

  it('measures on parts of its own, loses nothing, and ends with its figures as one line of JSON', async () => {
    const words = ['--quick', '--only', 'throughput,history', '--items', '20', '--rounds', '1', '--warm-up', '10'];
    const { exitCode, output, progress } = await run([...words, '--json']);
    assert.equal(exitCode, 0, progress);
    const { ratios, counts } = figures.parse(JSON.parse(output.trimEnd().split('\n').at(-1) ?? ''));
    assert.deepEqual(Object.keys(ratios), ['pipeline_vs_bare', 'pipeline_vs_empty', 'pipeline_vs_four_remote']);
    assert.ok(Object.values(ratios).every((ratio) => ratio > 0));
    // Two variants of SMS, the second with half of the items, and the one whose history is counted.
    assert.deepEqual(counts, { events: 10, transitions: 2, items: 10 + 20 + 5 + 10 + 1, lost: 0, doubled: 0 });
  });

  it('refuses a part that it does not know before it starts anything', async () => {
    const { exitCode, progress } = await run(['--only', 'speed']);
    assert.equal(exitCode, 1);
    assert.match(progress, /^bench: --only knows no part or figure speed/);
  });
});

function run(words: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], { cwd: projectRoot(), stdio: ['ignore', 'pipe', 'pipe'] });
    const limit = setTimeout(() => child.kill('SIGTERM'), LIMIT_MS - 20_000);
    let output = '';
    let progress = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (progress += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      resolve({ exitCode, output, progress });
    });
  });
}
