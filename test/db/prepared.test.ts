import assert from 'node:assert/strict';
import { prepared, queryOne, queryRows, type Db } from '../../db/query';
import { depositLockKey, depositLockKeySql } from '../../service/lock-keys';
import { createKnex } from '../../service/postgres';
import { startTestPostgres, type TestPostgres } from '../support/postgres';

describe('a prepared statement', () => {
  let postgres: TestPostgres;
  let db: Db;
  before(async () => {
    postgres = await startTestPostgres();
    db = createKnex({ url: await postgres.createDatabase(), applicationName: 'test', poolSize: 1 });
  });
  after(async () => {
    await db.destroy();
    await postgres.stop();
  });

  it('takes its bindings where they stand, and leaves casts and texts with colons alone', async () => {
    const statement = prepared('shapes', `SELECT 'a:b:' || :word::text AS said, :count + 1 AS more, :word AS again`);
    assert.deepEqual(statement.names, ['word', 'count', 'word']);
    const row = await queryOne(db, statement, { word: 'c?', count: 1 });
    assert.deepEqual({ ...row }, { said: 'a:b:c?', more: 2, again: 'c?' });
  });

  it('is parsed once by a connection, in a transaction or out of one', async () => {
    const statement = prepared('kept', 'SELECT :value::int AS value');
    await queryRows(db, statement, { value: 1 });
    await db.transaction((trx) => queryRows(trx, statement, { value: 2 }));
    const kept = await queryRows(db, `SELECT name FROM pg_prepared_statements WHERE name = 'kept'`);
    assert.equal(kept.length, 1);
  });

  it('names the binding that it was not given, and nothing of the others', async () => {
    const statement = prepared('lacking', 'SELECT :one::text, :two::text');
    await assert.rejects(queryRows(db, statement, { one: 'private' }), {
      message: 'the statement lacking was not given its binding two',
    });
  });
});

describe('the lock of a deposit', () => {
  it('has the same key whether the service or PostgreSQL puts it together', async () => {
    const postgres = await startTestPostgres();
    const db = createKnex({ url: await postgres.createDatabase(), applicationName: 'test', poolSize: 1 });
    try {
      const { key } = await queryOne<{ key: string }>(
        db,
        `SELECT ${depositLockKeySql('d.currency', 'd.amount_minor')} AS key
         FROM (SELECT 'EUR'::text AS currency, 9007199254740991::bigint AS amount_minor) d`,
      );
      assert.equal(key, depositLockKey('EUR', Number.MAX_SAFE_INTEGER));
    } finally {
      await db.destroy();
      await postgres.stop();
    }
  });
});
