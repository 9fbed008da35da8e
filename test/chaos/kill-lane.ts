/**
 * One lane of kills: a house of its own, and one worker at a time. Each kill delivers a few SMS at once, lets the worker die
 * at its boundary, starts the next worker, sends again what was not acknowledged (as a phone would), and waits for the money.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditMoney, type MoneyAudit } from '../../cli/audit/audit-money';
import { createWalletBooks } from '../../cli/audit/wallet-books';
import type { Inbound } from '../../intake/ports';
import { SENDER, startHouse, type House } from '../support/house';
import { createMoneySource } from '../support/money';
import { WALLET_SIGNING_KEY, WALLET_TOKENS } from '../support/wallet';
import type { Boundary } from './boundaries';
import { startVictim, type Victim } from './victim';

export interface KillResult {
  readonly boundary: Boundary;
  /** SMS that were sent. */
  readonly sent: number;
  readonly approved: number;
  /** From the death of the worker until the last SMS was approved, the start of the next worker included. */
  readonly recoveredMs: number;
  /** Sent, and neither approved nor on its way any more within the limit. */
  readonly lost: number;
  /** Deposits credited more than once, and deliveries that became two SMS. */
  readonly doubled: number;
  /** Where those stand that are not approved, for whoever looks for the cause. */
  readonly leftAt: readonly string[];
}

export interface Lane {
  /** Kills once at the boundary. @throws where the worker never came by it. */
  kill(boundary: Boundary, random: () => number): Promise<KillResult>;
  audit(): Promise<MoneyAudit>;
  stop(): Promise<void>;
}

/** SMS of one kill: some are before, some behind the one that passes when the worker dies. */
const SMS_AT_ONCE = 3;
/** Far beyond what either takes: a busy machine must not look like a loss. */
const REACH_LIMIT_MS = 60_000;
const RECOVERY_LIMIT_MS = 90_000;
const RETRY_MS = 500;

/**
 * Recovery is bounded by these two of Temporal, and by the sweeper where a run was never started. Shorter yet, and a worker
 * on a busy machine would lose tasks that it is still working on.
 */
const QUICK = {
  WORKFLOW_TASK_TIMEOUT: '2s',
  STICKY_QUEUE_TIMEOUT: '1s',
  SWEEP_INTERVAL: '200ms',
  SWEEP_GRACE: '500ms',
  SWEEP_RECHECK: '5s',
};

export async function startLane(): Promise<Lane> {
  const house = await startHouse({ worker: false, env: QUICK });
  const env = environmentOf(house);
  const money = createMoneySource();
  let current = startVictim(env);
  let spare = startVictim(env);
  await current.go();

  async function next(): Promise<void> {
    current = spare;
    spare = startVictim(env);
    await current.go();
  }

  return {
    async kill(boundary, random) {
      const sent = await Promise.all(
        Array.from({ length: SMS_AT_ONCE }, async () => {
          const payment = money();
          const { order_id: orderId } = await house.wallet.deposit({ amount_minor: payment.amountMinor });
          return { orderId, inbound: inboundOf(payment.text()) };
        }),
      );
      const victim = current;
      const pass = 1 + Math.floor(random() * SMS_AT_ONCE);
      victim.dieAt(boundary, pass, Math.floor(random() * 4));
      const [answers] = await Promise.all([
        Promise.all(sent.map(({ inbound }) => victim.deliver(inbound))),
        waitForDeath(victim, boundary),
      ]);
      const diedAt = performance.now();
      await next();
      const smsIds: number[] = [];
      for (const [n, { inbound }] of sent.entries()) smsIds.push(answers[n] ?? (await redeliver(current, inbound)));
      const approved = await waitForApproval(house, smsIds);
      const recoveredMs = Math.round(performance.now() - diedAt);
      const doubled = await countDoubles(
        house,
        sent.map(({ orderId }) => orderId),
        sent.map(({ inbound }) => inbound.messageId ?? ''),
      );
      return {
        boundary,
        sent: sent.length,
        approved,
        recoveredMs,
        lost: sent.length - approved,
        doubled,
        leftAt: await standingsOf(house, smsIds),
      };
    },
    audit: () =>
      auditMoney({
        // The owner may read the wallet's ledger itself.
        recon: house.owner,
        wallet: createWalletBooks({ baseUrl: house.wallet.url, caller: 'recon', token: reconToken() }),
      }),
    async stop() {
      await current.end();
      await spare.end();
      await house.stop();
    },
  };
}

function reconToken(): string {
  return WALLET_TOKENS.byCaller.get('recon')?.[0] ?? '';
}

function environmentOf({ config, databaseUrl }: House): Record<string, string> {
  return {
    ...QUICK,
    DATABASE_URL: databaseUrl,
    REDIS_URL: config.REDIS_URL ?? '',
    TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS ?? '',
    TEMPORAL_NAMESPACE: config.TEMPORAL_NAMESPACE,
    TEMPORAL_TASK_QUEUE: config.TEMPORAL_TASK_QUEUE,
    WALLET_SERVICE_URL: config.WALLET_SERVICE_URL,
    BRAND_SIGNING_KEY: WALLET_SIGNING_KEY,
    INTERNAL_SERVICE_TOKEN_RECON: reconToken(),
    MULTI_BRAND_ENFORCEMENT: 'enforce',
    APPROVAL_LADDER: '50ms,100ms,200ms',
    LOG_LEVEL: 'silent',
  };
}

function inboundOf(body: string): Inbound {
  return {
    source: 'webhook',
    sourceAccount: 'chaos-line',
    deviceId: null,
    messageId: randomUUID(),
    sender: SENDER,
    body,
    receivedAt: new Date(),
  };
}

async function waitForDeath(victim: Victim, boundary: Boundary): Promise<void> {
  const overdue = new AbortController();
  const limit = sleep(REACH_LIMIT_MS, 'overdue', { signal: overdue.signal }).catch(() => 'overdue');
  const end = await Promise.race([victim.ended, limit]);
  overdue.abort();
  if (end !== 'SIGKILL') throw new Error(`the worker was to die at ${boundary}: ${end ?? 'it ended by itself'}`);
}

/** As a phone does: again and again, until it is told that the SMS is safe. */
async function redeliver(to: Victim, inbound: Inbound): Promise<number> {
  const until = performance.now() + RECOVERY_LIMIT_MS;
  while (performance.now() < until) {
    const smsId = await to.deliver(inbound);
    if (smsId !== undefined) return smsId;
    await sleep(RETRY_MS);
  }
  throw new Error(`the next worker did not take the SMS in within ${RECOVERY_LIMIT_MS / 1000} s`);
}

/** How many of them are approved once all are, or the limit is over. */
async function waitForApproval(house: House, smsIds: readonly number[]): Promise<number> {
  const deadline = performance.now() + RECOVERY_LIMIT_MS;
  for (;;) {
    const { rows } = await house.owner.raw<{ rows: { count: number }[] }>(
      `SELECT count(*) AS count FROM shooter_sms WHERE id = ANY(?) AND status = 'approved'`,
      [[...smsIds]],
    );
    const approved = rows[0]?.count ?? 0;
    if (approved === new Set(smsIds).size || performance.now() > deadline) return approved;
    await sleep(10);
  }
}

async function standingsOf(house: House, smsIds: readonly number[]): Promise<string[]> {
  const { rows } = await house.owner.raw<{ rows: { standing: string }[] }>(
    `SELECT concat_ws(' ', status, step, review_reason) AS standing FROM shooter_sms
     WHERE id = ANY(?) AND status <> 'approved' ORDER BY id`,
    [[...smsIds]],
  );
  return rows.map(({ standing }) => standing);
}

async function countDoubles(house: House, orderIds: readonly string[], messageIds: readonly string[]): Promise<number> {
  const { rows } = await house.owner.raw<{ rows: { doubled: number }[] }>(
    `SELECT (SELECT count(*) FROM (
         SELECT FROM wallet.ledger_entry WHERE side = 'credit' AND order_id = ANY(:orderIds)
         GROUP BY order_id HAVING count(*) > 1) AS twice)
       + (SELECT count(*) FROM (
         SELECT FROM shooter_sms_sighting WHERE message_id = ANY(:messageIds)
         GROUP BY message_id HAVING count(DISTINCT sms_id) > 1) AS two) AS doubled`,
    { orderIds: [...orderIds], messageIds: [...messageIds] },
  );
  return rows[0]?.doubled ?? 0;
}
