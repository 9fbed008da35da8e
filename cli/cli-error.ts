/** A fault that a person can mend: what is wrong, and what to do about it. Printed without a stack. */
import { EXIT, type ExitCode } from './exit-codes';

export interface CliFault {
  /** A word for programs, in `--json`. */
  readonly code: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string | undefined;
  readonly exitCode: ExitCode;
}

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  constructor(fault: CliFault) {
    super(fault.message);
    this.code = fault.code;
    this.hint = fault.hint;
    this.exitCode = fault.exitCode;
  }
}

export function usageError(message: string, hint?: string): CliError {
  return new CliError({ code: 'usage', message, hint, exitCode: EXIT.usage });
}

export function awayError(message: string, hint: string): CliError {
  return new CliError({ code: 'away', message, hint, exitCode: EXIT.away });
}

/** What went wrong underneath, as a code or type: messages of drivers name addresses and values. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  return error.cause instanceof Error ? causeOf(error.cause) : error.name;
}
