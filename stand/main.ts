/** `npm start`. */
import { processEnvironment } from '../service/config';
import { runDemoDay, type DemoDay, type DemoDeps } from './demo-day';
import { HELP, parseOptions, type StandOptions } from './options';
import { createStderrProgress } from './progress';
import { countResult, faultsOf, resultJson } from './result/result';
import { addressTable, nextSteps, resultTable } from './result/table';
import { startStand, type RunningStand } from './stand';
import { StandError } from './stand-error';
import { createStopRequest } from './stop-request';

async function main(words: readonly string[]): Promise<void> {
  const options = parseOptions(words);
  if (options.help) return void process.stdout.write(HELP);
  const stop = createStopRequest();
  try {
    await run(options, stop);
  } finally {
    stop.dispose();
  }
}

async function run(options: StandOptions, stop: ReturnType<typeof createStopRequest>): Promise<void> {
  const progress = createStderrProgress();
  const env = processEnvironment();
  const supervision = { report: progress.note, onGivenUp: stop.fail };
  const stand = await startStand(options.processes, {
    env,
    progress,
    supervision,
    signal: stop.signal,
    demo: options.demo,
  });
  let shown: Shown | undefined;
  try {
    shown =
      (await Promise.race([show(stand, options, { env, progress, signal: stop.signal }), stop.requested])) ?? undefined;
    if (shown && !options.once) {
      print(options, shown);
      progress.note('up; Ctrl-C stops it');
      await stop.requested;
    }
  } finally {
    await progress.step('stopping', stand.stop);
  }
  stop.throwIfFailed();
  // The result is the very last line of a run that ends by itself.
  if (!shown || !options.once) return;
  print(options, shown);
  if (shown.faults.length > 0)
    throw new StandError(`the demo day did not end as it should (${shown.faults.length} faults, told above)`);
}

interface Shown {
  readonly json: string;
  readonly table: string;
  readonly faults: readonly string[];
}

/** Where everything goes wrong the first few tell why. */
const FAULTS_SHOWN = 20;

/** The demo day, and the figures that it left. */
async function show(stand: RunningStand, options: StandOptions, deps: DemoDeps): Promise<Shown> {
  const day = options.demo ? await runDemoDay(stand, deps) : undefined;
  const result = await countResult(stand, deps.env, day?.smsIds ?? []);
  const faults = [...(day?.faults ?? []), ...faultsOf(result)];
  for (const fault of faults.slice(0, FAULTS_SHOWN)) deps.progress.note(`✗ ${fault}`);
  if (faults.length > FAULTS_SHOWN) deps.progress.note(`✗ … and ${faults.length - FAULTS_SHOWN} more`);
  const sections = ['', headline(day), '', resultTable(result), '', addressTable(stand)];
  if (!options.once) sections.push('', '  Try next', nextSteps(result));
  return { json: resultJson(result), table: sections.join('\n'), faults };
}

function headline(day: DemoDay | undefined): string {
  if (!day) return '  What this stand holds:';
  const { number, smsIds, faults } = day;
  const ended = faults.length === 0 ? 'each where it belongs' : `with ${faults.length} faults, told above`;
  return `  Demo day ${number}: ${smsIds.length} SMS, ${ended}.${number > 1 ? ' With the days before it:' : ''}`;
}

/** With --json standard output holds nothing but the result, and people read the table beside it. */
function print(options: StandOptions, { json, table }: Shown): void {
  (options.json ? process.stderr : process.stdout).write(`${table}\n`);
  if (options.json) process.stdout.write(`${json}\n`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    if (isStopRequest(error)) process.exit(0);
    const isPlain = error instanceof StandError;
    const words = isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`recon: ${words}\n`);
    process.exit(1);
  },
);

/** Told to stop while it was starting: that is no fault. */
function isStopRequest(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
