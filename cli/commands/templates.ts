/** `recon template add|list|enable|disable`: the parsing rules. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { templateAdded, templateList, templateRow } from '../../api/schemas/templates';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import { causeOf, usageError } from '../cli-error';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jsonOf, SHOOTER } from '../recon-api';
import { rowIdOf } from '../row-id';
import { table } from '../words';
import { wouldRunLines } from './phones';

const addOptions = z.object({ file: z.string(), as: z.string().optional(), runAgain: z.boolean().optional() });
const enableOptions = z.object({ as: z.string().optional() });

export function addTemplates(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'template',
    summary: 'the parsing rules: add, list, enable, disable',
    examples: ['recon template list', 'recon template add --file rheinbank.json'],
  });
  addList(group, context);
  addAdd(group, context);
  addEnable(group, context, true);
  addEnable(group, context, false);
}

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'list',
    summary: 'templates, each in its current version (--json shows their patterns)',
    examples: ['recon template list', 'recon template list --json'],
  });
  run(context, command, async (): Promise<ExitCode> => {
    const list = await context.api().get(`${SHOOTER}/template/list`, {}, templateList);
    context.output.give(list, () =>
      table(
        ['ID', 'VERSION', 'PRIORITY', 'ENABLED', 'KIND', 'CURRENCY', 'SENDERS', 'NAME'],
        list.items.map((row) => [
          String(row.id),
          String(row.version),
          String(row.priority),
          row.enabled ? 'yes' : 'no',
          row.kind,
          row.currency ?? 'in text',
          row.senders === null ? 'any' : row.senders.join(' '),
          row.name,
        ]),
      ),
    );
    return EXIT.ok;
  });
}

function addAdd(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'add',
    summary: 'add a template, or the next version of one, from a JSON file',
    description:
      'The file holds the body of POST …/template/add: name, bank, pattern (RE2 with named groups amount, currency,\n' +
      'account, payer, reference, balance, date, time), senders, currency, decimal_separator, group_separators, sample, …\n' +
      'The name or id of a template makes its next version. A template that cannot be used is refused with the reason.',
    examples: ['recon template add --file rheinbank.json', 'recon template add --file - --run-again < rheinbank.json'],
  })
    .requiredOption('--file <file>', 'the template as JSON; - reads standard input')
    .option('--run-again', 'start again what could not be read before and can be read now')
    .option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const { file, as, runAgain } = optionsOf(command, addOptions);
    const template = await readTemplate(context, file);
    const more = { actor: as ?? context.world.user, ...(runAgain === undefined ? {} : { run_again: runAgain }) };
    const { data } = await context.api().post(`${SHOOTER}/template/add`, { ...template, ...more }, templateAdded);
    context.output.give(data, () => [
      `template ${data.id} version ${data.version} (${data.name}): ${data.result}`,
      ...wouldRunLines(data.would_run, data.run_again),
    ]);
    return EXIT.ok;
  });
}

const anyObject = z.record(z.string(), z.unknown());

async function readTemplate(context: CliContext, file: string): Promise<Record<string, unknown>> {
  const text = file === '-' ? await context.world.readStdin() : readText(file);
  const parsed = anyObject.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw usageError(`${file === '-' ? 'standard input' : file} holds no JSON object`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`--file ${file} cannot be read (${causeOf(error)})`);
  }
}

function addEnable(group: Command, context: CliContext, enabled: boolean): void {
  const word = enabled ? 'enable' : 'disable';
  const command = addCommand(group, {
    usage: `${word} <id>`,
    summary: enabled ? 'use a template again' : 'keep a template without using it',
    examples: [`recon template ${word} 4`],
  }).option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const actor = optionsOf(command, enableOptions).as ?? context.world.user;
    const body = { id: rowIdOf(argumentOf(command, 0)), enabled, actor };
    const { data } = await context.api().post(`${SHOOTER}/template/enable`, body, templateRow);
    context.output.give(data, () => [
      `template ${data.id} version ${data.version} (${data.name}) is ${data.enabled ? 'in use' : 'not in use'}`,
    ]);
    return EXIT.ok;
  });
}
