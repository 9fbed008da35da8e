import assert from 'node:assert/strict';
import { brandSignature } from '../../service/brand-signature';
import { workflowIdOf } from '../../domain/sms';
import { startHouse, type House } from '../support/house';
import { createMoneySource } from '../support/money';
import { assertNothingPrivateLeaked } from '../support/privacy';
import {
  approve,
  drop,
  errorCode,
  hang,
  json,
  reply,
  startStubWallet,
  type Behaviour,
  type StubWallet,
} from '../support/stub-wallet';
import { WALLET_SIGNING_KEY } from '../support/wallet';

const LADDER_MS = [50, 100, 200];
const CONFIG_FAULT_RETRY_MS = 150;
const RETRY_AFTER_CAP_MS = 1_500;
/** The quick try, one call a rung, and the last one after the ladder. */
const ALL_CALLS = 1 + LADDER_MS.length + 1;

const html = reply(200, '<html>Log in</html>', { 'content-type': 'text/html' });
const redirect = reply(302, '', { location: '/internal/wallet/elsewhere' });

/** No clear answer: asked again with the same key. */
const UNCLEAR: Record<string, Behaviour> = {
  'accepts and drops the connection': drop,
  hangs: hang,
  'answers 500': errorCode(500, 'internal'),
  'answers 503 with HTML': reply(503, '<html>Bad gateway</html>', { 'content-type': 'text/html' }),
  'answers 408': errorCode(408, 'timeout'),
  'answers 429': errorCode(429, 'slow_down'),
  'is still busy with the same request': errorCode(409, 'request_in_progress'),
  'answers malformed JSON': reply(200, '{"status":"appro', { 'content-type': 'application/json' }),
  'answers nothing at all': reply(200, ''),
  'answers 200 without the fields of an approval': json(200, { ok: true }),
  'approves another order': json(200, { status: 'approved', order_id: 'another', ledger_entry_id: '1' }),
  'refuses with malformed JSON': reply(409, '{"error":', { 'content-type': 'application/json' }),
  'answers more than anyone would read': (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(`{"status":"${'x'.repeat(200_000)}"}`),
  'stops in the middle of its answer': (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"status":', () => request.socket.destroy());
  },
};

/** A fault of configuration, not of the SMS: asked slowly until somebody mends it, and said loudly. */
const MISCONFIGURED: Record<string, Behaviour> = {
  'answers 401': errorCode(401, 'unauthorized'),
  'answers 403': errorCode(403, 'forbidden'),
  redirects: redirect,
  'answers HTML': html,
  'answers 404 with HTML': reply(404, '<html>Not found</html>', { 'content-type': 'text/html' }),
  'answers 404 with another code': errorCode(404, 'no_such_route'),
  'refuses 409 with an unknown code': errorCode(409, 'mystery'),
  'refuses 422 with a code of 409': errorCode(422, 'deposit_not_pending'),
  'answers 400': errorCode(400, 'bad_request'),
  'answers 201': json(201, { status: 'approved' }),
};

/** Business answers: for a person. */
const REFUSALS: readonly (readonly [number, string])[] = [
  [409, 'already_approved_by_other'],
  [409, 'deposit_not_pending'],
  [409, 'sms_already_used'],
  [409, 'idempotency_mismatch'],
  [422, 'amount_mismatch'],
  [422, 'currency_mismatch'],
  [422, 'brand_mismatch'],
  [404, 'unknown_deposit'],
];

describe('a wallet that', () => {
  const money = createMoneySource();
  let wallet: StubWallet;
  let house: House;
  before(async function () {
    this.timeout(120_000);
    wallet = await startStubWallet();
    house = await startHouse({
      walletUrl: wallet.url,
      env: {
        APPROVAL_LADDER: LADDER_MS.map((ms) => `${ms}ms`).join(','),
        WALLET_LOCAL_TIMEOUT: '250ms',
        WALLET_TIMEOUT: '400ms',
        WALLET_RETRY_AFTER_CAP: `${RETRY_AFTER_CAP_MS}ms`,
        WALLET_CONFIG_FAULT_RETRY: `${CONFIG_FAULT_RETRY_MS}ms`,
      },
    });
  });
  after(() => assertNothingPrivateLeaked(house));
  after(async () => {
    await house.stop();
    await wallet.stop();
  });

  /** An SMS and its deposit, and a wallet that answers as told. */
  const meet = async (...behaviours: Behaviour[]) => {
    const about = money();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: about.amountMinor });
    wallet.script(orderId, ...behaviours);
    const { smsId } = await house.deliver({ body: about.text() });
    return { smsId, orderId };
  };
  const handoffOf = async (smsId: number) => {
    const { rows } = await house.owner.raw<{ rows: { state: string; tries: number; refusal_code: string | null }[] }>(
      `SELECT state, tries, refusal_code FROM recon_handoff WHERE sms_id = ? ORDER BY match_id`,
      [smsId],
    );
    return rows;
  };
  const asksTheSameAlways = (orderId: string): void => {
    const calls = wallet.approvals(orderId);
    assert.equal(new Set(calls.map(({ key }) => key)).size, 1);
    assert.equal(new Set(calls.map(({ body }) => body)).size, 1);
    for (const { timestamp, signature, body } of calls) {
      const path = `/internal/wallet/deposits/${orderId}/approve`;
      const signed = { brandId: 'north', timestamp: Number(timestamp), method: 'POST', path, rawBody: body };
      assert.equal(signature, brandSignature(WALLET_SIGNING_KEY, signed));
    }
  };

  /** Every fault of a table at once, since each of them waits for its rung. */
  const meetAll = async (faults: Record<string, Behaviour>, times: number) => {
    const met = new Map<string, { smsId: number; orderId: string }>();
    for (const [what, behaviour] of Object.entries(faults))
      met.set(what, await meet(...Array.from({ length: times }, () => behaviour), approve));
    return (what: string) => met.get(what) ?? assert.fail(what);
  };

  describe('gives no clear answer', () => {
    let metBy: (what: string) => { smsId: number; orderId: string };
    before(async () => (metBy = await meetAll(UNCLEAR, 1)));

    for (const what of Object.keys(UNCLEAR)) {
      it(`and ${what} is asked again with the same key and the same bytes`, async () => {
        const { smsId, orderId } = metBy(what);
        await house.reaches(smsId, 'approved');
        const [call] = wallet.approvals(orderId);
        assert.equal(call?.key, `recon:${orderId}:${smsId}`);
        assert.equal(wallet.approvals(orderId).length, 2);
        asksTheSameAlways(orderId);
      });
    }
  });

  describe('refuses us rather than the SMS', () => {
    let metBy: (what: string) => { smsId: number; orderId: string };
    before(async () => (metBy = await meetAll(MISCONFIGURED, 2)));

    for (const what of Object.keys(MISCONFIGURED)) {
      it(`and ${what} is asked slowly, and said loudly`, async () => {
        const { smsId, orderId } = metBy(what);
        await house.reaches(smsId, 'approved');
        const calls = wallet.approvals(orderId);
        assert.equal(calls.length, 3);
        asksTheSameAlways(orderId);
        const [, second, third] = calls;
        assert.ok(second && third && third.atMs - second.atMs >= CONFIG_FAULT_RETRY_MS - 5);
        const said = house
          .log()
          .split('\n')
          .filter((line) => line.includes('the wallet refuses us'));
        assert.ok(said.some((line) => line.includes(`"smsId":${smsId},`)));
      });
    }

    it('is not followed to where it redirects', () => {
      assert.ok(wallet.calls.every(({ orderId }) => orderId !== ''));
    });

    it('raises an alarm', async () => {
      const { rows } = await house.owner.raw<{ rows: { payload: unknown }[] }>(
        `SELECT payload FROM recon_outbox WHERE topic = 'alarm'`,
      );
      assert.ok(rows.length > 0);
    });
  });

  it('refuses us for longer than the ladder never costs the SMS anything', async () => {
    const { smsId } = await meet(
      ...Array.from({ length: LADDER_MS.length + 2 }, () => errorCode(401, 'unauthorized')),
      approve,
    );
    await house.reaches(smsId, 'approved');
  });

  for (const [status, code] of REFUSALS) {
    it(`refuses with ${status} ${code} puts the SMS before a person`, async () => {
      const { smsId, orderId } = await meet(errorCode(status, code));
      const row = await house.reaches(smsId, 'awaiting_review');
      assert.deepEqual([row.reviewReason, row.orderId], ['wallet_rejected', orderId]);
      assert.deepEqual(await handoffOf(smsId), [{ state: 'refused', tries: 0, refusal_code: code }]);
      assert.equal(wallet.approvals(orderId).length, 1);
    });
  }

  it('refused lets a person let go of the deposit, ask again with the same key, or choose another', async () => {
    const refusal = errorCode(409, 'deposit_not_pending');
    const rejected = await meet(refusal);
    await house.reaches(rejected.smsId, 'awaiting_review');
    assert.deepEqual(await house.ask(rejected.smsId, 'reject'), { effect: 'applied', status: 'rejected' });
    assert.equal((await house.sms(rejected.smsId)).orderId, null);

    const retried = await meet(refusal, approve);
    await house.reaches(retried.smsId, 'awaiting_review');
    assert.equal((await house.ask(retried.smsId, 'retry')).effect, 'applied');
    await house.reaches(retried.smsId, 'approved');
    asksTheSameAlways(retried.orderId);

    const moved = await meet(refusal);
    const row = await house.reaches(moved.smsId, 'awaiting_review');
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: row.amountMinor });
    assert.equal((await house.ask(moved.smsId, 'approve', { orderId })).effect, 'applied');
    assert.equal((await house.reaches(moved.smsId, 'approved')).orderId, orderId);
  });

  it('forgets money that was never read when it refuses a forced approval', async () => {
    const { smsId } = await house.deliver({ body: 'Rheinbank: Gutschrift, siehe Beleg' });
    await house.reaches(smsId, 'awaiting_review');
    const about = money();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: about.amountMinor });
    wallet.script(orderId, errorCode(409, 'deposit_not_pending'));
    await house.ask(smsId, 'approve', { orderId });
    await house.ask(smsId, 'confirm', { reviewer: 'sven' });
    assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'wallet_rejected');
    // The machine must not match by a person's word: it takes neither this step nor another deposit.
    const rerun = await house.ask(smsId, 'rerun', { startAt: 'match' });
    assert.ok(rerun.effect === 'refused');
    assert.equal(rerun.code, 'step_not_reached');
    const other = await house.wallet.deposit({ amount_minor: about.amountMinor + 5_000_000 });
    assert.deepEqual(await house.ask(smsId, 'approve', { orderId: other.order_id, undoSeconds: 600 }), {
      effect: 'applied',
      status: 'decision_pending',
    });
    const pending = await house.sms(smsId);
    assert.deepEqual([pending.amountMinor, pending.matchKind], [about.amountMinor + 5_000_000, 'forced']);
    assert.equal((await house.ask(smsId, 'undo')).effect, 'applied');
    const row = await house.sms(smsId);
    assert.deepEqual([row.status, row.reviewReason, row.amountMinor], ['awaiting_review', 'parse_failed', null]);
  });

  it('asks for a pause gets it, and no more than the cap', async () => {
    const pause = (value: string) => json(429, { error: { code: 'slow_down' } }, { 'retry-after': value });
    const between = async (...behaviours: Behaviour[]): Promise<number> => {
      const { smsId, orderId } = await meet(...behaviours);
      await house.reaches(smsId, 'approved');
      const calls = wallet.approvals(orderId);
      assert.equal(calls.length, behaviours.length);
      assert.equal(new Set(calls.map(({ timestamp }) => timestamp)).size, calls.length, 'signed anew for each call');
      return (calls.at(-1)?.atMs ?? 0) - (calls.at(-2)?.atMs ?? 0);
    };
    const near = (waitedMs: number, wantedMs: number) =>
      assert.ok(waitedMs >= wantedMs - 30 && waitedMs < wantedMs + 4_000, `waited ${waitedMs} ms, not ${wantedMs}`);
    const [seconds, afterTheQuickTry, onTheLadder] = await Promise.all([
      between(pause('1'), approve),
      between(pause('3600'), approve),
      between(pause('1'), pause(new Date(Date.now() + 3_600_000).toUTCString()), approve),
    ]);
    near(seconds, 1_000);
    near(afterTheQuickTry, RETRY_AFTER_CAP_MS);
    near(onTheLadder, RETRY_AFTER_CAP_MS);
  });

  it('fails once costs at most nineteen events and nine state transitions', async () => {
    const { smsId } = await meet(errorCode(500, 'internal'), approve);
    await house.reaches(smsId, 'approved');
    const run = house.client.workflow.getHandle(workflowIdOf(smsId));
    await run.result();
    const described = await run.describe();
    assert.ok(described.historyLength <= 19, `${described.historyLength} events`);
    const transitions = Number(described.raw.workflowExecutionInfo?.stateTransitionCount);
    assert.ok(transitions <= 9, `${transitions} transitions`);
  });

  it('never answers is looked at, asked once more, and left to a person who may only ask again', async () => {
    const { smsId, orderId } = await meet(errorCode(500, 'internal'));
    const row = await house.reaches(smsId, 'awaiting_review');
    assert.deepEqual([row.reviewReason, row.orderId], ['wallet_unknown', orderId]);
    assert.equal(wallet.approvals(orderId).length, ALL_CALLS);
    const order = wallet.calls.filter((call) => call.orderId === orderId).map(({ method }) => method);
    assert.deepEqual(order.slice(-2), ['GET', 'POST']);
    for (const command of ['approve', 'reject', 'abandon', 'reset', 'undo', 'confirm'] as const) {
      const effect = await house.ask(smsId, command, command === 'approve' ? { orderId } : {});
      assert.ok(effect.effect === 'refused', command);
      assert.equal(effect.code, 'approval_in_flight');
    }
    assert.equal((await house.ask(smsId, 'note')).effect, 'applied');
    wallet.script(orderId, approve);
    assert.equal((await house.ask(smsId, 'retry')).effect, 'applied');
    await house.reaches(smsId, 'approved');
    asksTheSameAlways(orderId);
  });

  it('was asked before is asked again by a rerun with the same key, whatever it had said', async () => {
    const silent = await meet(errorCode(500, 'internal'));
    const refused = await meet(errorCode(409, 'deposit_not_pending'), approve);
    for (const { smsId, orderId } of [silent, refused]) {
      await house.reaches(smsId, 'awaiting_review');
      if (smsId === silent.smsId) {
        const whole = await house.ask(smsId, 'rerun', { startAt: 'whitelist' });
        assert.ok(whole.effect === 'refused');
        assert.equal(whole.code, 'approval_in_flight');
        wallet.script(orderId, approve);
      }
      assert.equal((await house.ask(smsId, 'rerun', { startAt: 'wallet' })).effect, 'applied');
      assert.equal((await house.reaches(smsId, 'approved')).attempt, 2);
      asksTheSameAlways(orderId);
    }
  });

  it('has paid already, as its deposit says, is believed after the ladder', async () => {
    const about = money();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: about.amountMinor });
    wallet.script(orderId, errorCode(500, 'internal'));
    const { smsId } = await house.deliver({ body: about.text() });
    wallet.scriptLookUp(
      orderId,
      json(200, { order_id: orderId, status: 'approved', approval: { sms_id: String(smsId), ledger_entry_id: '77' } }),
    );
    await house.reaches(smsId, 'approved');
    assert.equal(wallet.approvals(orderId).length, ALL_CALLS - 1);
  });

  it('has paid another SMS for the deposit is not believed', async () => {
    const about = money();
    const { order_id: orderId } = await house.wallet.deposit({ amount_minor: about.amountMinor });
    wallet.script(orderId, errorCode(500, 'internal'));
    wallet.scriptLookUp(
      orderId,
      json(200, { order_id: orderId, status: 'approved', approval: { sms_id: '1', ledger_entry_id: '77' } }),
    );
    const { smsId } = await house.deliver({ body: about.text() });
    assert.equal((await house.reaches(smsId, 'awaiting_review')).reviewReason, 'wallet_unknown');
  });

  it('is down for many is spared the quick tries, and used again when it is back', async function () {
    this.timeout(60_000);
    const quickTried = async (smsId: number): Promise<boolean> => {
      const run = house.client.workflow.getHandle(workflowIdOf(smsId));
      await run.result();
      const { events } = await run.fetchHistory();
      return events?.every((event) => !event.activityTaskScheduledEventAttributes) === true;
    };
    // Ten calls in a row without an answer open the circuit breaker.
    for (let sms = 0; sms < 2; sms += 1)
      await house.reaches((await meet(errorCode(500, 'internal'))).smsId, 'awaiting_review');
    const spared = await meet(approve);
    await house.reaches(spared.smsId, 'approved');
    assert.equal(wallet.approvals(spared.orderId).length, 1);
    assert.equal(await quickTried(spared.smsId), false);
    const limit = Date.now() + 30_000;
    for (let back = false; !back;) {
      assert.ok(Date.now() < limit, 'the quick tries never came back');
      const { smsId } = await meet(approve);
      await house.reaches(smsId, 'approved');
      back = await quickTried(smsId);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  });
});
