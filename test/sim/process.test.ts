import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { WebSocket } from 'ws';
import { DEMO_PUSHBULLET } from '../../sim/demo';

const MAIN = path.resolve(__dirname, '../../sim/main.js');

describe("the simulators' process", function () {
  this.timeout(60_000);

  it('needs no settings, says that it is ready, and stops cleanly though sockets are open and silent', async () => {
    const child = start({ SIM_PORT: '0' });
    const url = await addressOf(child);
    assert.deepEqual(await jsonAt(`${url}/healthz`), { ok: true });
    assert.deepEqual(await jsonAt(`${url}/readyz`), { ready: true });
    assert.equal(((await jsonAt(`${url}/version`)) as Record<string, unknown>)['service'], 'sim');
    const sockets = [0, 1].map(() => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/pushbullet/websocket/${DEMO_PUSHBULLET.token}`);
      socket.on('error', () => undefined);
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    await fetch(`${url}/control/pushbullet/sockets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"action":"silence"}',
    });
    const told = performance.now();
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.ok(performance.now() - told < 4_000, 'it waited for its sockets');
    for (const socket of sockets) socket.terminate();
  });

  it('names the variable where its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const child = start({ SIM_PORT: String((taken.address() as AddressInfo).port) });
    let said = '';
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    assert.deepEqual(await once(child, 'exit'), [1, null]);
    assert.match(said, /set SIM_PORT/);
    taken.close();
  });
});

function start(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function addressOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    const [, url] = /"url":"(http[^"]+)"/.exec(text) ?? [];
    if (url !== undefined) {
      child.stderr?.resume();
      return url;
    }
  }
  throw new Error(`the simulators did not start: ${text}`);
}

async function jsonAt(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}
