/** `recon review`: a person's verdict, by the way that every verdict takes. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { reviewApplied, reviewRecorded } from '../../api/schemas/sms';
import { VERDICTS } from '../../domain/sms';
import { usageError } from '../cli-error';
import { addCommand, argumentOf, optionsOf, run, smsIdOf } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { followOption, followSms } from '../follow';
import { SHOOTER } from '../recon-api';

const options = z.object({
  order: z.string().optional(),
  remark: z.string().optional(),
  as: z.string().optional(),
  undoSeconds: z
    .string()
    .regex(/^\d{1,4}$/, 'is no number of seconds')
    .transform(Number)
    .optional(),
  reviewId: z.string().optional(),
  wait: followOption.optional(),
});

export function addReview(program: Command, context: CliContext): void {
  const command = addCommand(program, {
    usage: 'review <id> <verdict>',
    summary: 'decide about an SMS that waits for a person',
    description:
      `The verdict is one of ${VERDICTS.join(', ')}. Where something else happened first, it is said and nothing changes.\n` +
      '"recon sms explain <id>" shows what is possible.',
    examples: [
      'recon review 17 approve --order order-1',
      'recon review 17 reject --remark "not our player" --as rita',
      'recon review 17 note --remark "asked the bank"',
    ],
  })
    .option('--order <id>', 'the deposit that an approval is for')
    .option('--remark <text>', 'why; kept with the SMS')
    .option('--as <name>', 'who decides (default: the user of this shell)')
    .option('--undo-seconds <n>', 'how long it can be taken back (default: not at all; it takes effect at once)')
    .option('--review-id <id>', 'the same id twice has one effect (default: a new one)')
    .option('--wait [limit]', 'follow the SMS until it comes to rest, 60s at most');
  run(context, command, async (): Promise<ExitCode> => {
    const id = smsIdOf(argumentOf(command, 0));
    const verdict = VERDICTS.find((word) => word === argumentOf(command, 1));
    if (verdict === undefined)
      throw usageError(`"${argumentOf(command, 1)}" is no verdict`, `It is one of ${VERDICTS.join(', ')}.`);
    const given = optionsOf(command, options);
    if (verdict === 'note' && given.remark === undefined) throw usageError('a note needs its text: --remark "…"');
    const { data } = await context.api().post(
      `${SHOOTER}/sms/check`,
      {
        id,
        verdict,
        reviewer: given.as ?? context.world.user,
        review_id: given.reviewId ?? randomUUID(),
        ...(given.order === undefined ? {} : { order_id: given.order }),
        ...(given.remark === undefined ? {} : { remark: given.remark }),
        ...(given.undoSeconds === undefined ? {} : { undo_seconds: given.undoSeconds }),
      },
      z.union([reviewApplied, reviewRecorded]),
    );
    if (given.wait !== undefined) return followSms(context, { id, limitMs: given.wait, result: data });
    context.output.give(data, () =>
      'state' in data
        ? [`recorded as ${data.review_id}; no worker has answered yet, it takes effect as soon as one does`]
        : [`SMS ${id} is now ${data.status} (${verdict}, ${data.review_id})`],
    );
    return EXIT.ok;
  });
}
