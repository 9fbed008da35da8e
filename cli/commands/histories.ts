/** `recon histories save`: an archive of runs, for replays and for questions that come after the retention time. */
import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { version } from '../../package.json';
import { addCommand, optionsOf, run } from '../command';
import { usageError } from '../cli-error';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { loadByQuery, loadRun, type LoadedHistory } from '../histories/load-histories';
import { saveHistory, type SavedHistory } from '../histories/save-history';

/** Runs that ended otherwise than by their own word: what engineers will want to replay. */
const FAILED = `ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled')`;

const options = z.object({
  query: z.string().min(1).optional(),
  dir: z.string().optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'is no number from 1 on')
    .transform(Number),
});

export function addHistories(program: Command, context: CliContext): void {
  const group = addCommand(program, {
    usage: 'histories',
    summary: 'workflow histories: save',
    examples: ['recon histories save'],
  });
  const command = addCommand(group, {
    usage: 'save [workflow...]',
    summary: 'save histories as files, before their retention ends',
    description:
      'Without ids and query: every run that failed, timed out or was terminated or cancelled. What was saved before is\n' +
      'left as it is, so it can run every night. Files are named after path, version and id. Histories hold ids and\n' +
      'verdicts only; one that holds anything else is not written.',
    examples: ['recon histories save', 'recon histories save sms-17 --dir evidence'],
  })
    .option('--query <query>', 'every run that this visibility query names')
    .option('--dir <directory>', 'where to (default: histories, in RECON_HOME)')
    .option('--limit <n>', 'at most so many runs of a query', '10000');
  run(context, command, async (): Promise<ExitCode> => {
    const given = optionsOf(command, options);
    if (given.query !== undefined && command.args.length > 0)
      throw usageError('give workflow ids or --query, not both');
    const directory = given.dir ?? path.join(context.config().RECON_HOME, 'histories');
    const saved: SavedHistory[] = [];
    for await (const loaded of histories(context, command.args, given)) {
      const one = saveHistory(loaded, directory, version);
      saved.push(one);
      context.output.say(`${one.written ? 'saved    ' : 'is there '} ${one.file}`);
    }
    const written = saved.filter((one) => one.written).length;
    const result = saved.map(({ workflowId, runId, ...rest }) => ({ workflow_id: workflowId, run_id: runId, ...rest }));
    context.output.give({ saved: written, already_there: saved.length - written, histories: result }, () => [
      `${written} saved, ${saved.length - written} were there already`,
    ]);
    return EXIT.ok;
  });
}

async function* histories(
  context: CliContext,
  ids: readonly string[],
  { query = FAILED, limit }: z.output<typeof options>,
): AsyncGenerator<LoadedHistory> {
  const { client } = context.temporal();
  if (ids.length === 0) yield* loadByQuery(client, query, limit);
  for (const id of ids) yield await loadRun(client, /^\d+$/.test(id) ? `sms-${id}` : id);
}
