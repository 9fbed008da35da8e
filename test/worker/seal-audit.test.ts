import assert from 'node:assert/strict';
import { migrateUp } from '../../db/migrate';
import type { Db } from '../../db/query';
import { createKnex } from '../../service/postgres';
import { AUDIT_CONTENT, sealAudit, sealOf } from '../../worker/loops/seal-audit';
import { loginAs, startTestPostgres, type TestPostgres } from '../support/postgres';
import { migratedDatabase } from '../support/wallet';

describe('the seal over human actions', () => {
  let postgres: TestPostgres;
  let owner: Db;
  let app: Db;
  before(async function () {
    this.timeout(60_000);
    postgres = await startTestPostgres();
    const url = await migratedDatabase(postgres);
    owner = createKnex({ url, applicationName: 'owner', poolSize: 2 });
    await migrateUp(owner);
    app = createKnex({ url: await loginAs(url, 'recon_app'), applicationName: 'app', poolSize: 6 });
  });
  after(async () => {
    await app.destroy();
    await owner.destroy();
    await postgres.stop();
  });

  const act = (actor: string, byPerson = true, ageSeconds = 60) =>
    owner.raw(
      `INSERT INTO recon_audit (actor, by_person, action, reason, before, after, at)
       VALUES (?, ?, 'sms.reject', 'because', '{"status":"awaiting_review"}', '{"status":"rejected"}', now() - ? * interval '1 second')`,
      [actor, byPerson, ageSeconds],
    );
  /** The first seal that does not hold: its place in the chain; null where all hold. */
  const broken = async (): Promise<number | null> => {
    const { rows } = await owner.raw<{
      rows: { seq: number; previous_hash: string; hash: string; content: string | null }[];
    }>(
      `SELECT s.seq, s.previous_hash, s.hash, ${AUDIT_CONTENT} AS content
       FROM recon_audit_seal s LEFT JOIN recon_audit a ON a.id = s.audit_id ORDER BY s.seq`,
    );
    let previous = '0'.repeat(64);
    for (const [index, row] of rows.entries()) {
      const holds =
        row.seq === index + 1 && row.previous_hash === previous && row.hash === sealOf(previous, row.content ?? '');
      if (!holds) return row.seq;
      previous = row.hash;
    }
    return null;
  };
  const sealed = async (): Promise<number> => {
    const { rows } = await owner.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM recon_audit_seal`);
    return rows[0]?.n ?? 0;
  };

  it('chains what people did, and leaves what is too young or the machine’s alone', async () => {
    for (const actor of ['rita', 'sven', 'olga']) await act(actor);
    await act('machine', false);
    await act('late', true, 0);
    assert.equal(await sealAudit(app), 3);
    assert.equal(await sealAudit(app), 0);
    assert.equal(await broken(), null);
  });

  it('is one chain when copies of the loop seal at once', async () => {
    for (let n = 0; n < 30; n += 1) await act(`person-${n}`);
    const before = await sealed();
    await Promise.all(Array.from({ length: 5 }, () => sealAudit(app)));
    while ((await sealAudit(app)) > 0);
    assert.equal(await sealed(), before + 30);
    assert.equal(await broken(), null);
  });

  it('breaks where an entry was changed afterwards', async () => {
    const undo = { actor: 'sven', after: '{"status":"rejected"}', at: null };
    for (const [column, value] of Object.entries({
      actor: "'somebody else'",
      after: `'{"status":"approved"}'`,
      at: `now()`,
    })) {
      const { rows } = await owner.raw<{ rows: { seq: number; id: number; was: unknown }[] }>(
        `SELECT s.seq, a.id, a.${column}::text AS was FROM recon_audit_seal s JOIN recon_audit a ON a.id = s.audit_id WHERE s.seq = 2`,
      );
      const [target] = rows;
      assert.ok(target && column in undo);
      await owner.raw(`UPDATE recon_audit SET ${column} = ${value} WHERE id = ${target.id}`);
      assert.equal(await broken(), 2, column);
      await owner.raw(
        `UPDATE recon_audit SET ${column} = ?::${column === 'after' ? 'jsonb' : column === 'at' ? 'timestamptz' : 'text'} WHERE id = ?`,
        [String(target.was), target.id],
      );
      assert.equal(await broken(), null);
    }
  });

  it('breaks where an entry was removed, even by the owner of the database', async () => {
    await owner.transaction(async (trx) => {
      await trx.raw(`ALTER TABLE recon_audit_seal DROP CONSTRAINT recon_audit_seal_audit_id_fkey`);
      await trx.raw(`DELETE FROM recon_audit WHERE id = (SELECT audit_id FROM recon_audit_seal WHERE seq = 3)`);
    });
    assert.equal(await broken(), 3);
  });
});
