/** `recon reset` and `recon rerun`: an SMS started again, from the whitelist or from a named step. Neither can pay twice. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { resetApplied, resetRecorded } from '../../api/schemas/sms';
import { smsDetail } from '../../api/schemas/sms-detail';
import { STEPS, type Step } from '../../domain/sms';
import { addCommand, argumentOf, optionsOf, run, smsIdOf } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { followOption, followSms } from '../follow';
import { SHOOTER } from '../recon-api';

const shared = {
  reason: z.string().min(1, 'is empty: say why'),
  as: z.string().optional(),
  requestId: z.string().optional(),
  // False where --no-wait is written; neither: the default limit.
  wait: z.union([z.literal(false), followOption]).prefault(true),
};
const resetOptions = z.object(shared);
const rerunOptions = z.object({ ...shared, from: z.enum(STEPS, { error: `is none of ${STEPS.join(', ')}` }) });

export function addReset(program: Command, context: CliContext): void {
  const command = withShared(
    addCommand(program, {
      usage: 'reset <id>',
      summary: 'start an SMS again from the whitelist, as a new attempt',
      description: 'Its match is released. Refused where it is approved, or while the answer of the wallet is unknown.',
      examples: ['recon reset 17 --reason "the template was wrong"'],
    }),
  );
  run(context, command, () => startAgain(context, command, optionsOf(command, resetOptions)));
}

export function addRerun(program: Command, context: CliContext): void {
  const command = withShared(
    addCommand(program, {
      usage: 'rerun <id>',
      summary: 'start an SMS again at a named step, with the earlier results kept',
      description: `Steps: ${STEPS.join(', ')}. The new attempt is audited. From "wallet" the same key is used: it can be paid once only.`,
      examples: ['recon rerun 17 --from match --reason "the deposit was mended"'],
    }).requiredOption('--from <step>', `one of ${STEPS.join(', ')}`),
  );
  run(context, command, () => startAgain(context, command, optionsOf(command, rerunOptions)));
}

function withShared(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .option('--as <name>', 'who asks for it (default: the user of this shell)')
    .option('--request-id <id>', 'the same id twice has one effect (default: a new one)')
    .option('--wait <limit>', 'how long to follow the new attempt, such as 5m (default: 60s)')
    .option('--no-wait', 'do not follow it');
}

type Options = z.output<typeof resetOptions> & { readonly from?: Step };

async function startAgain(context: CliContext, command: Command, given: Options): Promise<ExitCode> {
  const id = smsIdOf(argumentOf(command, 0));
  const api = context.api();
  const requestId = given.requestId ?? randomUUID();
  const before = await api.get(`${SHOOTER}/sms/get`, { id }, smsDetail);
  const { data } = await api.post(
    `${SHOOTER}/sms/reset`,
    {
      id,
      reason: given.reason,
      actor: given.as ?? context.world.user,
      request_id: requestId,
      ...(given.from === undefined ? {} : { from: given.from }),
    },
    z.union([resetApplied, resetRecorded]),
  );
  // The same request again is answered with its first effect: its attempt may be there already.
  const earlier = before.reviews.find(({ review_id }) => review_id === requestId);
  const attempt = (earlier?.attempt ?? before.sms.attempt) + 1;
  const from = given.from ?? 'whitelist';
  const result = { ...data, attempt, from };
  if (given.wait === false) {
    context.output.give(result, () => [
      'state' in data
        ? `recorded as ${data.request_id}; no worker has answered yet, it takes effect as soon as one does`
        : `SMS ${id} runs again from ${from} as attempt ${attempt} (${data.request_id})`,
    ]);
    return EXIT.ok;
  }
  context.output.say(`SMS ${id} runs again from ${from} as attempt ${attempt}`);
  return followSms(context, { id, limitMs: given.wait, fromAttempt: attempt, result });
}
