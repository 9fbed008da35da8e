/** `npm run chaos:kill`: kills the worker at every boundary, again and again, and prints the matrix of what came of it. */
import { parseArgs } from 'node:util';
import { BOUNDARIES, type Boundary } from './boundaries';
import type { KillResult } from './kill-lane';
import { runMatrix, type Matrix, type MatrixRow } from './kill-matrix';

const HELP = `npm run chaos:kill -- [options]

Kills a worker with SIGKILL at each boundary of an SMS's way to its money, lets the next one take over, and counts
what was lost or paid twice. Exit code 1 where anything was, or where the auditor finds a fault.

  --rounds N      kills at each boundary (20)
  --lanes N       kills side by side, each in a house of its own (2)
  --seed N        kills at the same passes again (from the clock)
  --only WORDS    boundaries that begin so, separated by commas: match,wallet:after
  --json          the matrix as one line of JSON instead of a table
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      lanes: { type: 'string', default: '2' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const matrix = await runMatrix({
    rounds: wholeNumber('rounds', values.rounds),
    lanes: wholeNumber('lanes', values.lanes),
    seed: wholeNumber('seed', values.seed),
    boundaries: boundariesOf(values.only),
    onKill: tellProgress,
  });
  process.stdout.write(values.json ? `${JSON.stringify(matrix)}\n` : render(matrix));
  return matrix.lost === 0 && matrix.doubled === 0 && matrix.findings.length === 0 ? 0 : 1;
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && (name === 'seed' || Number(text) > 0)) return Number(text);
  throw new Error(`--${name} must be a whole number`);
}

function boundariesOf(only: string | undefined): readonly Boundary[] {
  if (only === undefined) return BOUNDARIES;
  const words = only.split(',');
  const unknown = words.find((word) => !BOUNDARIES.some((boundary) => boundary.startsWith(word)));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: there is no such boundary among ${BOUNDARIES.join(', ')}`);
  return BOUNDARIES.filter((boundary) => words.some((word) => boundary.startsWith(word)));
}

function tellProgress(result: KillResult, done: number, of: number): void {
  const { boundary, recoveredMs, lost, doubled, leftAt } = result;
  const harm = lost + doubled === 0 ? '' : `  LOST ${lost}, DOUBLED ${doubled}: ${leftAt.join('; ')}`;
  process.stderr.write(`  ${done}/${of} killed at ${boundary}: all approved after ${recoveredMs} ms${harm}\n`);
}

const COLUMNS: readonly (readonly [title: string, of: (row: MatrixRow) => string | number])[] = [
  ['killed at', (row) => row.boundary],
  ['runs', (row) => row.runs],
  ['SMS', (row) => row.sent],
  ['approved', (row) => row.approved],
  ['recovered ms (median)', (row) => row.recoveredMsMedian],
  ['(longest)', (row) => row.recoveredMsMax],
  ['lost', (row) => row.lost],
  ['doubled', (row) => row.doubled],
];

function render({ rows, lost, doubled, seed, findings }: Matrix): string {
  const table = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, of]) => String(of(row))))];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const runs = rows.reduce((sum, row) => sum + row.runs, 0);
  const found = findings.map(({ kind, smsId, detail }) => `  auditor: ${kind} SMS ${smsId ?? '-'} ${detail}`);
  const summary = `${runs} kills: ${lost} lost, ${doubled} doubled, ${findings.length} findings of the auditor (seed ${seed})`;
  return `${[...lines, ...found, '', summary].join('\n')}\n`;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`chaos:kill: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
