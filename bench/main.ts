/** `npm run bench`. */
import { processEnvironment } from '../service/config';
import type { StandProcessName } from '../stand/processes';
import { createStderrProgress, type Progress } from '../stand/progress';
import { StandError } from '../stand/stand-error';
import { createStopRequest } from '../stand/stop-request';
import type { PartName } from './figures';
import { prepareGround, type Ground } from './ground';
import { describeMachine, loadNow } from './machine';
import { HELP, parseOptions, type BenchOptions, type Sizes } from './options';
import { measureHistory } from './parts/history';
import { measureHook } from './parts/hook';
import { measureLatency } from './parts/latency';
import { measureMatch } from './parts/match';
import { measureOutage } from './parts/outage';
import { measureSources } from './parts/sources';
import { measureThroughput } from './parts/throughput';
import { jsonLine, table } from './report';
import { mergeResults, type PartResult } from './results';
import { verifyItems } from './verify';

interface Part {
  readonly title: string;
  /** Beside the wallet. */
  readonly needs: readonly StandProcessName[];
  readonly measure: (ground: Ground, sizes: Sizes) => Promise<PartResult>;
}

const PARTS: Readonly<Record<PartName, Part>> = {
  throughput: { title: 'throughput of the pipeline', needs: [], measure: measureThroughput },
  history: { title: 'cost of a history', needs: [], measure: measureHistory },
  hook: { title: 'throughput through the hook', needs: ['api'], measure: measureHook },
  latency: { title: 'latency', needs: ['api'], measure: measureLatency },
  outage: { title: 'worker down, worker back', needs: ['api'], measure: measureOutage },
  match: { title: 'matching among a million', needs: [], measure: measureMatch },
  sources: { title: 'from the stream to the wallet', needs: ['sim', 'api'], measure: measureSources },
};

async function main(words: readonly string[]): Promise<boolean> {
  const options = parseOptions(words);
  if (options.help) {
    process.stdout.write(HELP);
    return true;
  }
  const stop = createStopRequest();
  try {
    return await run(options, createStderrProgress(), stop.signal);
  } finally {
    stop.dispose();
  }
}

/** False where an item was lost or credited twice. */
async function run(options: BenchOptions, progress: Progress, signal: AbortSignal): Promise<boolean> {
  const loadBefore = loadNow();
  const ground = await prepareGround({
    processes: [...new Set<StandProcessName>(['wallet', ...options.parts.flatMap((part) => PARTS[part].needs)])],
    concurrency: options.sizes.concurrency,
    env: processEnvironment(),
    progress,
    signal,
  });
  try {
    const measured: PartResult[] = [];
    for (const name of options.parts) {
      signal.throwIfAborted();
      measured.push(await progress.step(PARTS[name].title, () => PARTS[name].measure(ground, options.sizes)));
    }
    const { items, lost, doubled } = await verifyItems(ground);
    const results = mergeResults([...measured, { counts: { items, lost, doubled } }]);
    process.stdout.write(`${table(results, await describeMachine(ground, loadBefore))}\n`);
    if (options.json) process.stdout.write(`${jsonLine(results)}\n`);
    return lost === 0 && doubled === 0;
  } finally {
    await progress.step('stopping', ground.stop);
  }
}

main(process.argv.slice(2)).then(
  (sound) => process.exit(sound ? 0 : 1),
  (error: unknown) => {
    const words = error instanceof StandError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`bench: ${words}\n`);
    process.exit(1);
  },
);
