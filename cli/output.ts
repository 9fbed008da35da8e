/** Two ways to speak: lines for people, or one JSON document for programs (`--json`). Results go to standard output. */
import { CliError } from './cli-error';
import { EXIT, type ExitCode } from './exit-codes';
import { describeError } from '../service/logger';

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface Output {
  readonly isJson: boolean;
  /** Something on the way to the result, for people only. */
  say(line: string): void;
  /** The result, once: as a document, or as the lines that people read. */
  give(result: unknown, lines: () => readonly string[]): void;
  /** Says what is wrong; gives the exit code. */
  fail(error: unknown): ExitCode;
}

export function createOutput(streams: Streams, isJson: boolean): Output {
  return {
    isJson,
    say(line) {
      if (!isJson) streams.out(`${line}\n`);
    },
    give(result, lines) {
      streams.out(
        isJson
          ? `${JSON.stringify(result)}\n`
          : lines()
              .map((line) => `${line}\n`)
              .join(''),
      );
    },
    fail(error) {
      const known = error instanceof CliError ? error : undefined;
      const code = known?.code ?? 'internal';
      const message = known?.message ?? unforeseen(error);
      if (isJson) {
        streams.out(`${JSON.stringify({ error: { code, message, ...(known?.hint ? { hint: known.hint } : {}) } })}\n`);
      } else {
        streams.err(`recon: ${message}\n`);
        if (known?.hint) streams.err(`  ${known.hint}\n`);
      }
      // Only what nobody has foreseen shows where it came from.
      const { stack } = describeError(error);
      if (known === undefined && typeof stack === 'string') streams.err(`${stack}\n`);
      return known?.exitCode ?? EXIT.fault;
    },
  };
}

/** As a log would say it: PostgreSQL puts row values into its messages. */
function unforeseen(error: unknown): string {
  const { type, code, message } = describeError(error);
  return `a fault of this program: ${[type, code ?? message].filter((word) => typeof word === 'string').join(' ')}`;
}
