/** `npm run histories`: makes the saved histories of this version anew. */
import path from 'node:path';
import { inspect } from 'node:util';
import { quietCore } from '../../cli/histories/quiet-core';
import { projectRoot } from '../../stand/home';
import { saveHistories } from './save-histories';

const directory = path.join(projectRoot(), 'test', 'replay', 'histories');

// What the paths do to the worker on purpose is no news.
quietCore()
  .then(() => saveHistories({ directory, say: (line) => void process.stderr.write(`${line}\n`) }))
  .then(
    (count) => {
      process.stdout.write(`${count} histories saved in ${path.relative(process.cwd(), directory)}\n`);
      // The parts that tests share end with the process.
      process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`${inspect(error)}\n`);
      process.exit(1);
    },
  );
