/** Writes `docs/generated/openapi.json`: run from the root of the project after a route has changed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderOpenApi } from './render';

const file = path.resolve('docs', 'generated', 'openapi.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, renderOpenApi());
process.stderr.write(`${file} was written\n`);
