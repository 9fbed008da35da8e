/** Runs a program to its end, with a limit, and answers what it said. */
import { spawn } from 'node:child_process';
import { reasonOf } from './stand-error';

export interface CommandResult {
  /** Undefined where it could not be started, or was ended because it took too long. */
  readonly exitCode: number | undefined;
  /** Standard output and standard error, the last 64 KiB. */
  readonly output: string;
}

export interface CommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly limitMs: number;
  /** Ended earlier where `activity` answers the same figure for this long. */
  readonly idleLimitMs?: number;
  readonly activity?: () => number;
}

const KEPT_CHARACTERS = 65_536;

export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { cwd, uid, gid } = options;
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, {
      env: { ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    const stopWatching = watch(options, () => child.kill('SIGKILL'));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString('utf8')).slice(-KEPT_CHARACTERS)));
    }
    child.once('error', (error) => {
      stopWatching();
      resolve({ exitCode: undefined, output: output || reasonOf(error) });
    });
    child.once('close', (code) => {
      stopWatching();
      resolve({ exitCode: code ?? undefined, output });
    });
  });
}

function watch(options: CommandOptions, giveUp: () => void): () => void {
  const limit = setTimeout(giveUp, options.limitMs);
  const { activity, idleLimitMs } = options;
  let figure = activity?.();
  let changedAt = Date.now();
  const pulse = setInterval(() => {
    const now = activity?.();
    if (now !== figure) changedAt = Date.now();
    figure = now;
    if (idleLimitMs !== undefined && Date.now() - changedAt > idleLimitMs) giveUp();
  }, 500);
  return () => {
    clearTimeout(limit);
    clearInterval(pulse);
  };
}
