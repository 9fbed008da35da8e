/** `recon device secret|retire`: what signs the requests of a phone's app. A secret is shown once, when it is made. */
import type { Command } from 'commander';
import { z } from 'zod';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { SHOOTER } from '../recon-api';
import { rowIdOf } from '../row-id';

const given = z.object({ id: z.int(), secret: z.string() });
const retired = z.object({ id: z.int(), retired: z.boolean() });
const secretOptions = z.object({ lost: z.boolean().default(false), as: z.string().optional() });
const retireOptions = z.object({ as: z.string().optional() });

export function addDeviceSecrets(group: Command, context: CliContext): void {
  addSecret(group, context);
  addRetire(group, context);
}

function addSecret(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'secret <id>',
    summary: 'make a new secret for the app on a device, shown once',
    description:
      'The former secret of the device stays valid until "recon device retire"; the one of the app (HOOK_SECRETS_<APP>) does not.',
    examples: ['recon device secret 2', 'recon device secret 2 --lost'],
  })
    .option('--lost', 'the newest never came into the phone: replace it, and keep the former')
    .option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const { lost, as } = optionsOf(command, secretOptions);
    const body = { id: rowIdOf(argumentOf(command, 0)), lost, actor: as ?? context.world.user };
    const { data } = await context.api().post(`${SHOOTER}/device/secret`, body, given);
    context.output.give(data, () => [
      data.secret,
      `Put it into the app now: it is not shown again. Then "recon device retire ${data.id}" ends the former.`,
    ]);
    return EXIT.ok;
  });
}

function addRetire(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'retire <id>',
    summary: "end a device's former secret, once its app uses the new one",
    examples: ['recon device retire 2'],
  }).option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const actor = optionsOf(command, retireOptions).as ?? context.world.user;
    const body = { id: rowIdOf(argumentOf(command, 0)), actor };
    const { data } = await context.api().post(`${SHOOTER}/device/secret/retire`, body, retired);
    context.output.give(data, () => [
      data.retired ? `the former secret of device ${data.id} counts no more` : `device ${data.id} has no former secret`,
    ]);
    return EXIT.ok;
  });
}
