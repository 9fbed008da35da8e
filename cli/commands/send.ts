/** `recon send`: an SMS through the real door, signed as a phone would sign it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { addCommand, optionsOf, run } from '../command';
import { causeOf, CliError, usageError } from '../cli-error';
import type { CliContext } from '../context';
import { STAND_HINT } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { followOption, followSms } from '../follow';
import { call, read } from '../recon-api';

const options = z.object({
  sender: z.string(),
  body: z.string().optional(),
  bodyFile: z.string().optional(),
  receivedAt: z.string().optional(),
  account: z.string(),
  device: z.string().optional(),
  messageId: z.string().optional(),
  wait: followOption.optional(),
});
type Options = z.output<typeof options>;

const accepted = z.object({ id: z.int(), workflow_id: z.string(), duplicate: z.boolean() });

export function addSend(program: Command, context: CliContext): void {
  const command = addCommand(program, {
    usage: 'send',
    summary: 'send an SMS through the signed hook of the recon service',
    description: 'It travels as any other SMS: kept, parsed, matched and, where a deposit fits, approved.',
    examples: [
      'recon send --sender RHEINBANK --body "Zahlungseingang 12,50 EUR auf Konto ...4711 von Eine Person am …" --wait',
      'recon send --sender RHEINBANK --body-file sms.txt --received-at 2026-01-31T12:00:00Z',
      'cat sms.txt | recon send --sender RHEINBANK --body-file -',
    ],
  })
    .requiredOption('--sender <sender>', 'who the SMS says it is from')
    .option('--body <text>', 'the text of the SMS')
    .option('--body-file <file>', 'a file that holds the text; - reads standard input')
    .option('--received-at <time>', "the phone's clock, ISO 8601 with offset (default: now)")
    .option('--account <name>', 'the phone line that received it', 'recon-cli')
    .option('--device <id>', 'the device that brings it; a new one is held until a person trusts it')
    .option('--message-id <id>', 'what the phone calls it; the same id and text is the same SMS (default: a new one)')
    .option('--wait [limit]', 'follow it until it is decided, 60s at most');
  run(context, command, () => send(context, optionsOf(command, options)));
}

async function send(context: CliContext, given: Options): Promise<ExitCode> {
  const secret = context.config().hookSecrets.get('generic')?.[0];
  if (secret === undefined)
    throw new CliError({
      code: 'configuration',
      message: 'HOOK_SECRETS_GENERIC is not set: the hook takes signed requests only',
      hint: STAND_HINT,
      exitCode: EXIT.usage,
    });
  const url = context.config().RECON_SERVICE_URL;
  const sms = {
    source_account: given.account,
    ...(given.device === undefined ? {} : { device_id: given.device }),
    message_id: given.messageId ?? `recon-cli-${randomUUID()}`,
    sender: given.sender,
    body: await bodyOf(context, given),
    received_at: receivedAt(given),
  };
  const body = JSON.stringify(sms);
  const headers = { 'content-type': 'application/json', ...sign(secret, body) };
  const reply = await call(url, '/hooks/sms/generic', { method: 'POST', headers, body });
  const { data } = read(url, reply, accepted);
  const said = data.duplicate ? 'came before; this is its first answer again' : 'is kept';
  if (given.wait === undefined) {
    context.output.give({ ...data, message_id: sms.message_id }, () => [
      `SMS ${data.id} ${said} (workflow ${data.workflow_id})`,
      `  recon sms explain ${data.id}   says what came of it`,
    ]);
    return EXIT.ok;
  }
  context.output.say(`SMS ${data.id} ${said}`);
  return followSms(context, { id: data.id, limitMs: given.wait, result: { ...data, message_id: sms.message_id } });
}

async function bodyOf(context: CliContext, { body, bodyFile }: Options): Promise<string> {
  if (body !== undefined && bodyFile !== undefined)
    throw usageError('--body and --body-file are both given: one of them is the text');
  if (body !== undefined) return body;
  if (bodyFile === undefined) throw usageError('the text is missing: give --body "…" or --body-file <file>');
  // An editor's line feed at the end is not the bank's.
  if (bodyFile === '-') return (await context.world.readStdin()).replace(/\r?\n$/, '');
  try {
    return readFileSync(bodyFile, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw usageError(`--body-file ${bodyFile} cannot be read (${causeOf(error)})`);
  }
}

function receivedAt({ receivedAt: given }: Options): string {
  if (given === undefined) return new Date().toISOString();
  if (z.iso.datetime({ offset: true }).safeParse(given).success) return given;
  throw usageError(`--received-at "${given}" is no time: write it as 2026-01-31T12:00:00Z or with +01:00`);
}

function sign(secret: string, body: string): Record<string, string> {
  const id = `msg_${randomUUID()}`;
  const now = new Date();
  try {
    const signature = new Webhook(secret).sign(id, now, body);
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  } catch {
    throw new CliError({
      code: 'configuration',
      message: 'HOOK_SECRETS_GENERIC is no Standard Webhooks secret',
      hint: 'It is whsec_ followed by base64.',
      exitCode: EXIT.usage,
    });
  }
}
