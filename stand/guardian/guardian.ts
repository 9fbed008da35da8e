/** Nothing that the stand started may outlive it, even where it is killed outright: a guardian process sees to that. */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';
import type { Entrusted, GuardianMessage } from './guardian-message';

export interface Guardian {
  /** From now on the process ends when this one does. */
  readonly watch: (entry: Entrusted) => void;
  readonly release: (pid: number) => void;
  /** The directory is removed when this process ends, after everything that was watched. */
  readonly removeAtEnd: (directory: string) => void;
}

/** The guardian itself never keeps the caller's event loop alive. */
export function startGuardian(): Guardian {
  const child = spawn(process.execPath, [path.join(__dirname, 'main.js')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: {},
  });
  child.unref();
  // A guardian that someone killed is no reason for the stand to fall: the pid files remain as a second net.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  if (child.stdin instanceof Socket) child.stdin.unref();
  const send = (message: GuardianMessage) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    watch: (entry) => send({ kind: 'watch', entry }),
    release: (pid) => send({ kind: 'release', pid }),
    removeAtEnd: (directory) => send({ kind: 'scratch', directory }),
  };
}
