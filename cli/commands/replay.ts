/** `recon replay`: recorded histories against this build's workflow code. */
import type { Command } from 'commander';
import { z } from 'zod';
import { addCommand, optionsOf, run } from '../command';
import { usageError } from '../cli-error';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { loadByQuery, loadFiles, loadRun, type LoadedHistory } from '../histories/load-histories';
import { replayAll, type ReplayVerdict } from '../histories/replay';

const options = z.object({
  query: z.string().min(1).optional(),
  file: z.array(z.string()).optional(),
  run: z.string().optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'is no number from 1 on')
    .transform(Number),
});

export function addReplay(program: Command, context: CliContext): void {
  const command = addCommand(program, {
    usage: 'replay [workflow...]',
    summary: 'replay recorded histories against the workflow code of this build',
    description:
      'Says of each history whether the code does the same today, or at which event it parts and why. Nothing is changed\n' +
      'anywhere, and no activity runs. Before a release: replay what is open, so that no waiting SMS gets stuck.',
    examples: [
      'recon replay sms-17',
      `recon replay --query "WorkflowType='smsWorkflow' AND ExecutionStatus='Running'"`,
      'recon replay --file test/replay/histories',
    ],
  })
    .option('--query <query>', 'every run that this visibility query names, newest first')
    .option('--file <file...>', 'histories in files or directories; needs no server')
    .option('--run <id>', 'this run of the workflow instead of its newest')
    .option('--limit <n>', 'at most so many runs of a query', '1000');
  run(context, command, async (): Promise<ExitCode> => {
    const histories = historiesOf(context, command.args, optionsOf(command, options));
    const verdicts: ReplayVerdict[] = [];
    await context.world.quietCore?.();
    for await (const verdict of replayAll(histories)) {
      verdicts.push(verdict);
      for (const line of verdictLines(verdict)) context.output.say(line);
    }
    const count = (outcome: ReplayVerdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length;
    const counts = { same: count('same'), parts: count('parts'), untouched: count('untouched') };
    context.output.give({ ...counts, histories: verdicts.map(toJson) }, () => [
      `${verdicts.length} histories: ${counts.same} the same, ${counts.parts} part, ${counts.untouched} untouched by any worker`,
    ]);
    return counts.parts > 0 ? EXIT.no : EXIT.ok;
  });
}

function historiesOf(
  context: CliContext,
  workflows: readonly string[],
  given: z.output<typeof options>,
): AsyncIterable<LoadedHistory> | Iterable<LoadedHistory> {
  const ways = [workflows.length > 0, given.query !== undefined, given.file !== undefined].filter(Boolean).length;
  if (ways !== 1) throw usageError('say which histories: workflow ids, or --query, or --file');
  if (given.run !== undefined && workflows.length !== 1) throw usageError('--run is of one workflow: name it');
  if (given.file !== undefined) return loadFiles(given.file);
  const { client } = context.temporal();
  if (given.query !== undefined) return loadByQuery(client, given.query, given.limit);
  return loadRuns(workflows, (id) => loadRun(client, id, given.run));
}

/** A number is an SMS. */
async function* loadRuns(
  workflows: readonly string[],
  load: (id: string) => Promise<LoadedHistory>,
): AsyncGenerator<LoadedHistory> {
  for (const id of workflows) yield await load(/^\d+$/.test(id) ? `sms-${id}` : id);
}

function verdictLines({ origin, outcome, parting }: ReplayVerdict): string[] {
  if (parting === null) return [`${outcome === 'same' ? 'same ' : 'none '} ${origin}`];
  const where = parting.eventId === null ? '' : ` at event ${parting.eventId} (${parting.eventType ?? 'unknown'})`;
  return [`PARTS ${origin}${where}`, `      ${parting.reason}`];
}

function toJson({ workflowId, runId, origin, outcome, parting }: ReplayVerdict) {
  return {
    workflow_id: workflowId,
    run_id: runId,
    origin,
    outcome,
    parts_at: parting && { event_id: parting.eventId, event_type: parting.eventType, reason: parting.reason },
  };
}
