import assert from 'node:assert/strict';
import { workflowIdOf } from '../../domain/sms';
import { sweepOnce } from '../../intake/sweeper';
import { createLogger } from '../../service/logger';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { startHouse, type House } from '../support/house';

describe('the sweeper', () => {
  const money = createMoneySource();
  const logger = createLogger('test', 'silent');
  let house: House;
  before(async function () {
    this.timeout(120_000);
    // The deposit watcher wakes resumed runs; the loop's own sweeps are out of the way.
    house = await startHouse({ loops: true, env: { SWEEP_INTERVAL: '1h' } });
  });
  after(() => assertNothingPaidTwice(house));
  after(() => house.stop());

  const sweep = (given: { graceMs?: number; recheckMs?: number } = {}) =>
    sweepOnce({ db: house.db, starter: house.starter, logger, graceMs: 0, recheckMs: 0, ...given });
  const runOf = (smsId: number) => house.client.workflow.getHandle(workflowIdOf(smsId));
  const waiting = async () => {
    const about = money();
    const { smsId } = await house.deliver({ body: about.text() });
    await house.reaches(smsId, 'waiting_for_deposit');
    return { about, smsId };
  };
  const auditOf = async (smsId: number): Promise<string[]> => {
    const { rows } = await house.owner.raw<{ rows: { action: string }[] }>(
      `SELECT action FROM recon_audit WHERE sms_id = ? ORDER BY id`,
      [smsId],
    );
    return rows.map(({ action }) => action);
  };
  const endsApproved = async (smsId: number, amountMinor: number) => {
    await sweep();
    await house.wallet.deposit({ amount_minor: amountMinor });
    await house.reaches(smsId, 'approved');
    assert.deepEqual(await auditOf(smsId), ['run.started_again']);
  };

  it('leaves a row alone whose run is running', async () => {
    const { smsId } = await waiting();
    const { runId } = await runOf(smsId).describe();
    assert.equal(await sweep(), 0);
    assert.equal((await runOf(smsId).describe()).runId, runId);
    assert.deepEqual(await auditOf(smsId), []);
    assert.deepEqual(await house.ask(smsId, 'abandon'), { effect: 'applied', status: 'abandoned' });
  });

  it('starts a terminated run again, and it finishes', async () => {
    const { about, smsId } = await waiting();
    await runOf(smsId).terminate('by the test');
    await endsApproved(smsId, about.amountMinor);
  });

  it('starts a cancelled run again, and it finishes', async () => {
    const { about, smsId } = await waiting();
    await runOf(smsId).cancel();
    await assert.rejects(runOf(smsId).result());
    assert.equal((await house.sms(smsId)).status, 'waiting_for_deposit');
    await endsApproved(smsId, about.amountMinor);
  });

  it('resumes an open row of a restored database whose run had ended', async () => {
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const { smsId } = await house.deliver({ body: about.text() });
    await house.reaches(smsId, 'approved');
    await runOf(smsId).result();
    // As a backup from before the wallet's answer has it: the handoff was begun, and the wallet has paid meanwhile.
    await house.owner.raw(`UPDATE recon_handoff SET state = 'started', ledger_entry_id = NULL WHERE sms_id = ?`, [
      smsId,
    ]);
    await house.owner.raw(`UPDATE shooter_sms SET status = 'approving' WHERE id = ?`, [smsId]);
    await sweep();
    await house.reaches(smsId, 'approved');
    assert.deepEqual(await auditOf(smsId), ['run.started_again']);
  });

  it('starts a row that never ran, once its grace is over, and says nothing of it', async () => {
    const about = money();
    const { smsId } = await house.deliver({ body: about.text(), deviceId: null });
    await house.reaches(smsId, 'waiting_for_deposit');
    const { rows } = await house.owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_sms (source, source_account, sender, sender_normal, body, received_at, line, fingerprint, status)
       SELECT source, source_account, sender, sender_normal, ?, received_at, line, ?, 'received' FROM shooter_sms WHERE id = ?
       RETURNING id`,
      [money().text(), 'another', smsId],
    );
    const neverRan = rows[0]?.id ?? 0;
    await sweep({ graceMs: 60_000, recheckMs: 60_000 });
    assert.equal((await house.sms(neverRan)).runStartedAt, null);
    await sweep();
    await house.reaches(neverRan, 'waiting_for_deposit');
    assert.deepEqual(await auditOf(neverRan), []);
  });

  it('shares the rows among copies: each is started by one of them', async () => {
    const rows = await Promise.all(Array.from({ length: 12 }, () => waiting()));
    await Promise.all(rows.map(({ smsId }) => runOf(smsId).terminate()));
    const started = await Promise.all(Array.from({ length: 4 }, () => sweep({ recheckMs: 0 })));
    assert.ok(started.reduce((sum, n) => sum + n, 0) >= 12);
    for (const { smsId } of rows) {
      assert.equal((await runOf(smsId).describe()).status.name, 'RUNNING');
      assert.deepEqual(await auditOf(smsId), ['run.started_again']);
    }
  });
});
