import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { lockHome, runningStand } from '../../stand/home';
import { claimPort, findFreePort, isPortFree, portFromEnv } from '../../stand/ports';
import { resetData } from '../../stand/reset-data/reset-data';
import { scratchHome } from '../support/parts';

describe('the home of a stand', () => {
  let home: string;
  beforeEach(() => (home = scratchHome('home')));

  it('lets one stand in at a time', () => {
    const release = lockHome(home);
    assert.throws(() => lockHome(home), new RegExp(`already runs on ${home} \\(pid ${process.pid}\\).*RECON_HOME`));
    assert.equal(runningStand(home)?.pid, process.pid);
    release();
    lockHome(home)();
    assert.equal(runningStand(home), undefined);
  });

  it('opens again after a stand that was killed, even where its pid is in use again', () => {
    writeFileSync(path.join(home, 'stand.lock'), JSON.stringify({ pid: process.pid, born: 'long ago' }));
    lockHome(home)();
    writeFileSync(path.join(home, 'stand.lock'), 'half a li');
    lockHome(home)();
    assert.deepEqual(readdirSync(home), []);
  });

  describe('is wiped', () => {
    const question = (over: Partial<Parameters<typeof resetData>[0]>) => ({
      home,
      words: [],
      isTerminal: true,
      ask: () => Promise.resolve(undefined),
      ...over,
    });
    const fill = () => {
      mkdirSync(path.join(home, 'postgres'));
      mkdirSync(path.join(home, 'bin'));
      writeFileSync(path.join(home, 'secrets.json'), '{}');
      writeFileSync(path.join(home, 'mine.txt'), '');
    };

    it('after a yes, and only of what the stand made', async () => {
      fill();
      await resetData(question({ ask: () => Promise.resolve('yes') }));
      assert.deepEqual(readdirSync(home).sort(), ['bin', 'mine.txt']);
      assert.match(await resetData(question({})), /nothing to wipe/);
    });

    it('after --yes without a question', async () => {
      fill();
      await resetData(question({ words: ['--yes'], isTerminal: false, ask: () => assert.fail('it asked') }));
      assert.ok(!existsSync(path.join(home, 'postgres')));
    });

    it('not after anything else', async () => {
      fill();
      for (const answer of ['', 'no', 'y', undefined]) {
        assert.equal(await resetData(question({ ask: () => Promise.resolve(answer) })), 'nothing was wiped');
      }
      assert.ok(existsSync(path.join(home, 'postgres')));
    });

    it('not where nobody can be asked', async () => {
      fill();
      await assert.rejects(resetData(question({ isTerminal: false })), /say --yes/);
      await assert.rejects(resetData(question({ words: ['--force'] })), /does not know --force/);
    });

    it('not while a stand runs on it', async () => {
      fill();
      const release = lockHome(home);
      await assert.rejects(resetData(question({ words: ['--yes'] })), /a stand runs on/);
      release();
    });
  });
});

describe('ports', () => {
  it('that are taken are told with the variable that changes them', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await assert.rejects(claimPort(port, 'RECON_API_PORT'), new RegExp(`port ${port} is taken: set RECON_API_PORT`));
    server.close();
  });

  it('of which any will do are free ones', async () => {
    const port = await claimPort(0, 'WORKER_PORT');
    assert.ok(await isPortFree(port));
    assert.notEqual(await findFreePort(), 0);
  });

  it('are read from the environment, and refused by name and without their value', () => {
    assert.equal(portFromEnv({}, 'WALLET_PORT', 4200), 4200);
    assert.equal(portFromEnv({ WALLET_PORT: '0' }, 'WALLET_PORT', 4200), 0);
    for (const text of ['x', '-1', '65536', '1.5'])
      assert.throws(
        () => portFromEnv({ WALLET_PORT: text }, 'WALLET_PORT', 1),
        /^StandError: WALLET_PORT is not a port/,
      );
  });
});
