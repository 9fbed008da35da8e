/** `recon phone add|list|delete`: the whitelist of senders. */
import type { Command } from 'commander';
import { z } from 'zod';
import { deleted, type runAgainReport, type wouldRun } from '../../api/schemas/common';
import { phoneAdded, phoneList } from '../../api/schemas/phones';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { rowIdOf } from '../row-id';
import { SHOOTER } from '../recon-api';
import { localTime, table } from '../words';

const addOptions = z.object({
  label: z.string().optional(),
  as: z.string().optional(),
  runAgain: z.boolean().optional(),
});
const deleteOptions = z.object({ as: z.string().optional() });

export function addPhones(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'phone',
    summary: 'the whitelist of senders: add, list, delete',
    examples: ['recon phone list', 'recon phone add RHEINBANK --label "Rheinbank, main account"'],
  });
  addList(group, context);
  addAdd(group, context);
  addDelete(group, context);
}

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, { usage: 'list', summary: 'the whitelist', examples: ['recon phone list --json'] });
  run(context, command, async (): Promise<ExitCode> => {
    const list = await context.api().get(`${SHOOTER}/phone/list`, {}, phoneList);
    context.output.give(list, () =>
      table(
        ['ID', 'SENDER', 'COMPARED AS', 'LABEL', 'SINCE', 'BY'],
        list.items.map((phone) => [
          String(phone.id),
          phone.sender,
          phone.sender_normal,
          phone.label,
          localTime(phone.created_at),
          phone.created_by,
        ]),
      ),
    );
    return EXIT.ok;
  });
}

function addAdd(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'add <sender>',
    summary: 'list a sender, and show which SMS it would have let through',
    examples: ['recon phone add RHEINBANK', 'recon phone add +4915112345678 --run-again'],
  })
    .option('--label <text>', 'what it is')
    .option('--run-again', 'start again what this sender would have let through')
    .option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const { label, as, runAgain } = optionsOf(command, addOptions);
    const body = {
      sender: argumentOf(command, 0),
      actor: as ?? context.world.user,
      ...(label === undefined ? {} : { label }),
      ...(runAgain === undefined ? {} : { run_again: runAgain }),
    };
    const { data } = await context.api().post(`${SHOOTER}/phone/add`, body, phoneAdded);
    context.output.give(data, () => [
      `phone ${data.id} is listed: ${data.sender} (compared as ${data.sender_normal})`,
      ...wouldRunLines(data.would_run, data.run_again),
    ]);
    return EXIT.ok;
  });
}

function addDelete(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'delete <id>',
    summary: 'take a sender off the whitelist',
    examples: ['recon phone delete 3'],
  }).option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const body = {
      id: rowIdOf(argumentOf(command, 0)),
      actor: optionsOf(command, deleteOptions).as ?? context.world.user,
    };
    const { data } = await context.api().post(`${SHOOTER}/phone/delete`, body, deleted);
    context.output.give(data, () => [`phone ${data.id} is off the whitelist`]);
    return EXIT.ok;
  });
}

/** What an addition lets through, and what came of running it again. */
export function wouldRunLines(would: z.output<typeof wouldRun>, again: z.output<typeof runAgainReport>): string[] {
  if (again !== null)
    return [
      `  ${again.submitted} SMS started again: ${again.applied} run, ${again.recorded} recorded, ${again.refused} refused`,
    ];
  if (would.count === 0) return [];
  const more = would.count > would.ids.length ? ', …' : '';
  return [
    `  it would let ${would.count} SMS through that were stopped: ${would.ids.join(', ')}${more}`,
    '  the same command with --run-again on a new addition, or "recon reset <id> --reason …", runs them',
  ];
}
