/** `recon device …`: the phones that deliver SMS, which of them are trusted, and what signs their requests. */
import type { Command } from 'commander';
import { z } from 'zod';
import { usageError } from '../cli-error';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { SHOOTER } from '../recon-api';
import { rowIdOf } from '../row-id';
import { localTime, table } from '../words';
import { addDeviceSecrets } from './device-secrets';

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
  has_secret: z.boolean(),
  has_former_secret: z.boolean(),
  app: z.string().nullable(),
  app_version: z.string().nullable(),
  battery_percent: z.int().nullable(),
  network: z.string().nullable(),
  heartbeat_at: z.string().nullable(),
  fault: z.string().nullable(),
  fault_since: z.string().nullable(),
});
type Device = z.output<typeof device>;
const deviceList = z.object({ items: z.array(device) });
const trustOptions = z.object({ as: z.string().optional() });
const updateOptions = z.object({
  name: z.string().optional(),
  line: z.string().optional(),
  ownLine: z.boolean().optional(),
  as: z.string().optional(),
});

export function addDevices(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'device',
    summary: 'the phones that deliver SMS: list, trust, distrust, update, secret, retire',
    examples: ['recon device list', 'recon device trust 2'],
  });
  addList(group, context);
  addTrust(group, context, true);
  addTrust(group, context, false);
  addUpdate(group, context);
  addDeviceSecrets(group, context);
}

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, { usage: 'list', summary: 'every device', examples: ['recon device list --json'] });
  run(context, command, async (): Promise<ExitCode> => {
    const list = await context.api().get(`${SHOOTER}/device/list`, {}, deviceList);
    context.output.give(list, () =>
      table(
        ['ID', 'SOURCE', 'DEVICE', 'TRUSTED', 'LAST SEEN', 'SECRET', 'STATE'],
        list.items.map((row) => [
          String(row.id),
          `${row.source} / ${row.source_account}`,
          row.name === '' ? row.external_id : `${row.external_id} (${row.name})`,
          row.trusted ? `yes, by ${row.trusted_by ?? 'unknown'}` : 'no',
          localTime(row.last_seen_at),
          row.has_former_secret ? 'two' : row.has_secret ? 'own' : '-',
          stateOf(row),
        ]),
      ),
    );
    return EXIT.ok;
  });
}

/** What it suffers from, and what its app last said of it. */
function stateOf({ fault, app, app_version: version, battery_percent: battery, network, line }: Device): string {
  const said = [
    fault,
    app === null ? null : version === null ? app : `${app} ${version}`,
    battery === null ? null : `battery ${battery} %`,
    network,
    line === null ? null : `line ${line}`,
  ];
  return said.filter((word) => word !== null).join(', ') || '-';
}

function addUpdate(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'update <id>',
    summary: 'name a device, or say which line it receives',
    description:
      'The line is the number (or SIM) that receives: where two sources bring the SMS of one line, they are paired by it.',
    examples: ['recon device update 2 --name "Shelf 3"', 'recon device update 2 --line +4915112345678'],
  })
    .option('--name <name>', 'what people call it')
    .option('--line <line>', 'the number or SIM that receives')
    .option('--no-own-line', 'the line is what the app says again')
    .option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const { name, line, ownLine, as } = optionsOf(command, updateOptions);
    if (name === undefined && line === undefined && ownLine !== false)
      throw usageError('nothing to change', 'Give --name, --line or --no-own-line.');
    const lines = line === undefined && ownLine !== false ? {} : { line: line ?? null };
    const names = name === undefined ? {} : { name };
    const body = { id: rowIdOf(argumentOf(command, 0)), ...names, ...lines, actor: as ?? context.world.user };
    const { data } = await context.api().post(`${SHOOTER}/device/update`, body, device);
    context.output.give(data, () => [
      `device ${data.id} is called ${data.name === '' ? 'nothing' : data.name}, on line ${data.line ?? 'as its app says'}`,
    ]);
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
