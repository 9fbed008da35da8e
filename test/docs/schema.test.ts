import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { migrateUp } from '../../db/migrate';
import { reportSchema } from '../../db/report-schema';
import { createKnex } from '../../service/postgres';
import { projectRoot } from '../../stand/home';
import { migrateWallet } from '../../wallet/migrate';
import { withPostgres } from '../support/postgres';
import { readDoc } from './read-doc';

const FILE = 'docs/schema.md';

describe('docs/schema.md', () => {
  it('is what the migrations come to', async () => {
    const report = await withPostgres(async (url) => {
      const owner = createKnex({ url, applicationName: 'schema-report', poolSize: 2 });
      try {
        await migrateWallet(owner);
        await migrateUp(owner);
        return await reportSchema(owner, ['public', 'wallet']);
      } finally {
        await owner.destroy();
      }
    });
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path.join(projectRoot(), FILE), report);
    assert.equal(readDoc(FILE), report, `run UPDATE_DOCS=1 npm test -- test/docs/schema.test.ts`);
  });
});
