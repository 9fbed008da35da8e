/** The command line as a function: words in, exit code out. */
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { usageError } from './cli-error';
import { addAudit } from './commands/audit';
import { addDoctor } from './commands/doctor';
import { addGaps } from './commands/gaps';
import { addHistories } from './commands/histories';
import { addMigrate } from './commands/migrate';
import { addPhones } from './commands/phones';
import { addDevices } from './commands/devices';
import { addPushbullet } from './commands/pushbullet';
import { addReplay } from './commands/replay';
import { addRerun, addReset } from './commands/start-again';
import { addReview } from './commands/review';
import { addSend } from './commands/send';
import { addSms } from './commands/sms';
import { addTemplates } from './commands/templates';
import { withExamples } from './command';
import { createContext, type CliContext, type CliWorld } from './context';
import { EXIT, type ExitCode } from './exit-codes';

/** Never throws: every fault is told through `world.err` (or as JSON) and by the exit code. */
export async function runCli(words: readonly string[], world: CliWorld): Promise<ExitCode> {
  const context = createContext(world, words.includes('--json'));
  const told: string[] = [];
  try {
    const program = createProgram(context, (text) => told.push(text));
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync([...words], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return afterCommander(context, error, told.join(''));
    return context.output.fail(error);
  } finally {
    await context.close();
  }
}

/** `faults`: what commander says of a wrong command line; it is told once, in the form that was asked for. */
export function createProgram(context: CliContext, faults: (text: string) => void = () => undefined): Command {
  const program = new Command('recon')
    .description('Looks after bank SMS on their way to approved deposits: ask, decide, repair.')
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'print one JSON document instead of text')
    .helpOption('-h, --help', 'print help; also after each command')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: context.world.out,
      writeErr: faults,
    })
    .exitOverride();
  withExamples(program, ['recon doctor', 'recon sms explain 17', 'recon review 17 approve --order order-1']);
  for (const add of [addDoctor, addSend, addSms, addReview, addReset, addRerun]) add(program, context);
  for (const add of [addTemplates, addPhones, addDevices, addPushbullet, addGaps]) add(program, context);
  for (const add of [addReplay, addHistories, addAudit, addMigrate]) add(program, context);
  return program;
}

/** Help and version are answers; everything else that commander throws is a fault of the command line. */
function afterCommander(context: CliContext, error: CommanderError, told: string): ExitCode {
  if (error.exitCode === 0) return EXIT.ok;
  const isGroupAlone = error.code === 'commander.help';
  if (isGroupAlone && !context.output.isJson) {
    context.world.err(told);
    return EXIT.usage;
  }
  const message = isGroupAlone ? 'the command is not whole' : error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  const hint = '"recon --help" lists the commands, and "recon <command> --help" its options.';
  return context.output.fail(usageError(message, hint));
}
