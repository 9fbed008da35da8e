import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentProgress } from '../../stand/progress';
import { findTemporalCli, type CliSearch } from '../../stand/temporal-cli';
import { scratchHome } from '../support/parts';

const GOOD = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';

describe('the Temporal command line is looked for', () => {
  let root: string;
  beforeEach(() => (root = scratchHome('cli')));

  function program(name: string, script: string): string {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const says = (version: string) => `echo '${version}'`;

  function search(change: Partial<CliSearch> = {}) {
    const offline = () => Promise.reject(new Error('no network'));
    const env = { PATH: path.join(root, 'path'), ...change.env };
    return findTemporalCli({
      binDirectory: path.join(root, 'bin'),
      progress: silentProgress,
      download: offline,
      ...change,
      env,
    });
  }

  it('first where TEMPORAL_CLI says', async () => {
    const given = program('given', says(GOOD));
    program('path/temporal', says(GOOD));
    assert.equal((await search({ env: { TEMPORAL_CLI: given } })).path, given);
  });

  it('nowhere else where TEMPORAL_CLI says something wrong', async () => {
    program('path/temporal', says(GOOD));
    const other = program('other', says('other 1.0'));
    await assert.rejects(search({ env: { TEMPORAL_CLI: other } }), /no Temporal command line.*set TEMPORAL_CLI/);
  });

  it('then on PATH, before .recon/bin', async () => {
    const onPath = program('path/temporal', says(GOOD));
    program('bin/temporal', says(GOOD));
    const found = await search();
    assert.deepEqual(found, { path: onPath, version: '1.5.1 (Server 1.29.1, UI 2.42.1)' });
  });

  it('then in .recon/bin, the newest, and not what is half downloaded', async () => {
    const old = program('bin/temporal-cli-old', says(GOOD));
    utimesSync(old, 1, 1);
    const newest = program('bin/temporal', says(GOOD));
    program('bin/temporal-cli-new.downloading', 'exit 1');
    assert.equal((await search()).path, newest);
  });

  it('passing over one that is too old or no Temporal at all', async () => {
    program('path/temporal', says('temporal version 0.9.0 (Server 1.20.0, UI 2.0.0)'));
    const own = program('bin/temporal', says(GOOD));
    assert.equal((await search()).path, own);
  });

  it("then by the SDK's own download", async () => {
    const download = (directory: string) => {
      program(path.relative(root, path.join(directory, 'temporal-cli-sdk')), says(GOOD));
      return Promise.resolve();
    };
    assert.equal((await search({ download })).path, path.join(root, 'bin', 'temporal-cli-sdk'));
  });

  it('then built with Go into .recon/bin', async () => {
    const script = `[ "$1" = install ] || exit 2\nprintf '#!/bin/sh\\necho "${GOOD}"\\n' > "$GOBIN/temporal"`;
    program('path/go', script);
    assert.equal((await search()).path, path.join(root, 'bin', 'temporal'));
  });

  it('and its absence is one line with every place and the command that installs it', async () => {
    program('path/go', 'echo "dial tcp: no route"; exit 1');
    const fault = await search().then(
      () => assert.fail('it was found'),
      (error: unknown) => (error as Error).message,
    );
    assert.equal(fault.split('\n').length, 1);
    for (const words of [
      'TEMPORAL_CLI',
      'temporal on PATH',
      '/bin',
      "SDK's own download",
      'no route',
      'go install github.com',
    ])
      assert.ok(fault.includes(words), words);
  });
});
