import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createManagedProcess, type ProcessSpec } from '../../stand/managed-process';
import { identify, isAlive } from '../../stand/process-identity';
import { supervise, type RestartPolicy } from '../../stand/supervise';
import { scratchHome, testGuardian } from '../support/parts';
import { until } from '../support/until';

const POLICY: RestartPolicy = { firstPauseMs: 10, longestPauseMs: 50, deaths: 3, windowMs: 60_000 };

describe('a supervised process', () => {
  let home: string;
  let marker: string;
  beforeEach(() => {
    home = scratchHome('supervise');
    marker = path.join(home, 'ready');
  });

  function make(script: string, over: Partial<ProcessSpec> = {}) {
    return createManagedProcess(
      {
        name: 'sample',
        command: process.execPath,
        args: ['-e', script, marker],
        env: {},
        logFile: path.join(home, 'logs', 'sample.log'),
        pidFile: path.join(home, 'pids', 'sample.json'),
        stopRungs: [
          { signal: 'SIGTERM', waitMs: 300 },
          { signal: 'SIGKILL', waitMs: 5_000 },
        ],
        isReady: () => Promise.resolve(existsSync(marker)),
        readyLimitMs: 10_000,
        ...over,
      },
      { guardian: testGuardian() },
    );
  }
  const READY = `require('fs').writeFileSync(process.argv[1], '');`;
  const STAY = `${READY} setInterval(() => {}, 1000);`;

  function watch(script: string) {
    const told: string[] = [];
    const givenUp: string[] = [];
    const hooks = {
      report: (text: string) => void told.push(text),
      onGivenUp: (text: string) => void givenUp.push(text),
    };
    return { told, givenUp, process: supervise(make(script), hooks, POLICY) };
  }

  it('comes back after it was killed, and the last lines of its log are told', async () => {
    const { process: sample, told } = watch(`console.log('the last words'); ${STAY}`);
    await sample.start();
    const first = sample.pid;
    process.kill(first ?? 0, 'SIGKILL');
    await until(() => told.some((text) => text === 'sample runs again'));
    assert.notEqual(sample.pid, first);
    assert.match(told[0] ?? '', /sample died \(SIGKILL\)\n {4}the last words/);
    await sample.stop();
    assert.equal(sample.pid, undefined);
  });

  it('is given up when it keeps dying', async () => {
    const { process: sample, givenUp } = watch(`${READY} setTimeout(() => process.exit(3), 50);`);
    await sample.start();
    await until(() => givenUp.length > 0);
    assert.match(givenUp[0] ?? '', /exit code 3[^]*died 4 times in a short while and stays down/);
  });

  it('stays down once it was stopped, also in the middle of a pause', async () => {
    const { process: sample, told } = watch(STAY);
    await sample.start();
    process.kill(sample.pid ?? 0, 'SIGKILL');
    await until(() => told.length > 0);
    await sample.stop();
    assert.equal(sample.pid, undefined);
  });

  it('says why it cannot start, with the last lines of this start only', async () => {
    const sample = make(`console.error('no such table'); process.exit(2)`);
    mkdirSync(path.join(home, 'logs'));
    appendFileSync(path.join(home, 'logs', 'sample.log'), 'from yesterday\n');
    await assert.rejects(sample.start(), (error: Error) => {
      assert.match(error.message, /sample ended while starting \(exit code 2\)[^]*no such table/);
      assert.doesNotMatch(error.message, /from yesterday/);
      return true;
    });
    await assert.rejects(
      make('', { command: '/nowhere/node' }).start(),
      /cannot be started: \/nowhere\/node \(ENOENT\)/,
    );
  });

  it('is stopped where it is not ready in time', async () => {
    const sample = make('setInterval(() => {}, 1000)', { readyLimitMs: 300 });
    await assert.rejects(sample.start(), /was not ready after 0\.3 s/);
    assert.equal(sample.pid, undefined);
  });

  it('is killed where it does not listen to being asked', async () => {
    const sample = make(`process.on('SIGTERM', () => {}); ${STAY}`);
    await sample.start();
    const identity = identify(sample.pid ?? 0);
    await sample.stop();
    assert.ok(identity && !isAlive(identity));
  });

  it('ends what a killed stand left running, and only that', async () => {
    const leftover = make(STAY);
    await leftover.start();
    const old = identify(leftover.pid ?? 0);
    assert.ok(old);
    const next = make(STAY);
    await next.start();
    assert.ok(!isAlive(old));
    await next.stop();

    const bystander = make(STAY, { pidFile: path.join(home, 'pids', 'bystander.json') });
    await bystander.start();
    const innocent = identify(bystander.pid ?? 0);
    assert.ok(innocent);
    writeFileSync(path.join(home, 'pids', 'sample.json'), JSON.stringify({ ...innocent, born: 'another time' }));
    const third = make(STAY);
    await third.start();
    assert.ok(isAlive(innocent));
    await third.stop();
    await bystander.stop();
    assert.ok(readFileSync(path.join(home, 'logs', 'sample.log')));
  });
});
