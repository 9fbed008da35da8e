/** Workflow histories from where they are: the server, by id or by query, or files. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { awayError, causeOf, CliError, usageError } from '../cli-error';
import { EXIT } from '../exit-codes';
import { jsonOf } from '../recon-api';
import { historyFromJson, type History } from './history-json';

export interface LoadedHistory {
  readonly workflowId: string;
  readonly runId: string | null;
  /** What it came to, as a word for file names: `approved`, `awaiting_review-ambiguous`, `terminated`. */
  readonly path: string;
  /** Where it came from, for people: the run, or the file. */
  readonly origin: string;
  readonly history: History;
}

/** One run: the newest, or the one that is named. @throws CliError */
export async function loadRun(client: Client, workflowId: string, runId?: string): Promise<LoadedHistory> {
  return asCliError(async () => {
    const handle = client.workflow.getHandle(workflowId, runId);
    const described = await handle.describe();
    const history = await client.workflow.getHandle(workflowId, described.runId).fetchHistory();
    return loaded(described, history);
  });
}

/** Runs that a visibility query names, newest first. @throws CliError */
export async function* loadByQuery(client: Client, query: string, limit: number): AsyncGenerator<LoadedHistory> {
  const runs = client.workflow.list({ query })[Symbol.asyncIterator]();
  for (let count = 0; count < limit; count += 1) {
    const next = await asCliError(() => runs.next());
    if (next.done === true) return;
    const run = next.value;
    yield await asCliError(async () =>
      loaded(run, await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory()),
    );
  }
}

interface Described {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: { readonly name: string };
  /** By name; what the server indexes beside the run. */
  readonly searchAttributes?: Readonly<Record<string, unknown>>;
}

function loaded({ workflowId, runId, status, searchAttributes = {} }: Described, history: History): LoadedHistory {
  const word = (name: string) => [searchAttributes[name]].flat().find((value) => typeof value === 'string');
  const standing = [word('ReconStatus'), word('ReconReviewReason')].filter(Boolean).join('-');
  const isUsual = status.name === 'RUNNING' || status.name === 'COMPLETED';
  const name = isUsual ? standing || status.name.toLowerCase() : status.name.toLowerCase();
  return { workflowId, runId, path: name, origin: `${workflowId} (run ${runId})`, history };
}

/** Files, and the `.json` files of directories. @throws CliError naming the file that is none */
export function loadFiles(names: readonly string[]): LoadedHistory[] {
  return names.flatMap(filesAt).flatMap((file) => readHistoryFile(file));
}

function filesAt(name: string): string[] {
  try {
    if (!statSync(name).isDirectory()) return [name];
    return readdirSync(name)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => path.join(name, file));
  } catch (error) {
    throw usageError(`${name} cannot be read (${causeOf(error)})`);
  }
}

/** As `temporal workflow show -o json`, the UI's download and `recon histories save` write them. */
function readHistoryFile(file: string): LoadedHistory[] {
  const json = jsonOf(readFileSync(file, 'utf8'));
  const histories =
    Array.isArray(json) && !looksLikeEvent(json[0]) ? json : [Array.isArray(json) ? { events: json } : json];
  return histories.map((one: unknown) => {
    const history = decoded(file, one);
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    const workflowId = started?.workflowId ?? '';
    return {
      workflowId: workflowId === '' ? path.basename(file, '.json') : workflowId,
      runId: started?.originalExecutionRunId ?? null,
      path: path.basename(file, '.json'),
      origin: file,
      history,
    };
  });
}

function decoded(file: string, json: unknown): History {
  const history = historyFromJson(json);
  if ((history?.events ?? []).length > 0 && history !== undefined) return history;
  throw usageError(
    `${file} holds no workflow history`,
    'It is JSON with "events", as "recon histories save" or the download of the Temporal UI writes it.',
  );
}

function looksLikeEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'eventId' in value;
}

const GRPC_INVALID_ARGUMENT = 3;
const GRPC_NOT_FOUND = 5;
const GRPC_UNAUTHENTICATED = 16;

/** Temporal's faults in words that say what to do. */
export async function asCliError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toCliError(error);
  }
}

function toCliError(error: unknown): unknown {
  if (error instanceof CliError) return error;
  if (error instanceof WorkflowNotFoundError)
    return new CliError({
      code: 'unknown_workflow',
      message: `there is no workflow ${error.workflowId} on the server`,
      hint: 'Its retention may be over: "recon histories save" archives runs before that; --file replays an archive.',
      exitCode: EXIT.no,
    });
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!(cause instanceof Error) || !isGrpcServiceError(cause)) return error;
  const code: number = cause.code;
  if (code === GRPC_INVALID_ARGUMENT) return usageError(`Temporal refuses the request: ${cause.details}`);
  if (code === GRPC_NOT_FOUND || code === GRPC_UNAUTHENTICATED)
    return usageError(
      `Temporal says: ${cause.details}`,
      'Check TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_*.',
    );
  return awayError(
    `Temporal does not answer (gRPC code ${code})`,
    'Start it ("npm start"), or set TEMPORAL_ADDRESS to where it runs.',
  );
}
