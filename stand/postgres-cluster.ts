/** The data directory of the embedded PostgreSQL: made once, whole or not at all. */
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, endProcess, identify, type StopRung } from './process-identity';
import type { PostgresBinaries, RunAs } from './postgres-binaries';
import { runCommand } from './run-command';
import { StandError } from './stand-error';

export const OWNER = 'recon_owner';

export interface ClusterOptions {
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly dataDirectory: string;
  readonly ownerPassword: string;
}

/** Nothing happens where it exists. Built beside its place and moved there, so that a killed stand leaves no half. */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { dataDirectory, binaries } = options;
  if (existsSync(path.join(dataDirectory, 'PG_VERSION'))) return refuseOtherMajor(options);
  const scratch = `${dataDirectory}.new`;
  const passwordFile = `${dataDirectory}.password`;
  for (const leftover of [scratch, passwordFile]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${options.ownerPassword}\n`, { mode: 0o600 });
  for (const place of [scratch, passwordFile]) giveTo(options.runAs, place);
  try {
    const flags = [`--username=${OWNER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
    // The built-in locale sorts and folds alike on every machine, whatever locales that has.
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const result = await runPostgresProgram(options, binaries.initdb, [`--pgdata=${scratch}`, ...flags, ...locale]);
    if (result.exitCode !== 0) {
      const lines = result.output.trim().split('\n').slice(-5);
      throw new StandError(['PostgreSQL could not make its data directory:', ...lines].join('\n    '));
    }
    renameSync(scratch, dataDirectory);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A server of a killed stand may still run on the data, and a pid file may name a number that is now another's. */
export async function clearStaleServer(dataDirectory: string, rungs: readonly StopRung[]): Promise<void> {
  const file = path.join(dataDirectory, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const identity = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined;
  const words = identity === undefined ? '' : commandLine(pid);
  if (identity && words.includes('postgres') && words.includes(dataDirectory)) await endProcess(identity, rungs);
  else rmSync(file, { force: true });
}

export async function runPostgresProgram(options: ClusterOptions, program: string, args: readonly string[]) {
  const { uid, gid } = options.runAs;
  const { command, args: words } = options.runAs.command(program, args);
  return runCommand(command, words, {
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    cwd: '/',
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    limitMs: 120_000,
  });
}

function giveTo(runAs: RunAs, place: string): void {
  if (runAs.owner) chownSync(place, runAs.owner.uid, runAs.owner.gid);
}

async function refuseOtherMajor(options: ClusterOptions): Promise<void> {
  const made = readFileSync(path.join(options.dataDirectory, 'PG_VERSION'), 'utf8').trim();
  const { output } = await runPostgresProgram(options, options.binaries.postgres, ['--version']);
  const own = /(\d+)/.exec(output)?.[1];
  if (own === undefined || own === made) return;
  throw new StandError(
    `${options.dataDirectory} was made by PostgreSQL ${made}, and this one is ${own}: ` +
      'start it with the older release of Recon and dump it, or npm run reset-data to begin anew',
  );
}
