/**
 * Outlives the process that started it by a moment: when the pipe on its standard input closes, however that process
 * ended, it ends what was entrusted to it, last started first, and removes the directories that were named as scratch.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endProcess } from '../process-identity';
import { guardianMessage, type Entrusted } from './guardian-message';

const KILL_AFTER_MS = 15_000;

// It is not for a terminal's Ctrl-C or a session's end to stop it: only the pipe says that it is time.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const entrusted = new Map<number, Entrusted>();
const scratch = new Set<string>();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { data: message } = guardianMessage.safeParse(JSON.parse(line));
  if (message?.kind === 'watch') entrusted.set(message.entry.identity.pid, message.entry);
  if (message?.kind === 'release') entrusted.delete(message.pid);
  if (message?.kind === 'scratch') scratch.add(message.directory);
});
lines.on('close', () => void finish());

async function finish(): Promise<void> {
  for (const { identity, signal } of [...entrusted.values()].reverse()) {
    const rungs = [
      { signal, waitMs: KILL_AFTER_MS },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ] as const;
    await endProcess(identity, rungs);
  }
  for (const directory of scratch) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}
