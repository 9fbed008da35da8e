/** `recon device list|trust|distrust`: the phones that deliver SMS, and which of them are trusted. */
import type { Command } from 'commander';
import { z } from 'zod';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { SHOOTER } from '../recon-api';
import { rowIdOf } from '../row-id';
import { localTime, table } from '../words';

const device = z.object({
  id: z.int(),
  source: z.string(),
  source_account: z.string(),
  external_id: z.string(),
  name: z.string(),
  line: z.string().nullable(),
  trusted: z.boolean(),
  trusted_by: z.string().nullable(),
  trusted_at: z.string().nullable(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
});
const deviceList = z.object({ items: z.array(device) });
const trustOptions = z.object({ as: z.string().optional() });

export function addDevices(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'device',
    summary: 'the phones that deliver SMS: list, trust, distrust',
    examples: ['recon device list', 'recon device trust 2'],
  });
  addList(group, context);
  addTrust(group, context, true);
  addTrust(group, context, false);
}

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, { usage: 'list', summary: 'every device', examples: ['recon device list --json'] });
  run(context, command, async (): Promise<ExitCode> => {
    const list = await context.api().get(`${SHOOTER}/device/list`, {}, deviceList);
    context.output.give(list, () =>
      table(
        ['ID', 'SOURCE', 'DEVICE', 'TRUSTED', 'LAST SEEN'],
        list.items.map((row) => [
          String(row.id),
          `${row.source} / ${row.source_account}`,
          row.name === '' ? row.external_id : `${row.external_id} (${row.name})`,
          row.trusted ? `yes, by ${row.trusted_by ?? 'unknown'}` : 'no',
          localTime(row.last_seen_at),
        ]),
      ),
    );
    return EXIT.ok;
  });
}

function addTrust(group: Command, context: CliContext, trusted: boolean): void {
  const word = trusted ? 'trust' : 'distrust';
  const command = addCommand(group, {
    usage: `${word} <id>`,
    summary: trusted
      ? 'trust a device: what it brought runs within seconds'
      : 'hold what this device brings from now on',
    examples: [`recon device ${word} 2`],
  }).option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const actor = optionsOf(command, trustOptions).as ?? context.world.user;
    const body = { id: rowIdOf(argumentOf(command, 0)), trusted, actor };
    const { data } = await context.api().post(`${SHOOTER}/device/trust`, body, device);
    context.output.give(data, () => [`device ${data.id} is ${data.trusted ? 'trusted' : 'not trusted'} now`]);
    return EXIT.ok;
  });
}
