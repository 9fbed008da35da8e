/**
 * Late deposits: LISTEN wakes the SMS that wait for the money within a second of its arrival; a join over the rows is the
 * belt, after each reconnect and every few seconds, for wallets that announce nothing and for what was said while nobody
 * listened.
 */
import { Client as PgClient } from 'pg';
import { z } from 'zod';
import type { Db } from '../../db/query';
import { findWaitingFor, findWakeable, type WaitingSms } from '../../db/waiting';
import { DEPOSIT_CHANNEL } from '../../service/lock-keys';
import type { Logger } from '../../service/logger';
import type { Signaller } from './signals';

export interface DepositWatcherDeps {
  readonly db: Db;
  readonly databaseUrl: string;
  readonly signaller: Signaller;
  readonly logger: Logger;
  /** MATCH_BEFORE, in milliseconds. */
  readonly beforeMs: number;
}

export interface DepositWatcher {
  /** Listens if nobody does, then joins waiting SMS with pending deposits. One round of the loop. */
  round(): Promise<number>;
  stop(): Promise<void>;
}

const BATCH = 500;
const announcement = z.object({ order_id: z.string(), currency: z.string(), amount_minor: z.coerce.number() });

export function createDepositWatcher(deps: DepositWatcherDeps): DepositWatcher {
  let listener: PgClient | undefined;

  async function listen(): Promise<void> {
    if (listener) return;
    const client = new PgClient({
      connectionString: deps.databaseUrl,
      application_name: 'recon-deposit-watcher',
      keepAlive: true,
    });
    client.on('error', () => forget(client));
    client.on('end', () => forget(client));
    client.on('notification', ({ payload }) => void wake(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${DEPOSIT_CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    listener = client;
  }

  function forget(client: PgClient): void {
    if (listener === client) listener = undefined;
  }

  async function wake(payload: string | undefined): Promise<void> {
    try {
      const deposit = announcement.safeParse(JSON.parse(payload ?? ''));
      if (!deposit.success) return;
      const { order_id: orderId, currency, amount_minor: amountMinor } = deposit.data;
      await signalAll(await findWaitingFor(deps.db, { orderId, currency, amountMinor }));
    } catch (error) {
      deps.logger.warn({ err: error }, 'a deposit was announced and nobody could be woken; the sweep will');
    }
  }

  async function signalAll(waiting: readonly WaitingSms[]): Promise<void> {
    await Promise.all(waiting.map((sms) => deps.signaller.depositAvailable(sms)));
  }

  return {
    async round() {
      await listen();
      const wakeable = await findWakeable(deps.db, deps.beforeMs, BATCH);
      await signalAll(wakeable);
      return wakeable.length;
    },
    async stop() {
      await listener?.end();
    },
  };
}
