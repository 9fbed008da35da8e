/** `npm run reset-data`. */
import { createInterface } from 'node:readline/promises';
import { processEnvironment } from '../../service/config';
import { homeOf } from '../home';
import { StandError } from '../stand-error';
import { resetData } from './reset-data';

async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  const answer = await Promise.race([lines.question(question), ended]);
  lines.close();
  return answer;
}

const home = homeOf(processEnvironment());
const isTerminal = process.stdin.isTTY;
resetData({ home, words: process.argv.slice(2), isTerminal, ask }).then(
  (done) => process.stderr.write(`recon: ${done}\n`),
  (error: unknown) => {
    process.stderr.write(`recon: ${error instanceof StandError ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
