/** Histories as files: named after path, version and id, written whole or not at all. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { causeOf, CliError, usageError } from '../cli-error';
import { EXIT } from '../exit-codes';
import { historyToJson } from './history-json';
import type { LoadedHistory } from './load-histories';
import { unknownContents } from './private-check';

export interface SavedHistory {
  readonly workflowId: string;
  readonly runId: string | null;
  readonly file: string;
  /** False where the same run was saved before and has not changed since. */
  readonly written: boolean;
}

/** @throws CliError where the history holds what nobody has looked at, or the directory cannot be written */
export function saveHistory(loaded: LoadedHistory, directory: string, version: string): SavedHistory {
  const { workflowId, runId, history } = loaded;
  const strange = unknownContents(history);
  if (strange.length > 0)
    throw new CliError({
      code: 'private_contents',
      message: `the history of ${loaded.origin} holds ${strange.join(', ')}: it is not written, since it may be private`,
      hint: 'Histories hold ids and verdicts only; cli/histories/private-check.ts lists what is known to be harmless.',
      exitCode: EXIT.no,
    });
  // Grown since: another file, so that an archive never changes under its reader.
  const events = (history.events ?? []).length;
  const name = [loaded.path, `v${version}`, workflowId, runId?.slice(0, 8) ?? 'run', `${events}-events`];
  const file = path.join(directory, `${name.map(safe).join('.')}.json`);
  if (existsSync(file)) return { workflowId, runId, file, written: false };
  writeWhole(file, historyToJson(history));
  return { workflowId, runId, file, written: true };
}

export function writeWhole(file: string, content: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw usageError(`${file} cannot be written (${causeOf(error)})`, 'Choose another directory with --dir.');
  }
}

/** Ids are ours, and still no path may come of them. */
function safe(part: string): string {
  return part.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');
}
