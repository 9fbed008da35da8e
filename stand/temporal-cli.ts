/** Finds the Temporal command line, or brings it here: the design's order, each place named where none has it. */
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from './progress';
import { runCommand } from './run-command';
import { StandError } from './stand-error';

/** The newest CLI that the facts of this project were measured with. */
export const CLI_MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const OLDEST_SERVER = [1, 29] as const;

type Environment = Readonly<Record<string, string | undefined>>;

export interface TemporalCli {
  readonly path: string;
  /** As the program says it, for people. */
  readonly version: string;
}

export interface CliSearch {
  readonly env: Environment;
  /** `.recon/bin` of the checkout: it outlives `npm run reset-data`, and every RECON_HOME shares it. */
  readonly binDirectory: string;
  readonly progress: Progress;
  /** The SDK's own download, into the directory; replaced in tests. */
  readonly download?: (directory: string) => Promise<void>;
}

/** Where one place has no usable program: what was looked for, in words for people. */
type Looked = { readonly found: TemporalCli } | { readonly missing: string };

/** @throws StandError saying what was looked for and the command that installs it. */
export async function findTemporalCli(search: CliSearch): Promise<TemporalCli> {
  const given = search.env['TEMPORAL_CLI'];
  if (given) {
    const looked = await tryProgram(given, 'TEMPORAL_CLI', search.env);
    if ('found' in looked) return looked.found;
    throw new StandError(`${looked.missing}: set TEMPORAL_CLI to a Temporal command line, or leave it out`);
  }
  const places = [onPath, inBinDirectory, bySdkDownload, byGoInstall];
  const missing: string[] = [];
  for (const place of places) {
    const looked = await place(search);
    if ('found' in looked) return looked.found;
    missing.push(looked.missing);
  }
  throw new StandError(
    `the Temporal command line is missing (looked for: TEMPORAL_CLI, which is not set; ${missing.join('; ')}). ` +
      `Install it with "brew install temporal" or "go install ${CLI_MODULE}", or set TEMPORAL_ADDRESS to a running server`,
  );
}

async function onPath({ env }: CliSearch): Promise<Looked> {
  const program = findOnPath('temporal', env);
  return program === undefined ? { missing: 'temporal on PATH, where it is not' } : tryProgram(program, 'PATH', env);
}

async function inBinDirectory({ binDirectory, env }: CliSearch): Promise<Looked> {
  const program = newestIn(binDirectory);
  return program === undefined
    ? { missing: `a program in ${binDirectory}, where there is none` }
    : tryProgram(program, binDirectory, env);
}

async function bySdkDownload(search: CliSearch): Promise<Looked> {
  const { binDirectory, progress, download = downloadBySdk } = search;
  mkdirSync(binDirectory, { recursive: true });
  try {
    await progress.step("downloading Temporal's command line (once)", () => download(binDirectory));
  } catch {
    progress.note('it could not be reached: trying the next way');
    return { missing: "the SDK's own download, which could not be reached" };
  }
  const looked = await inBinDirectory(search);
  return 'found' in looked ? looked : { missing: "the SDK's own download, which did not run" };
}

async function byGoInstall(search: CliSearch): Promise<Looked> {
  const go = findOnPath('go', search.env);
  if (go === undefined) return { missing: 'go on PATH to build it with, which is not there' };
  mkdirSync(search.binDirectory, { recursive: true });
  const result = await search.progress.step(
    'building the Temporal command line with Go (about two minutes, once)',
    () =>
      runCommand(go, ['install', CLI_MODULE], { env: { ...search.env, GOBIN: search.binDirectory }, limitMs: 900_000 }),
  );
  if (result.exitCode !== 0)
    return { missing: `go install, which failed (${result.output.trim().split('\n').at(-1) ?? ''})` };
  return inBinDirectory(search);
}

/** The download is given up where no byte arrives: behind some firewalls a connection just hangs. */
async function downloadBySdk(directory: string): Promise<void> {
  const result = await runCommand(process.execPath, [path.join(__dirname, 'download-temporal', 'main.js'), directory], {
    env: process.env,
    limitMs: 600_000,
    idleLimitMs: 20_000,
    activity: () => bytesIn(directory),
  });
  for (const name of readdirSync(directory)) {
    if (name.endsWith('.downloading')) rmSync(path.join(directory, name), { force: true });
  }
  if (result.exitCode !== 0) throw new StandError(result.output.trim().split('\n').at(-1) ?? '');
}

async function tryProgram(program: string, origin: string, env: Environment): Promise<Looked> {
  const { exitCode, output } = await runCommand(program, ['--version'], {
    env: { PATH: env['PATH'], HOME: env['HOME'] },
    limitMs: 20_000,
  });
  const version = output.trim().split('\n')[0] ?? '';
  const server = /Server (\d+)\.(\d+)/.exec(version);
  if (exitCode !== 0 || !version.startsWith('temporal version')) {
    return { missing: `${program} (${origin}), which is no Temporal command line (${version || 'it says nothing'})` };
  }
  const [major, minor] = [Number(server?.[1] ?? 0), Number(server?.[2] ?? 0)];
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    return { missing: `${program} (${origin}), whose server is older than ${OLDEST_SERVER.join('.')}` };
  }
  return { found: { path: program, version: version.replace(/^temporal version /, '') } };
}

/** The first executable file of that name, as a shell would find it. */
export function findOnPath(name: string, env: Environment): string | undefined {
  const directories = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return directories.map((directory) => path.join(directory, name)).find(isExecutableFile);
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `temporal` from `go install`, or `temporal-cli-…` from the SDK's download: the newest one. */
function newestIn(directory: string): string | undefined {
  return filesIn(directory)
    .filter((file) => /^temporal(?!.*\.downloading$)/.test(path.basename(file)))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .find((file) => {
      if (!isExecutableFile(file)) chmodSync(file, 0o755);
      return isExecutableFile(file);
    });
}

function bytesIn(directory: string): number {
  return filesIn(directory).reduce((sum, file) => sum + statSync(file).size, 0);
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(directory, entry.name));
  } catch {
    return [];
  }
}
