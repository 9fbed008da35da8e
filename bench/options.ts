/** The words after `npm run bench --`. */
import { parseArgs } from 'node:util';
import { StandError } from '../stand/stand-error';
import { PART_NAMES, partsFor, type PartName } from './figures';

export interface BenchOptions {
  readonly parts: readonly PartName[];
  readonly sizes: Sizes;
  readonly json: boolean;
  readonly help: boolean;
}

/** How much is measured; ratios come out alike, only their range is wider where less is. */
export interface Sizes {
  readonly rounds: number;
  readonly itemsPerRound: number;
  readonly warmUpItems: number;
  /** Items under way at the same time. */
  readonly concurrency: number;
  readonly latencyItems: number;
  readonly latencyPerSecond: number;
  readonly outageItems: number;
  readonly matchRounds: number;
  readonly matchesPerRound: number;
}

const FULL: Sizes = {
  rounds: 5,
  itemsPerRound: 600,
  warmUpItems: 400,
  concurrency: 50,
  latencyItems: 300,
  latencyPerSecond: 5,
  outageItems: 1_000,
  matchRounds: 7,
  matchesPerRound: 60,
};

const QUICK: Sizes = {
  ...FULL,
  rounds: 3,
  itemsPerRound: 120,
  warmUpItems: 150,
  latencyItems: 32,
  outageItems: 200,
  matchRounds: 5,
  matchesPerRound: 30,
};

export const HELP = `Figures of Recon as ratios measured in one run, on parts of its own.

Usage: npm run bench -- [options]

  --quick              fewer and smaller rounds: about three minutes
  --only NAME,NAME     only these parts or figures: ${PART_NAMES.join(', ')}
  --items N            items a round instead of ${FULL.itemsPerRound} (with --quick: ${QUICK.itemsPerRound})
  --rounds N           rounds instead of ${FULL.rounds} (with --quick: ${QUICK.rounds})
  --warm-up N          items of each variant before anything is measured
  --json               print the figures as one line of JSON, the last on standard output
  --help               this text

The exit code is 1 where an item was lost or credited twice, or where the run itself failed.
`;

/** @throws StandError for a word that it does not know. */
export function parseOptions(words: readonly string[]): BenchOptions {
  const values = parse(words);
  const sizes = values.quick ? QUICK : FULL;
  return {
    parts: values.only === undefined ? PART_NAMES : partsIn(values.only.join(',')),
    sizes: {
      ...sizes,
      itemsPerRound: positive('--items', values.items) ?? sizes.itemsPerRound,
      rounds: positive('--rounds', values.rounds) ?? sizes.rounds,
      warmUpItems: positive('--warm-up', values['warm-up']) ?? sizes.warmUpItems,
    },
    json: values.json,
    help: values.help,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: false,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        items: { type: 'string' },
        rounds: { type: 'string' },
        'warm-up': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StandError(`${reason}; npm run bench -- --help lists what there is`);
  }
}

function partsIn(text: string): readonly PartName[] {
  const { parts, unknown } = partsFor(
    text
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  );
  if (unknown.length === 0 && parts.length > 0) return parts;
  const fault = unknown.length > 0 ? `knows no part or figure ${unknown.join(', ')}` : 'names no part';
  throw new StandError(`--only ${fault}: choose among ${PART_NAMES.join(', ')}, or name a figure`);
}

function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 100_000) return value;
  throw new StandError(`${option} takes a whole number from 1 to 100000`);
}
