/** `recon sms list|show|explain`: what there is, everything about one, and why it is where it is. */
import type { Command } from 'commander';
import { z } from 'zod';
import { smsList } from '../../api/schemas/sms';
import { smsDetail } from '../../api/schemas/sms-detail';
import { REVIEW_REASONS, SMS_STATUSES, SOURCES } from '../../domain/sms';
import { addCommand, argumentOf, optionsOf, run, smsIdOf } from '../command';
import type { CliContext } from '../context';
import { explainLines, explainSms } from '../explain/explain-sms';
import { EXIT, type ExitCode } from '../exit-codes';
import { bodyLines, LIST_HEAD, listRow, smsLines } from '../present-sms';
import { historyLines } from '../present-history';
import { SHOOTER } from '../recon-api';
import { table } from '../words';

export function addSms(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'sms',
    summary: 'look at SMS: list, show, explain',
    examples: ['recon sms list --need-check', 'recon sms explain 17'],
  });
  addList(group, context);
  addShow(group, context);
  addExplain(group, context);
}

const listOptions = z.object({
  status: z.string().optional(),
  reason: z.string().optional(),
  source: z.string().optional(),
  brand: z.string().optional(),
  search: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  needCheck: z.boolean().optional(),
  cursor: z.string().optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'is no number from 1 to 200')
    .optional(),
});

function addList(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'list',
    summary: 'SMS, newest first',
    examples: ['recon sms list --need-check', 'recon sms list --status awaiting_review --reason ambiguous --json'],
  })
    .option('--status <words>', `one or more, comma-separated: ${SMS_STATUSES.join(', ')}`)
    .option('--need-check', 'only those that wait for a person')
    .option('--reason <reason>', `one of ${REVIEW_REASONS.join(', ')}`)
    .option('--source <source>', `one of ${SOURCES.join(', ')}`)
    .option('--brand <id>', 'of this brand')
    .option('--search <text>', 'an id, order, reference or sender as a whole; a part of a payer or of a text')
    .option('--from <time>', 'came in at or after, ISO 8601')
    .option('--to <time>', 'came in before, ISO 8601')
    .option('--limit <n>', 'how many, 200 at most (default: 50)')
    .option('--cursor <cursor>', 'go on after an earlier page');
  run(context, command, async (): Promise<ExitCode> => {
    const { brand, search, needCheck, ...rest } = optionsOf(command, listOptions);
    const query = { ...rest, brand_id: brand, q: search, need_check: needCheck };
    const page = await context.api().get(`${SHOOTER}/sms/list`, query, smsList);
    context.output.give(page, () => [
      ...table(LIST_HEAD, page.items.map(listRow)),
      ...(page.items.length === 0 ? ['(none)'] : []),
      ...(page.next_cursor === null ? [] : [`more: --cursor ${page.next_cursor}`]),
    ]);
    return EXIT.ok;
  });
}

function addShow(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'show <id>',
    summary: 'everything about one SMS, its text too',
    examples: ['recon sms show 17', 'recon sms show 17 --json'],
  });
  run(context, command, async (): Promise<ExitCode> => {
    const id = smsIdOf(argumentOf(command, 0));
    const detail = await context.api().get(`${SHOOTER}/sms/get`, { id }, smsDetail);
    context.output.give(detail, () => [
      `SMS ${detail.sms.id}`,
      ...smsLines(detail.sms),
      '',
      'Text',
      ...bodyLines(detail.sms),
      '',
      ...historyLines(detail),
      detail.temporal_ui_url,
    ]);
    return EXIT.ok;
  });
}

function addExplain(group: Command, context: CliContext): void {
  const command = addCommand(group, {
    usage: 'explain <id>',
    summary: 'why an SMS is where it is, and what can be done',
    description:
      'Each decision with its inputs, each candidate criterion by criterion, who did what, and what is next.',
    examples: ['recon sms explain 17'],
  });
  run(context, command, async (): Promise<ExitCode> => {
    const id = smsIdOf(argumentOf(command, 0));
    const detail = await context.api().get(`${SHOOTER}/sms/get`, { id }, smsDetail);
    const explained = explainSms(detail);
    context.output.give(explained, () => explainLines(explained));
    return EXIT.ok;
  });
}
