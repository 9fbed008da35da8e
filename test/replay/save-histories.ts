/** Walks every path on real parts and saves the histories that come of it. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { historyToJson } from '../../cli/histories/history-json';
import { unknownContents } from '../../cli/histories/private-check';
import { writeWhole } from '../../cli/histories/save-history';
import { STATUS_RULES, workflowIdOf } from '../../domain/sms';
import { until } from '../support/until';
import type { Path } from './path';
import { fileNameOf, HISTORIES_VERSION, PATHS } from './paths';
import { startScene, type Scene } from './scene';
import { scrubHistory } from './scrub';

/** Walked at once: more only makes each slower. */
const AT_ONCE = 6;

export interface SaveOptions {
  readonly directory: string;
  readonly say: (line: string) => void;
}

/** Gives how many files were written. Files of earlier versions stay. */
export async function saveHistories({ directory, say }: SaveOptions): Promise<number> {
  const scene = await startScene();
  try {
    const files = new Map<string, string>();
    const left = [...PATHS];
    const walker = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        for (const [name, content] of await walkPath(scene, next)) files.set(name, content);
        say(`  ${next.name}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, walker));
    removeVersion(directory);
    for (const [name, content] of files) writeWhole(path.join(directory, name), content);
    return files.size;
  } finally {
    await scene.stop();
  }
}

async function walkPath(
  scene: Scene,
  { name, ends, runs = 1, walk }: Path,
): Promise<[file: string, content: string][]> {
  try {
    const smsId = await walk(scene);
    await scene.rests(smsId, ends.status, ends.reason);
    return await historiesOf(scene, smsId, name, STATUS_RULES[ends.status].runOpen ? 'open' : 'closed', runs);
  } catch (error) {
    throw new Error(`the path ${name} was not walked`, { cause: error });
  }
}

async function historiesOf(
  scene: Scene,
  smsId: number,
  name: string,
  last: 'open' | 'closed',
  wanted: number,
): Promise<[file: string, content: string][]> {
  const { workflow } = scene.house.client;
  const workflowId = workflowIdOf(smsId);
  if (last === 'closed') await workflow.getHandle(workflowId).result();
  const runs = async () => {
    const found = [];
    for await (const run of workflow.list({ query: `WorkflowId = '${workflowId}'` })) found.push(run);
    return found.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  };
  // The list of runs is eventually consistent.
  await until(async () => (await runs()).length >= wanted);
  const found = await runs();
  if (found.length !== wanted) throw new Error(`${name} took ${found.length} runs, not ${wanted}`);
  const histories = found.map(async ({ runId }, index): Promise<[string, string]> => {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    const strange = unknownContents(history);
    if (strange.length > 0) throw new Error(`the history holds ${strange.join(', ')}`);
    return [fileNameOf(name, index + 1), scrubHistory(historyToJson(history))];
  });
  return Promise.all(histories);
}

/** A path that is gone leaves no file behind. */
function removeVersion(directory: string): void {
  for (const file of readdirSync(directory))
    if (file.endsWith(`.v${HISTORIES_VERSION}.json`)) rmSync(path.join(directory, file));
}
