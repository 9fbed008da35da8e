import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { applyRequest } from '../../db/transitions/apply-request';
import { findReview } from '../../db/reviews';
import { workflowIdOf } from '../../domain/sms';
import { depositAvailableSignal, resetSignal, reviewSignal } from '../../workflows/messages';
import { askAnyway, askByLoop, redeliver } from '../support/closed-run';
import { startHouse, type House } from '../support/house';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource, type TestMoney } from '../support/money';
import { assertNothingPrivateLeaked } from '../support/privacy';
import { inBatches } from '../support/in-batches';
import { until } from '../support/until';

describe('what people ask for', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse();
  });
  after(() => assertNothingPaidTwice(house));
  after(() => assertNothingPrivateLeaked(house));
  after(() => house.stop());

  const deposit = async (about: TestMoney) =>
    (await house.wallet.deposit({ amount_minor: about.amountMinor })).order_id;
  const inReview = async (about = money()): Promise<{ about: TestMoney; smsId: number }> => {
    const { smsId } = await house.deliver({ body: about.text(), receivedAt: new Date(Date.now() - 3_600_000) });
    await house.reaches(smsId, 'awaiting_review');
    return { about, smsId };
  };
  const auditOf = async (smsId: number) => {
    const { rows } = await house.owner.raw<{ rows: { action: string; reason: string | null; actor: string }[] }>(
      `SELECT action, reason, actor FROM recon_audit WHERE sms_id = ? ORDER BY id`,
      [smsId],
    );
    return rows;
  };
  const runOf = (smsId: number) => house.client.workflow.getHandle(workflowIdOf(smsId));

  it('let one of two reviewers win and tell the other what happened, fifty times', async () => {
    await inBatches(50, 10, async (round) => {
      const { about, smsId } = await inReview();
      const orderId = await deposit(about);
      const second = round % 2 === 0 ? 'approve' : 'reject';
      const effects = await Promise.all([
        askAnyway(house, smsId, 'approve', { orderId, reviewer: 'rita' }),
        askAnyway(house, smsId, second, { ...(second === 'approve' ? { orderId } : {}), reviewer: 'sven' }),
      ]);
      const [won, lost] = effects[0].effect === 'applied' ? effects : [...effects].reverse();
      assert.equal(won?.effect, 'applied');
      assert.ok(lost?.effect === 'refused');
      const winner = effects[0].effect === 'applied' ? 'rita' : 'sven';
      assert.ok(
        ['already_approved', 'already_closed', 'not_allowed_in_status', 'approval_in_flight'].includes(lost.code),
        lost.code,
      );
      if (lost.code === 'already_approved' || lost.code === 'already_closed')
        assert.match(lost.message, new RegExp(`^(approved|rejected) by ${winner} at \\d{4}-`));
      const row = await house.reaches(smsId, 'approved', 'rejected');
      assert.equal(row.checkedBy, winner);
    });
  });

  it('let reviewer and machine meet: one of them decides, and the deposit is paid once', async () => {
    await inBatches(30, 10, async (round) => {
      const about = money();
      const { smsId } = await house.deliver({ body: about.text() });
      await house.reaches(smsId, 'waiting_for_deposit');
      const orderId = await deposit(about);
      const [effect] = await Promise.all([
        askAnyway(house, smsId, round % 2 === 0 ? 'approve' : 'reject', round % 2 === 0 ? { orderId } : {}),
        runOf(smsId)
          .signal(depositAvailableSignal, { attempt: 1, orderId })
          .catch(() => undefined),
      ]);
      const row = await house.reaches(smsId, 'approved', 'rejected');
      if (effect.effect === 'applied') assert.equal(row.checkedBy, 'rita');
      else assert.deepEqual([row.status, row.matchKind, row.checkedBy], ['approved', 'auto', null]);
    });
  });

  it('have one effect where the same id comes many times, at once and later', async () => {
    const { about, smsId } = await inReview();
    const orderId = await deposit(about);
    const message = await house.record(smsId, 'approve', { orderId });
    const effects = await Promise.all(Array.from({ length: 10 }, () => house.tell(message).catch(() => undefined)));
    const first = (await findReview(house.db, message.reviewId))?.effect;
    assert.deepEqual(first, { effect: 'applied', status: 'matched' });
    assert.ok(effects.every((effect) => effect === undefined || effect.effect === 'applied'));
    await house.reaches(smsId, 'approved');
    const again = await applyRequest(house.db, message, new Map());
    assert.deepEqual(again.answer, first);
    assert.deepEqual(
      (await auditOf(smsId)).map(({ action }) => action),
      ['sms.approve'],
    );
  });

  it('drop and audit what was asked of an older attempt', async () => {
    const { about, smsId } = await inReview();
    const orderId = await deposit(about);
    const old = await house.record(smsId, 'approve', { orderId });
    assert.equal((await house.ask(smsId, 'reset')).effect, 'applied');
    await house.reaches(smsId, 'awaiting_review');
    const effect = await house.tell(old);
    assert.ok(effect.effect === 'refused');
    assert.equal(effect.code, 'stale_attempt');
    const row = await house.sms(smsId);
    assert.deepEqual([row.status, row.attempt, row.orderId], ['awaiting_review', 2, null]);
    assert.ok(
      (await auditOf(smsId)).some(
        ({ action, reason }) => action === 'sms.approve.refused' && reason === 'stale_attempt',
      ),
    );
    // Words for the right attempt in a message for the old one are no better.
    const fresh = await house.record(smsId, 'approve', { orderId });
    const bent = await house.tell({ ...fresh, attempt: 1 });
    assert.ok(bent.effect === 'refused');
    assert.equal(bent.code, 'stale_attempt');
  });

  it('count only as they were recorded: signals sent by hand do nothing, and are audited', async () => {
    const { about, smsId } = await inReview();
    const orderId = await deposit(about);
    const run = runOf(smsId);
    await run.signal(reviewSignal, { reviewId: 'invented', attempt: 1, verdict: 'approve', orderId });
    await run.signal(resetSignal, { requestId: 'invented-too', attempt: 1 });
    const note = await house.record(smsId, 'note', { remark: 'only a note' });
    await run.signal(reviewSignal, { reviewId: note.reviewId, attempt: 1, verdict: 'approve', orderId });
    const other = await inReview();
    const others = await house.record(other.smsId, 'approve', { orderId });
    await run.signal(reviewSignal, { reviewId: others.reviewId, attempt: 1, verdict: 'approve', orderId });
    // Whoever has the UI can send anything at all.
    await run.signal('reviewSignal', { nonsense: true });
    await run.signal('resetSignal');
    await run.signal('depositAvailableSignal', 'x');
    await run.signal('deviceTrustedSignal');
    await until(async () => (await auditOf(smsId)).filter(({ action }) => action === 'message.dropped').length === 4);
    assert.deepEqual([...new Set((await auditOf(smsId)).map(({ reason }) => reason))], ['unknown_review']);
    const row = await house.sms(smsId);
    assert.deepEqual([row.status, row.reviewReason, row.attempt], ['awaiting_review', 'unmatched', 1]);
    assert.equal((await house.ask(smsId, 'approve', { orderId })).effect, 'applied');
    await house.reaches(smsId, 'approved');
  });

  it('are refused at once by the run where their shape is wrong', async () => {
    const { smsId } = await inReview();
    const message = { reviewId: 'x', attempt: 1, verdict: 'approve', orderId: null };
    await assert.rejects(runOf(smsId).executeUpdate('reviewUpdate', { args: [{ ...message, reviewId: '' }] }));
    await assert.rejects(runOf(smsId).executeUpdate('reviewUpdate', { args: [{ ...message, verdict: 'pay' }] }));
    await assert.rejects(runOf(smsId).executeUpdate('resetUpdate', { args: [{ requestId: 'x', attempt: 'one' }] }));
  });

  it('are answered from the rows where the run is closed', async () => {
    const about = money();
    const orderId = await deposit(about);
    const { smsId } = await house.deliver({ body: about.text() });
    await house.reaches(smsId, 'approved');
    await runOf(smsId).result();
    const message = await house.record(smsId, 'reject');
    await assert.rejects(house.tell(message), WorkflowNotFoundError);
    await redeliver(house);
    const effect = (await findReview(house.db, message.reviewId))?.effect;
    assert.ok(effect?.effect === 'refused');
    assert.equal(effect.code, 'already_approved');
    assert.match(effect.message, /^approved by the machine at \d{4}-/);
    assert.equal((await house.sms(smsId)).orderId, orderId);
  });

  it('are kept while no worker is up, and take effect when one is back', async () => {
    const { about, smsId } = await inReview();
    const orderId = await deposit(about);
    await house.stopWorker();
    const message = await house.record(smsId, 'approve', { orderId });
    await redeliver(house);
    assert.equal((await findReview(house.db, message.reviewId))?.effect, null);
    await house.startWorker();
    await redeliver(house);
    await house.reaches(smsId, 'approved');
    assert.deepEqual((await findReview(house.db, message.reviewId))?.effect, { effect: 'applied', status: 'matched' });
  });

  it('are refused, and the review stays open, where the order is not right', async () => {
    const { about, smsId } = await inReview();
    const refused = async (orderId: string | undefined, code: string) => {
      const effect = await house.ask(smsId, 'approve', orderId === undefined ? {} : { orderId });
      assert.ok(effect.effect === 'refused');
      assert.equal(effect.code, code);
      assert.equal((await house.sms(smsId)).status, 'awaiting_review');
      return effect.message;
    };
    await refused(undefined, 'order_required');
    await refused('no-such-order', 'unknown_order');
    await refused(
      (await house.wallet.deposit({ amount_minor: about.amountMinor + 1_000_000 })).order_id,
      'order_mismatch',
    );
    const dollars = await house.wallet.deposit({ amount_minor: about.amountMinor, currency: 'USD' });
    await refused(dollars.order_id, 'order_mismatch');
    const cancelled = await deposit(about);
    await house.owner.raw(`UPDATE wallet.player_deposit SET status = 'cancelled' WHERE order_id = ?`, [cancelled]);
    await refused(cancelled, 'order_not_pending');
    const claimed = await deposit(about);
    const holder = await inReview(about);
    assert.equal((await house.ask(holder.smsId, 'approve', { orderId: claimed, undoSeconds: 600 })).effect, 'applied');
    assert.match(await refused(claimed, 'order_claimed'), new RegExp(`SMS ${holder.smsId}$`));
    assert.equal((await house.ask(holder.smsId, 'undo')).effect, 'applied');
    assert.equal((await house.ask(smsId, 'approve', { orderId: claimed })).effect, 'applied');
    await house.reaches(smsId, 'approved');
  });

  it('give one deposit to one of twenty SMS that are approved for it at once', async () => {
    const about = money();
    const reviews = await Promise.all(Array.from({ length: 20 }, () => inReview(about)));
    const orderId = await deposit(about);
    const effects = await Promise.all(reviews.map(({ smsId }) => house.ask(smsId, 'approve', { orderId })));
    assert.equal(effects.filter(({ effect }) => effect === 'applied').length, 1);
    assert.ok(effects.every((effect) => effect.effect === 'applied' || effect.code === 'order_claimed'));
  });

  it('leave notes in every status', async () => {
    const { smsId } = await inReview();
    assert.deepEqual(await house.ask(smsId, 'note', { remark: 'called the bank' }), {
      effect: 'applied',
      status: 'awaiting_review',
    });
    assert.equal((await house.ask(smsId, 'abandon')).effect, 'applied');
    assert.deepEqual(await askByLoop(house, smsId, 'note'), { effect: 'applied', status: 'abandoned' });
  });

  it('do not take an id for two decisions', async () => {
    const { smsId } = await inReview();
    const reviewId = randomUUID();
    assert.equal((await house.ask(smsId, 'note', { reviewId })).effect, 'applied');
    await house.record(smsId, 'reject', { reviewId });
    const effect = await house.tell({ smsId, reviewId, attempt: 1, verdict: 'reject', orderId: null });
    assert.ok(effect.effect === 'refused');
    assert.equal(effect.code, 'unknown_review');
  });
});
