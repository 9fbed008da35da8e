/** `npm run histories`: makes the saved histories of this version anew. */
import path from 'node:path';
import { inspect } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { projectRoot } from '../../stand/home';
import { saveHistories } from './save-histories';

// What the paths do to the worker on purpose is no news.
const filter = { core: 'ERROR', other: 'ERROR' } as const;
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });

const directory = path.join(projectRoot(), 'test', 'replay', 'histories');

saveHistories({ directory, say: (line) => void process.stderr.write(`${line}\n`) }).then(
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
