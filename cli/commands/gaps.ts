/** `recon gap list|show|dismiss`: breaks in the balances of accounts, where an SMS is missing. */
import type { Command } from 'commander';
import { z } from 'zod';
import { gapDetail, gapList, gapRow } from '../../api/schemas/gaps';
import { GAP_STATUSES } from '../../domain/balance-gap';
import { addCommand, argumentOf, optionsOf, run } from '../command';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { SHOOTER } from '../recon-api';
import { rowIdOf } from '../row-id';
import { formatTime, localTime, moneyOrDash, table } from '../words';

const listOptions = z.object({
  status: z.enum(GAP_STATUSES, `is one of ${GAP_STATUSES.join(', ')}`).optional(),
  limit: z.string().optional(),
});
const dismissOptions = z.object({ remark: z.string().optional(), as: z.string().optional() });

export function addGaps(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'gap',
    summary: 'gaps in the balances of accounts: list, show, dismiss',
    examples: ['recon gap list --status awaiting_review', 'recon gap show 3'],
  });
  addList(group, context);
  addShow(group, context);
  addDismiss(group, context);
}

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'list',
    summary: 'gaps, newest first',
    examples: ['recon gap list', 'recon gap list --status awaiting_review --json'],
  })
    .option('--status <status>', GAP_STATUSES.join(', '))
    .option('--limit <count>', '1 to 200; default 50');
  run(context, command, async (): Promise<ExitCode> => {
    const { status, limit } = optionsOf(command, listOptions);
    const list = await context.api().get(`${SHOOTER}/gap/list`, { status, limit }, gapList);
    context.output.give(list, () =>
      table(
        ['ID', 'STATUS', 'MISSING', 'BANK', 'ACCOUNT', 'BETWEEN SMS', 'FOUND'],
        list.items.map((gap) => [
          String(gap.id),
          gap.status,
          moneyOrDash(gap.missing_minor, gap.currency),
          gap.bank,
          gap.account_tail ?? '-',
          `${gap.before_sms_id} and ${gap.after_sms_id}`,
          localTime(gap.found_at),
        ]),
      ),
    );
    return EXIT.ok;
  });
}

function addShow(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'show <id>',
    summary: 'one gap, and the pending deposits that its money fits',
    examples: ['recon gap show 3'],
  });
  run(context, command, async (): Promise<ExitCode> => {
    const id = rowIdOf(argumentOf(command, 0));
    const detail = await context.api().get(`${SHOOTER}/gap/get`, { id }, gapDetail);
    context.output.give(detail, () => linesOf(detail));
    return EXIT.ok;
  });
}

function linesOf({ gap, candidates }: z.output<typeof gapDetail>): string[] {
  const closing = gap.closed_by === null ? '' : ` by ${gap.closed_by}${gap.remark === null ? '' : `: ${gap.remark}`}`;
  return [
    `gap ${gap.id} is ${gap.status}${closing}`,
    `  ${gap.bank}, account ${gap.account_tail ?? 'not named'}, line ${gap.line}`,
    `  missing: ${moneyOrDash(gap.missing_minor, gap.currency)}${gap.missing_minor < 0 ? ' (debits or fees)' : ''}`,
    `  after SMS ${gap.before_sms_id} of ${formatTime(gap.missing_from)}`,
    `  before SMS ${gap.after_sms_id} of ${formatTime(gap.missing_to)}`,
    `  back-fills asked for: ${gap.backfill_tries}`,
    candidates.length === 0 ? '  no pending deposit fits' : '  pending deposits of this money:',
    ...candidates.flatMap((candidate) => [
      `    ${candidate.order_id} (${candidate.brand_id}) ${candidate.eligible ? 'fits' : 'does not fit'}`,
      ...candidate.lines
        .filter(({ pass }) => !pass)
        .map((line) => `      ${line.criterion}: expected ${line.expected}, is ${line.actual}`),
    ]),
  ];
}

function addDismiss(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'dismiss <id>',
    summary: 'close a gap for good',
    examples: ['recon gap dismiss 3 --remark "interest of the quarter"'],
  })
    .option('--remark <text>', 'why')
    .option('--as <name>', 'who does it (default: the user of this shell)');
  run(context, command, async (): Promise<ExitCode> => {
    const { remark, as } = optionsOf(command, dismissOptions);
    const body = {
      id: rowIdOf(argumentOf(command, 0)),
      actor: as ?? context.world.user,
      ...(remark === undefined ? {} : { remark }),
    };
    const { data } = await context.api().post(`${SHOOTER}/gap/dismiss`, body, gapRow);
    context.output.give(data, () => [`gap ${data.id} is dismissed`]);
    return EXIT.ok;
  });
}
