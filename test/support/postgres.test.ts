import assert from 'node:assert/strict';
import { asOwner, startTestPostgres, withPostgres } from './postgres';

describe('PostgreSQL for tests', function () {
  this.timeout(60_000);

  it('gives everyone a database of his own, also as a copy of another', async () => {
    const postgres = await startTestPostgres();
    const first = await postgres.createDatabase();
    await asOwner(first, 'CREATE TABLE marker AS SELECT 7 AS n');
    const copy = await postgres.createDatabase(first);
    assert.deepEqual(await asOwner(copy, 'SELECT n FROM marker'), [{ n: 7 }]);
    const empty = await postgres.createDatabase();
    await assert.rejects(asOwner(empty, 'SELECT n FROM marker'), /does not exist/);
    await postgres.stop();
    await assert.rejects(asOwner(first, 'SELECT 1'), /does not exist/);
  });

  it('drops the database even when its user fails', async () => {
    let used = '';
    const failing = withPostgres((url) => {
      used = url;
      return Promise.reject(new Error('on purpose'));
    });
    await assert.rejects(failing, /on purpose/);
    await assert.rejects(asOwner(used, 'SELECT 1'), /does not exist/);
  });
});
