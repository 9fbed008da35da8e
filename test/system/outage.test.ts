import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMoneySource } from '../support/money';
import { hookSms, startTown, type HookSms, type Town, type TownPart } from '../support/town';
import { until } from '../support/until';

const SMS_PER_SECOND = 20;
const SECONDS = 4;
const COUNT = SMS_PER_SECOND * SECONDS;
/** Of them that no template reads: they wait for a person, and leave an event in the outbox. */
const UNREADABLE = 4;
const OUTAGE_BEGINS_MS = 1_000;
const OUTAGE_MS = 2_500;
const RECOVERY_LIMIT_MS = 45_000;

describe('a part that is away under load', function () {
  this.timeout(120_000);
  let town: Town;
  const money = createMoneySource();
  let expected = { approved: 0, review: 0 };
  before(async () => {
    town = await startTown({
      WORKFLOW_TASK_TIMEOUT: '1s',
      STICKY_QUEUE_TIMEOUT: '1s',
      SWEEP_INTERVAL: '500ms',
      SWEEP_GRACE: '1s',
      SWEEP_RECHECK: '5s',
      APPROVAL_LADDER: '200ms,500ms,1s,1s,2s,2s,5s,5s,5s',
    });
  });
  after(() => town.stop());

  /** Deposits first, then SMS at a steady rate while the part goes and comes back; gives their ids. */
  async function streamWhile(outage: () => Promise<void>): Promise<number[]> {
    const payments = Array.from({ length: COUNT }, () => money());
    for (const { amountMinor } of payments) await town.deposit(amountMinor);
    const unreadable = Array.from({ length: UNREADABLE }, (_, n) => hookSms(`Ein Text ohne Betrag, Nummer ${n}`));
    const outbound = [...unreadable, ...payments.map((payment) => hookSms(payment.text()))];
    const under = outage();
    const deliveries = outbound.map(async (sms, n) => {
      await sleep((n * 1_000) / SMS_PER_SECOND);
      return deliver(town, sms);
    });
    const smsIds = await Promise.all(deliveries);
    await under;
    expected = { approved: expected.approved + COUNT, review: expected.review + UNREADABLE };
    return smsIds;
  }

  async function everythingIsDecided(smsIds: readonly number[]): Promise<void> {
    assert.equal(new Set(smsIds).size, COUNT + UNREADABLE, 'every SMS has a row of its own');
    await until(async () => {
      const { rows } = await town.owner.raw<{ rows: { open: number }[] }>(
        `SELECT count(*) AS open FROM shooter_sms WHERE status NOT IN ('approved', 'awaiting_review')`,
      );
      return rows[0]?.open === 0;
    }, RECOVERY_LIMIT_MS);
    const audit = await town.audit();
    assert.deepEqual(audit.findings, []);
    const { received, approved, review, lost } = audit.conservation;
    const wanted = { ...expected, received: expected.approved + expected.review, lost: 0, credits: expected.approved };
    assert.deepEqual({ approved, review, received, lost, credits: audit.creditCount }, wanted);
    assert.deepEqual(town.deaths, [], 'api, worker and wallet lived on');
    await until(async () => (await town.request('worker', 'GET', '/health')).status === 200, RECOVERY_LIMIT_MS);
  }

  function away(part: TownPart): () => Promise<void> {
    return async () => {
      await sleep(OUTAGE_BEGINS_MS);
      await town.parts[part].stop();
      await sleep(OUTAGE_MS);
      await town.parts[part].start();
    };
  }

  for (const [part, name] of [
    ['temporal', 'Temporal'],
    ['postgres', 'PostgreSQL'],
    ['wallet', 'the wallet'],
  ] as const)
    it(`${name}: nothing is lost, nothing is paid twice, and the processes find back by themselves`, async () => {
      await everythingIsDecided(await streamWhile(away(part)));
    });

  it('Redis: money moves on without it, and what was to be announced is announced afterwards', async () => {
    await everythingIsDecided(await streamWhile(away('redis')));
    await until(async () => {
      const { rows } = await town.owner.raw<{ rows: { unsent: number }[] }>(
        `SELECT count(*) AS unsent FROM recon_outbox WHERE sent_at IS NULL`,
      );
      return rows[0]?.unsent === 0;
    }, RECOVERY_LIMIT_MS);
  });
});

const RETRY_AFTER_MS = 250;

/** As a phone app does: again and again, the same SMS, until it is acknowledged. */
async function deliver(town: Town, sms: HookSms): Promise<number> {
  for (const deadline = Date.now() + RECOVERY_LIMIT_MS; ;) {
    const reply = await town.postSms(sms).catch(() => undefined);
    if (reply?.status === 200) return Number(reply.json['id']);
    const refused = reply !== undefined && reply.status < 500;
    if (refused || Date.now() > deadline) throw new Error(`not delivered: ${reply?.text ?? 'no answer'}`);
    await sleep(RETRY_AFTER_MS);
  }
}
