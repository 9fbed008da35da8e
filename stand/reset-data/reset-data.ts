/** `npm run reset-data`: wipes what the stand keeps in its home, and nothing that it was only given the address of. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runningStand } from '../home';
import { endLeftover } from '../pid-file';
import { StandError } from '../stand-error';

/** What the stand itself makes. Anything else in the directory is somebody's, and `bin` is a program, not data. */
const OWN = [
  'postgres',
  'postgres.new',
  'postgres.password',
  'redis',
  'redis.conf',
  'temporal.db',
  'temporal.db-shm',
  'temporal.db-wal',
  'secrets.json',
  'ports.json',
  'pids',
  'logs',
  'stand.env',
  'stand.lock',
] as const;

export interface ResetQuestion {
  readonly home: string;
  readonly words: readonly string[];
  readonly isTerminal: boolean;
  /** Puts the question to a person; undefined where they ended the input. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** Answers what was done, in words. @throws StandError where it refuses. */
export async function resetData({ home, words, isTerminal, ask }: ResetQuestion): Promise<string> {
  const unknown = words.filter((word) => word !== '--yes');
  if (unknown.length > 0) throw new StandError(`reset-data does not know ${unknown.join(' ')}: there is only --yes`);
  const stand = runningStand(home);
  if (stand) throw new StandError(`a stand runs on ${home} (pid ${stand.pid}): stop it first`);
  const found = existsSync(home) ? readdirSync(home).filter((name) => OWN.some((own) => own === name)) : [];
  if (found.length === 0) return `there is nothing to wipe in ${home}`;
  if (words.length === 0) {
    if (!isTerminal) throw new StandError('reset-data asks first, and here is nobody to ask: say --yes');
    const answer = await ask(`Wipe every SMS, deposit, decision and secret in ${home}? Type yes to go on: `);
    if (answer?.trim().toLowerCase() !== 'yes') return 'nothing was wiped';
  }
  await endLeftovers(home);
  for (const name of found) rmSync(path.join(home, name), { recursive: true, force: true });
  return `wiped ${home}`;
}

/** What a killed stand left running would write on into data that is gone. */
async function endLeftovers(home: string): Promise<void> {
  const directory = path.join(home, 'pids');
  const rungs = [
    { signal: 'SIGINT', waitMs: 15_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ] as const;
  for (const file of existsSync(directory) ? readdirSync(directory) : []) {
    await endLeftover(path.join(directory, file), rungs);
  }
}
