/** `recon pushbullet list|add|delete`: the accounts of Pushbullet whose phones are listened to. */
import type { Command } from 'commander';
import { z } from 'zod';
import { usageError } from '../cli-error';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { rowIdOf } from '../row-id';
import { localTime, table } from '../words';

const BASE = '/internal/recon/pushbullet/device';

const account = z.object({
  id: z.int(),
  account: z.string(),
  email: z.string(),
  name: z.string(),
  has_password: z.boolean(),
  devices: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      iden: z.string(),
      trusted: z.boolean(),
      fault: z.string().nullable(),
      last_seen_at: z.string(),
    }),
  ),
  listener: z
    .object({ fresh: z.boolean(), fault: z.string().nullable(), age_ms: z.int(), owner: z.string().nullable() })
    .nullable(),
});
type Account = z.infer<typeof account>;
const accountList = z.object({ items: z.array(account) });
const added = account.extend({ added: z.boolean() });
const deleted = z.object({ id: z.int(), deleted: z.literal(true) });
const addOptions = z.object({
  tokenEnv: z.string(),
  passwordEnv: z.string().optional(),
  name: z.string().optional(),
  as: z.string().optional(),
});
const deleteOptions = z.object({ as: z.string().optional() });

export function addPushbullet(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'pushbullet',
    summary: 'the accounts of Pushbullet that are listened to: list, add, delete',
    examples: ['recon pushbullet list', 'recon pushbullet add', 'recon pushbullet delete 1'],
  });
  addList(group, context);
  addAdd(group, context);
  addDelete(group, context);
}

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'list',
    summary: 'every account with its phones',
    examples: ['recon pushbullet list --json'],
  });
  run(context, command, async (): Promise<ExitCode> => {
    const list = await context.api().get(`${BASE}/list`, {}, accountList);
    context.output.give(list, () =>
      table(['ID', 'ACCOUNT', 'LISTENER', 'DEVICE', 'TRUSTED', 'FAULT', 'LAST SEEN'], list.items.flatMap(linesOf)),
    );
    return EXIT.ok;
  });
}

function linesOf(row: Account): string[][] {
  const head = [String(row.id), row.name === '' ? row.email : row.name, listenerWords(row.listener)];
  if (row.devices.length === 0) return [[...head, '-', '-', '-', '-']];
  return row.devices.map((phone, index) => [
    ...(index === 0 ? head : ['', '', '']),
    `${phone.id} ${phone.name === '' ? phone.iden : phone.name}`,
    phone.trusted ? 'yes' : 'no',
    phone.fault ?? '-',
    localTime(phone.last_seen_at),
  ]);
}

function listenerWords(listener: Account['listener']): string {
  if (!listener) return 'not begun';
  const age = `${Math.round(listener.age_ms / 1000)} s ago`;
  return `${listener.fresh ? 'fresh' : 'STALE'}, ${age}${listener.fault === null ? '' : ` (${listener.fault})`}`;
}

function addAdd(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'add',
    summary: 'listen to an account; its phones of now are trusted',
    examples: ['PUSHBULLET_TOKEN=o.… recon pushbullet add', 'recon pushbullet add --token-env MY_TOKEN --name Till'],
  })
    // Words of a command line are seen by everybody on the machine, and stay in the shell's history.
    .option('--token-env <variable>', 'the variable that holds the access token', 'PUSHBULLET_TOKEN')
    .option('--password-env <variable>', 'the variable that holds the end-to-end password')
    .option('--name <name>', 'what to call it (default: as Pushbullet does)')
    .option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const { tokenEnv, passwordEnv, name, as } = optionsOf(command, addOptions);
    const body = {
      token: fromEnvironment(context, tokenEnv),
      ...(passwordEnv === undefined ? {} : { password: fromEnvironment(context, passwordEnv) }),
      ...(name === undefined ? {} : { name }),
      actor: as ?? context.world.user,
    };
    const { data } = await context.api().post(`${BASE}/add`, body, added);
    context.output.give(data, () => [
      `account ${data.id} is ${data.added ? 'listened to from now on' : 'listened to with its new token'}; trusted phones: ` +
        (data.devices
          .filter(({ trusted }) => trusted)
          .map((phone) => phone.name || phone.iden)
          .join(', ') || 'none'),
    ]);
    return EXIT.ok;
  });
}

function addDelete(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'delete <id>',
    summary: 'stop listening to an account',
    examples: ['recon pushbullet delete 1'],
  }).option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const actor = optionsOf(command, deleteOptions).as ?? context.world.user;
    const { data } = await context
      .api()
      .post(`${BASE}/delete`, { id: rowIdOf(argumentOf(command, 0)), actor }, deleted);
    context.output.give(data, () => [`account ${data.id} is no longer listened to`]);
    return EXIT.ok;
  });
}

function fromEnvironment(context: CliContext, variable: string): string {
  const value = context.world.env[variable];
  if (value === undefined || value === '')
    throw usageError(`${variable} is not set`, 'It holds the secret: export it first.');
  return value;
}
