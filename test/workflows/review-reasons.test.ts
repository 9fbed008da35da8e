import assert from 'node:assert/strict';
import type { Inbound } from '../../intake/ports';
import { askAnyway } from '../support/closed-run';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { assertNothingPrivateLeaked } from '../support/privacy';
import { creditText, startHouse, type House } from '../support/house';

const MATCH_WAIT_MS = 30 * 60_000;

describe('what the machine does not decide', () => {
  const money = createMoneySource();
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse();
  });
  after(() => assertNothingPaidTwice(house));
  after(() => assertNothingPrivateLeaked(house));
  after(() => house.stop());

  const deposit = (amountMinor: number, given = {}) => house.wallet.deposit({ amount_minor: amountMinor, ...given });
  const decisionsOf = async (
    smsId: number,
  ): Promise<{ step: string; outcome: string; detail: Record<string, unknown> }[]> => {
    const sql = `SELECT step, outcome, detail FROM recon_decision WHERE sms_id = ? ORDER BY id`;
    const { rows } = await house.owner.raw<{
      rows: { step: string; outcome: string; detail: Record<string, unknown> }[];
    }>(sql, [smsId]);
    return rows;
  };
  const lastDecision = async (smsId: number) => (await decisionsOf(smsId)).at(-1);
  const goesToReview = async (given: Partial<Inbound>, reason: string): Promise<number> => {
    const { smsId } = await house.deliver(given);
    const row = await house.reaches(smsId, 'awaiting_review');
    assert.equal(row.reviewReason, reason);
    return smsId;
  };

  it('closes an SMS whose sender is not on the whitelist', async () => {
    const { smsId } = await house.deliver({ sender: 'STRANGEBANK', body: money().text() });
    await house.reaches(smsId, 'not_whitelisted');
    assert.equal((await lastDecision(smsId))?.outcome, 'not_listed');
  });

  const NOT_CREDITS = {
    otp: 'Rheinbank: Ihr Code ist 445566. 250,00 EUR an Shop. OTP 445566 is your one time password.',
    debit: 'Rheinbank: Lastschrift 49,90 EUR von Konto ...4711, Stadtwerke.',
    failed: 'Rheinbank: Your payment of EUR 50,00 has failed and was reversed.',
    marketing: 'Rheinbank: Get a personal loan offer up to EUR 5.000,00! Apply now.',
    request: 'Rheinbank: Eine Person has requested EUR 50,00 from you.',
  } as const;
  for (const [kind, body] of Object.entries(NOT_CREDITS)) {
    it(`closes an SMS that is no credit: ${kind}`, async () => {
      const { smsId } = await house.deliver({ body });
      await house.reaches(smsId, 'not_a_credit');
      assert.equal((await lastDecision(smsId))?.detail['kind'], kind);
    });
  }

  it('puts a text that no template reads before a person', async () => {
    const smsId = await goesToReview({ body: 'Rheinbank wünscht frohe Ostern' }, 'parse_failed');
    assert.equal((await lastDecision(smsId))?.detail['fault'], 'no_template');
  });

  it('puts an SMS whose wait is over before a person as unmatched', async () => {
    await goesToReview({ body: money().text(), receivedAt: new Date(Date.now() - MATCH_WAIT_MS - 1_000) }, 'unmatched');
  });

  it('waits out the end of MATCH_WAIT and then asks a person', async () => {
    const { smsId } = await house.deliver({
      body: money().text(),
      receivedAt: new Date(Date.now() - MATCH_WAIT_MS + 1_500),
    });
    const waiting = await house.reaches(smsId, 'waiting_for_deposit');
    assert.equal(waiting.waitUntil?.getTime(), waiting.receivedAt.getTime() + MATCH_WAIT_MS);
    assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'unmatched');
  });

  it('never takes a deposit from outside the time window', async () => {
    const about = money();
    const { order_id } = await deposit(about.amountMinor);
    await house.owner.raw(
      `UPDATE wallet.player_deposit SET created_at = now() - interval '25 hours' WHERE order_id = ?`,
      [order_id],
    );
    const { smsId } = await house.deliver({ body: about.text() });
    await house.reaches(smsId, 'waiting_for_deposit');
  });

  it('never chooses between two deposits', async () => {
    const about = money();
    const [one, two] = [await deposit(about.amountMinor), await deposit(about.amountMinor)];
    const smsId = await goesToReview({ body: about.text() }, 'ambiguous');
    const detail = (await lastDecision(smsId))?.detail ?? {};
    assert.deepEqual(detail['verdict'], { outcome: 'ambiguous', why: 'several_candidates' });
    const candidates = detail['candidates'] as {
      orderId: string;
      eligible: boolean;
      lines: { criterion: string; pass: boolean }[];
    }[];
    assert.deepEqual(candidates.map(({ orderId }) => orderId).sort(), [one.order_id, two.order_id].sort());
    for (const { eligible, lines } of candidates) {
      assert.equal(eligible, true);
      assert.deepEqual(
        lines.map(({ criterion }) => criterion),
        ['status', 'unclaimed', 'money', 'account', 'time', 'payer'],
      );
    }
  });

  it('tells deposits apart by the account that the SMS names', async () => {
    const about = money();
    await deposit(about.amountMinor, { account_tail: '9999' });
    const right = await deposit(about.amountMinor, { account_tail: '4711' });
    const { smsId } = await house.deliver({ body: about.text() });
    assert.equal((await house.reaches(smsId, 'approved')).orderId, right.order_id);
  });

  it('asks a person where the payer clearly differs', async () => {
    const about = money();
    await deposit(about.amountMinor, { payer_name: 'Wolfgang Amadeus Mozart' });
    const smsId = await goesToReview({ body: about.text({ payer: 'Ludwig Beethoven' }) }, 'ambiguous');
    assert.deepEqual((await lastDecision(smsId))?.detail['verdict'], { outcome: 'ambiguous', why: 'payer_differs' });
  });

  it('asks a person where another unmatched SMS fits the deposit equally', async () => {
    const about = money();
    const rival = await house.deliver({ body: about.text() });
    await house.reaches(rival.smsId, 'waiting_for_deposit');
    await deposit(about.amountMinor);
    const smsId = await goesToReview({ body: about.text() }, 'ambiguous');
    const detail = (await lastDecision(smsId))?.detail ?? {};
    assert.deepEqual(detail['verdict'], { outcome: 'ambiguous', why: 'rival_sms' });
    assert.deepEqual(detail['rival_sms_ids'], [rival.smsId]);
  });

  it('does not let a rival of another payer hold a match back', async () => {
    const about = money();
    const rival = await house.deliver({ body: about.text({ payer: 'Johann Bach' }) });
    await house.reaches(rival.smsId, 'waiting_for_deposit');
    await deposit(about.amountMinor, { payer_name: 'Clara Schumann' });
    const { smsId } = await house.deliver({ body: about.text({ payer: 'Clara Schumann' }) });
    await house.reaches(smsId, 'approved');
  });

  it('matches one bank reference once: the second SMS goes to a person', async () => {
    const reference = 'INV-ONE-REFERENCE';
    const [first, second] = [money(), money()];
    await deposit(first.amountMinor);
    await deposit(second.amountMinor);
    const paid = await house.deliver({ body: first.text({ reference }) });
    await house.reaches(paid.smsId, 'approved');
    const smsId = await goesToReview({ body: second.text({ reference }) }, 'duplicate_reference');
    assert.equal((await lastDecision(smsId))?.detail['same_reference_sms_id'], paid.smsId);
  });

  it('lets the database decide when SMS of one reference race for different deposits', async () => {
    const reference = 'INV-RACED-REFERENCE';
    const sent = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const about = money();
        await deposit(about.amountMinor);
        return house.deliver({ body: about.text({ reference }) });
      }),
    );
    const rows = await Promise.all(sent.map(({ smsId }) => house.reaches(smsId, 'approved', 'awaiting_review')));
    assert.equal(rows.filter(({ status }) => status === 'approved').length, 1);
    assert.ok(
      rows.every(({ status, reviewReason }) => status === 'approved' || reviewReason === 'duplicate_reference'),
    );
  });

  it('never pays a possible duplicate by itself, also after a retry', async () => {
    const about = money();
    const delivery = { body: about.text(), messageId: 'the-same-id' };
    const first = await house.deliver({ ...delivery, receivedAt: new Date(Date.now() - 900_000) });
    await house.reaches(first.smsId, 'waiting_for_deposit');
    assert.equal((await house.ask(first.smsId, 'abandon')).effect, 'applied');
    const smsId = await goesToReview(delivery, 'possible_duplicate');
    const { order_id } = await deposit(about.amountMinor);
    // The row waited for a person from the start: its run may only be starting.
    assert.deepEqual(await askAnyway(house, smsId, 'retry'), { effect: 'applied', status: 'received' });
    const proposed = await house.reaches(smsId, 'awaiting_review');
    assert.deepEqual([proposed.reviewReason, proposed.orderId], ['proposed', order_id]);
    assert.equal((await house.ask(smsId, 'approve', { orderId: order_id })).effect, 'applied');
    await house.reaches(smsId, 'approved');
  });

  it('does not believe a phone that says a time in the future', async () => {
    const about = money();
    await deposit(about.amountMinor);
    await goesToReview({ body: about.text(), receivedAt: new Date(Date.now() + 11 * 60_000) }, 'clock_suspect');
    const within = money();
    await deposit(within.amountMinor);
    const { smsId } = await house.deliver({ body: within.text(), receivedAt: new Date(Date.now() + 9 * 60_000) });
    await house.reaches(smsId, 'approved');
  });

  it('parks an SMS whose row breaks an invariant, tells why, and runs it again on a retry', async () => {
    const about = money();
    const { smsId } = await house.deliver({ body: about.text() });
    await house.reaches(smsId, 'waiting_for_deposit');
    await house.client.workflow.getHandle(`sms-${smsId}`).terminate('by the test');
    await house.owner.raw(
      `UPDATE shooter_sms SET status = 'received', step = 'match', amount_minor = NULL, currency = NULL WHERE id = ?`,
      [smsId],
    );
    const source = 'webhook';
    await house.starter.startAgain({ smsId, attempt: 1, startAt: 'resume', requestId: null }, source);
    assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'internal_error');
    assert.deepEqual((await lastDecision(smsId))?.detail, { fault: 'InvariantBroken' });
    const { order_id } = await deposit(about.amountMinor);
    assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');
    assert.equal((await house.reaches(smsId, 'approved')).orderId, order_id);
  });

  it('parks an SMS whose step keeps failing after a few tries, and goes on when the fault is mended', async () => {
    const about = money();
    const { order_id } = await deposit(about.amountMinor);
    await house.owner.raw(`ALTER TABLE recon_match ADD CONSTRAINT broken CHECK (amount_minor <> ${about.amountMinor})`);
    const smsId = await goesToReview({ body: about.text() }, 'internal_error');
    assert.deepEqual((await lastDecision(smsId))?.detail, { fault: 'InternalFault' });
    await house.owner.raw(`ALTER TABLE recon_match DROP CONSTRAINT broken`);
    assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');
    assert.equal((await house.reaches(smsId, 'approved')).orderId, order_id);
  });

  it('refuses amounts that do not fit instead of guessing', async () => {
    await goesToReview({ body: creditText('1.2345,678') }, 'parse_failed');
    await goesToReview({ body: creditText('0,00') }, 'parse_failed');
  });
});
