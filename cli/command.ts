/** How every command is made: one line of what it does, an example, its exit codes, and options checked before it acts. */
import type { Command } from 'commander';
import type { z } from 'zod';
import { usageError } from './cli-error';
import { EXIT_CODES_HELP, type ExitCode } from './exit-codes';
import type { CliContext } from './context';

export interface Described {
  /** As commander reads it: `show <id>`. */
  readonly usage: string;
  readonly summary: string;
  /** More than a line, where it is needed. */
  readonly description?: string;
  readonly examples: readonly string[];
}

/** Adds a command under `parent`; options and the action are the caller's to add. */
export function addCommand(parent: Command, described: Described): Command {
  const command = parent.command(described.usage).summary(described.summary);
  command.description(described.description ? `${described.summary}\n\n${described.description}` : described.summary);
  return withExamples(command, described.examples);
}

export function withExamples(command: Command, examples: readonly string[]): Command {
  const shown = examples.map((example) => `  $ ${example}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${shown}\n\n${EXIT_CODES_HELP}`);
}

/** The action's exit code is what the shell is told; nothing: the context's own. */
export function run(context: CliContext, command: Command, act: () => Promise<ExitCode>): void {
  command.action(async () => {
    context.exitCode = await act();
  });
}

/** The options as the command line gave them, checked. @throws CliError naming the option */
export function optionsOf<Schema extends z.ZodType>(command: Command, schema: Schema): z.output<Schema> {
  const given: unknown = command.opts();
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usageError(`--${name} ${issue?.message ?? 'is wrong'}`, `"recon ${pathOf(command)} --help" says how.`);
}

/** A positional argument of the command, as text. */
export function argumentOf(command: Command, index: number): string {
  return command.args[index] ?? '';
}

/** @throws CliError */
export function smsIdOf(text: string): number {
  const [, digits] = /^(?:sms-)?(\d{1,15})$/.exec(text.trim()) ?? [];
  if (digits !== undefined && Number(digits) > 0) return Number(digits);
  throw usageError(`"${text}" is no SMS: give its number, such as 17`, '"recon sms list" shows them.');
}

/** The words that lead to a command: `sms show`. */
export function pathOf(command: Command): string {
  const parent = command.parent;
  return parent === null ? '' : `${pathOf(parent)} ${command.name()}`.trim();
}
