import assert from 'node:assert/strict';
import { workflowIdOf, type Step } from '../../domain/sms';
import { askAnyway, askByLoop } from '../support/closed-run';
import { SENDER, startHouse, type House } from '../support/house';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { assertNothingPrivateLeaked } from '../support/privacy';

describe('starting an SMS again', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse();
  });
  after(() => assertNothingPaidTwice(house));
  after(() => assertNothingPrivateLeaked(house));
  after(() => house.stop());

  const anHourAgo = () => new Date(Date.now() - 3_600_000);
  const deposit = async (amountMinor: number, given = {}) =>
    (await house.wallet.deposit({ amount_minor: amountMinor, ...given })).order_id;
  /** As if it had been made when the SMS came: a deposit that is made too late after it is no candidate. */
  const depositBackThen = async (amountMinor: number, given = {}) => {
    const orderId = await deposit(amountMinor, given);
    const sql = `UPDATE wallet.player_deposit SET created_at = created_at - interval '1 hour' WHERE order_id = ?`;
    await house.owner.raw(sql, [orderId]);
    return orderId;
  };
  const inReview = async (body: string, given = {}) => {
    const { smsId } = await house.deliver({ body, receivedAt: anHourAgo(), ...given });
    await house.reaches(smsId, 'awaiting_review');
    return smsId;
  };
  const refusesToStartAt = async (smsId: number, ...steps: Step[]) => {
    const { status } = await house.sms(smsId);
    for (const startAt of steps) {
      const effect = await askAnyway(house, smsId, 'rerun', { startAt });
      assert.ok(effect.effect === 'refused', `${startAt} was run`);
      assert.equal(effect.code, 'step_not_reached');
      assert.match(effect.message, /: rerun it from (whitelist|parse|match)$/);
    }
    assert.equal((await house.sms(smsId)).status, status);
  };
  const rerun = async (smsId: number, startAt: Step) => {
    const effect = await askAnyway(house, smsId, 'rerun', { startAt, remark: 'by an engineer' });
    assert.equal(effect.effect, 'applied', JSON.stringify(effect));
  };

  it('resets from every closed status back to the whitelist, one attempt on', async () => {
    const closings = {
      not_whitelisted: async () => (await house.deliver({ sender: 'NOBODY', body: money().text() })).smsId,
      not_a_credit: async () =>
        (await house.deliver({ body: 'Rheinbank: Lastschrift 49,90 EUR von Konto ...4711' })).smsId,
      rejected: async () => {
        const smsId = await inReview(money().text());
        await house.ask(smsId, 'reject');
        return smsId;
      },
      abandoned: async () => {
        const smsId = await inReview(money().text());
        await house.ask(smsId, 'abandon');
        return smsId;
      },
    } as const;
    for (const status of ['not_whitelisted', 'not_a_credit', 'rejected', 'abandoned'] as const) {
      const smsId = await closings[status]();
      await house.reaches(smsId, status);
      // The row is closed before its run is: a start meanwhile finds the old run, and would wait for a sweeper.
      await house.client.workflow.getHandle(workflowIdOf(smsId)).result();
      const effect = await askByLoop(house, smsId, 'reset', { remark: 'once more' });
      assert.deepEqual(effect, { effect: 'applied', status: 'received' });
      const row = await house.reaches(
        smsId,
        status === 'not_whitelisted' || status === 'not_a_credit' ? status : 'awaiting_review',
      );
      assert.equal(row.attempt, 2);
    }
  });

  it('never resets what is approved: approve, reset, approve is one credit', async () => {
    const about = money();
    const smsId = await inReview(about.text());
    const orderId = await deposit(about.amountMinor);
    assert.equal((await house.ask(smsId, 'approve', { orderId })).effect, 'applied');
    await house.reaches(smsId, 'approved');
    for (const command of ['reset', 'rerun', 'approve', 'reject'] as const) {
      const effect = await askAnyway(
        house,
        smsId,
        command,
        command === 'approve' ? { orderId } : { startAt: 'wallet' },
      );
      assert.ok(effect.effect === 'refused');
      assert.equal(effect.code, 'already_approved');
    }
    const later = money();
    const undone = await inReview(later.text());
    const order = await deposit(later.amountMinor);
    assert.equal((await house.ask(undone, 'approve', { orderId: order, undoSeconds: 600 })).effect, 'applied');
    assert.equal((await house.ask(undone, 'reset')).effect, 'applied');
    await house.reaches(undone, 'awaiting_review');
    assert.equal((await house.ask(undone, 'approve', { orderId: order })).effect, 'applied');
    await house.reaches(undone, 'approved');
  });

  it('lets go of the match, so that the deposit is free for another', async () => {
    const about = money();
    const smsId = await inReview(about.text());
    const orderId = await deposit(about.amountMinor);
    await house.ask(smsId, 'approve', { orderId, undoSeconds: 600 });
    await house.ask(smsId, 'reset');
    const second = await inReview(about.text());
    assert.equal((await house.ask(second, 'approve', { orderId })).effect, 'applied');
    await house.reaches(second, 'approved');
    const { rows } = await house.owner.raw<{ rows: { release_reason: string | null }[] }>(
      `SELECT release_reason FROM recon_match WHERE order_id = ? ORDER BY id`,
      [orderId],
    );
    assert.deepEqual(rows, [{ release_reason: 'reset by rita' }, { release_reason: null }]);
  });

  it('races a reset against a verdict: one counts, the other is told', async () => {
    for (let round = 0; round < 10; round += 1) {
      const about = money();
      const smsId = await inReview(about.text());
      const orderId = await deposit(about.amountMinor);
      const [approved, reset] = await Promise.all([
        askAnyway(house, smsId, 'approve', { orderId, reviewer: 'rita' }),
        askAnyway(house, smsId, 'reset', { reviewer: 'sven' }),
      ]);
      const row = await house.reaches(smsId, 'approved', 'awaiting_review');
      // The reset may take the approval back as long as the wallet was not asked; then both had their effect in turn.
      if (row.status === 'approved') assert.deepEqual([approved.effect, reset.effect], ['applied', 'refused']);
      else assert.deepEqual([reset.effect, row.attempt, row.orderId], ['applied', 2, null]);
    }
  });

  it('runs again from a step only where the steps before it have left their results', async () => {
    const unlisted = (await house.deliver({ sender: 'LATERBANK', body: money().text() })).smsId;
    await house.reaches(unlisted, 'not_whitelisted');
    await refusesToStartAt(unlisted, 'parse', 'match', 'wallet');
    const unread = await inReview('Rheinbank: nothing that a template reads');
    await refusesToStartAt(unread, 'match', 'wallet');
    const unmatched = await inReview(money().text());
    await refusesToStartAt(unmatched, 'wallet');
  });

  it('runs from the whitelist once the phone is listed', async () => {
    const about = money();
    const { smsId } = await house.deliver({ sender: 'NEWBANK', body: about.text() });
    await house.reaches(smsId, 'not_whitelisted');
    await house.owner.raw(
      `INSERT INTO shooter_phone (sender, sender_normal, created_by) VALUES ('NEWBANK', 'NEWBANK', 'test')`,
    );
    await rerun(smsId, 'whitelist');
    // No template is for this sender: the whitelist was passed, parsing was not.
    assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'parse_failed');
    await house.owner.raw(`UPDATE shooter_sms SET sender_normal = ? WHERE id = ?`, [SENDER, smsId]);
    await rerun(smsId, 'parse');
    const row = await house.reaches(smsId, 'waiting_for_deposit');
    assert.deepEqual([row.attempt, row.amountMinor], [3, about.amountMinor]);
  });

  it('runs from the match with what was parsed, and proposes only after a person’s no', async () => {
    const about = money();
    const smsId = await inReview(about.text());
    const orderId = await depositBackThen(about.amountMinor);
    await rerun(smsId, 'match');
    assert.equal((await house.reaches(smsId, 'approved')).orderId, orderId);

    const later = money();
    const rejected = await inReview(later.text());
    await house.ask(rejected, 'reject');
    await depositBackThen(later.amountMinor);
    await rerun(rejected, 'match');
    assert.equal((await house.reaches(rejected, 'awaiting_review')).reviewReason, 'proposed');
  });

  it('is in the audit with who and why, each time', async () => {
    const smsId = await inReview(money().text());
    await house.ask(smsId, 'rerun', { startAt: 'parse', reviewer: 'emil', remark: 'new template' });
    await house.reaches(smsId, 'awaiting_review');
    await house.ask(smsId, 'reset', { reviewer: 'emil', remark: 'once more' });
    await house.reaches(smsId, 'awaiting_review');
    const { rows } = await house.owner.raw<{ rows: unknown[] }>(
      `SELECT actor, by_person, action, reason, before ->> 'attempt' AS before, after ->> 'attempt' AS after
       FROM recon_audit WHERE sms_id = ? ORDER BY id`,
      [smsId],
    );
    assert.deepEqual(rows, [
      { actor: 'emil', by_person: true, action: 'sms.rerun', reason: 'new template', before: '1', after: '2' },
      { actor: 'emil', by_person: true, action: 'sms.reset', reason: 'once more', before: '2', after: '3' },
    ]);
  });

  describe('by a retry, from where it stopped and in the same attempt', () => {
    const retry = async (smsId: number) => assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');

    it('parse_failed is parsed again', async () => {
      const smsId = await inReview('Rheinbank: still unreadable');
      await retry(smsId);
      const row = await house.reaches(smsId, 'awaiting_review');
      assert.deepEqual([row.reviewReason, row.attempt, row.checkStatus], ['parse_failed', 1, 'retried']);
    });

    it('unmatched finds a deposit that has come', async () => {
      const about = money();
      const smsId = await inReview(about.text());
      await depositBackThen(about.amountMinor);
      await retry(smsId);
      await house.reaches(smsId, 'approved');
    });

    it('ambiguous is decided once one deposit is left', async () => {
      const about = money();
      const [gone, kept] = [await deposit(about.amountMinor), await deposit(about.amountMinor)];
      const { smsId } = await house.deliver({ body: about.text() });
      await house.reaches(smsId, 'awaiting_review');
      await retry(smsId);
      assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'ambiguous');
      await house.owner.raw(`UPDATE wallet.player_deposit SET status = 'cancelled' WHERE order_id = ?`, [gone]);
      await retry(smsId);
      assert.equal((await house.reaches(smsId, 'approved')).orderId, kept);
    });

    it('cross_brand is put before a person again', async () => {
      const about = money();
      const smsId = await inReview(about.text());
      await house.owner.raw(`UPDATE shooter_sms SET brand_id = 'south', brand_origin = 'backfill' WHERE id = ?`, [
        smsId,
      ]);
      await depositBackThen(about.amountMinor, { brand_id: 'north' });
      for (let times = 0; times < 2; times += 1) {
        await retry(smsId);
        const row = await house.reaches(smsId, 'awaiting_review');
        assert.deepEqual([row.reviewReason, row.brandId], ['cross_brand', 'south']);
      }
    });

    it('duplicate_reference is free once the other SMS gave up its match', async () => {
      const reference = 'INV-FREED-LATER';
      const [first, second] = [money(), money()];
      const holder = await inReview(first.text({ reference }));
      await house.ask(holder, 'approve', { orderId: await deposit(first.amountMinor), undoSeconds: 600 });
      const orderId = await deposit(second.amountMinor);
      const { smsId } = await house.deliver({ body: second.text({ reference }) });
      assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'duplicate_reference');
      await house.ask(holder, 'undo');
      await retry(smsId);
      assert.equal((await house.reaches(smsId, 'approved')).orderId, orderId);
    });

    it('clock_suspect stays so until the time is near', async () => {
      const about = money();
      await deposit(about.amountMinor);
      const { smsId } = await house.deliver({ body: about.text(), receivedAt: new Date(Date.now() + 3_600_000) });
      await house.reaches(smsId, 'awaiting_review');
      await retry(smsId);
      assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'clock_suspect');
    });
  });
});
