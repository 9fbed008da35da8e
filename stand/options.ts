/** The words after `npm start --`. */
import { parseArgs } from 'node:util';
import { PROCESS_NAMES, type StandProcessName } from './processes';
import { reasonOf, StandError } from './stand-error';

export interface StandOptions {
  /** Send the demo day once everything runs. */
  readonly demo: boolean;
  /** Stop by itself after that, instead of staying up until Ctrl-C. */
  readonly once: boolean;
  /** The result as one line of JSON on standard output. */
  readonly json: boolean;
  readonly processes: readonly StandProcessName[];
  readonly help: boolean;
}

export const HELP = `Recon on one machine: everything it needs is brought, started and supervised.

Usage: npm start -- [options]

  --no-demo            start without sending the demo day of SMS
  --once               stop by itself after the demo day, with exit code 0
  --json               print the result as one line of JSON, the last on standard output
  --only NAME,NAME     start only these processes: ${PROCESS_NAMES.join(', ')} (and no demo day)
  --help               this text

Parts whose address is given are used as they are: DATABASE_URL, REDIS_URL, TEMPORAL_ADDRESS, WALLET_SERVICE_URL.
Sources are simulated, save those that are given: PUSHBULLET_API_URL, TELEGRAM_BOT_TOKEN with TELEGRAM_CHATS.
Data lives in RECON_HOME (default .recon) and outlives a restart; npm run reset-data wipes it.
`;

/** @throws StandError for a word that it does not know. */
export function parseOptions(words: readonly string[]): StandOptions {
  const values = parse(words);
  const processes = values.only === undefined ? PROCESS_NAMES : namesIn(values.only.join(','));
  // The demo day goes through every process.
  const demo = !values['no-demo'] && values.only === undefined;
  return { demo, once: values.once, json: values.json, processes, help: values.help };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: false,
      options: {
        'no-demo': { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new StandError(`${reasonOfArguments(error)}; npm start -- --help lists what there is`);
  }
}

function namesIn(text: string): StandProcessName[] {
  const asked = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = asked.filter((name) => PROCESS_NAMES.every((known) => known !== name));
  if (unknown.length > 0 || asked.length === 0) {
    const fault = unknown.length > 0 ? `knows no process ${unknown.join(', ')}` : 'names no process';
    throw new StandError(`--only ${fault}: choose among ${PROCESS_NAMES.join(', ')}`);
  }
  return PROCESS_NAMES.filter((name) => asked.includes(name));
}

function reasonOfArguments(error: unknown): string {
  return error instanceof Error ? (error.message.split('. ')[0] ?? '') : reasonOf(error);
}
