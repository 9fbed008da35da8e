/** Does today's code do what a history says was done? The same, or where it parts. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';
import type { LoadedHistory } from './load-histories';
import { partingOf, type Parting } from './where-it-parts';

export interface ReplayVerdict {
  readonly workflowId: string;
  readonly runId: string | null;
  readonly origin: string;
  /** `untouched`: no worker has completed a task of it yet, so there is nothing to hold the code to. */
  readonly outcome: 'same' | 'parts' | 'untouched';
  readonly parting: Parting | null;
}

/** The bundle of this build, which the workers run. */
export const BUNDLE_FILE = path.resolve(__dirname, '../../workflow-bundle.js');

type Bundle = { readonly codePath: string } | { readonly code: string };
type About = Pick<ReplayVerdict, 'workflowId' | 'runId' | 'origin'>;

/** One verdict for each history, as it is reached. */
export async function* replayAll(
  histories: AsyncIterable<LoadedHistory> | Iterable<LoadedHistory>,
  bundle: Bundle = { codePath: BUNDLE_FILE },
): AsyncGenerator<ReplayVerdict> {
  if ('codePath' in bundle && !existsSync(bundle.codePath)) throw notBuilt(bundle.codePath);
  // Loaded late: every other command starts faster without the worker's native part.
  const { Worker } = await import('@temporalio/worker');
  const untouched: About[] = [];
  const underWay: LoadedHistory[] = [];

  async function* feed(): AsyncGenerator<HistoryAndWorkflowId> {
    for await (const loaded of histories) {
      const { workflowId, history } = loaded;
      const isTouched = (history.events ?? []).some((event) => event.workflowTaskCompletedEventAttributes != null);
      if (!isTouched) untouched.push(loaded);
      else {
        underWay.push(loaded);
        yield { workflowId, history };
      }
    }
  }

  // The worker takes the next history when it has judged the one before.
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: bundle }, feed())) {
    yield* untouched.splice(0).map(untouchedVerdict);
    for (const { workflowId, runId, origin, history } of underWay.splice(0, 1)) {
      const parting = error === undefined ? null : partingOf(error.message, history);
      yield { workflowId, runId, origin, outcome: parting === null ? 'same' : 'parts', parting };
    }
  }
  yield* untouched.map(untouchedVerdict);
}

function untouchedVerdict({ workflowId, runId, origin }: About): ReplayVerdict {
  return { workflowId, runId, origin, outcome: 'untouched', parting: null };
}

function notBuilt(file: string): CliError {
  return new CliError({
    code: 'not_built',
    message: `the workflows of this build are not bundled (${path.basename(file)} is missing)`,
    hint: 'Run "npm run build" first.',
    exitCode: EXIT.usage,
  });
}
