/** The simulated Telegram, recon's database and pollers of one bot: where the ways of a post are walked. */
import { createIntake } from '../../../intake/accept-sms';
import type { Intake } from '../../../intake/ports';
import { createTelegramSource } from '../../../intake/telegram/source';
import { TELEGRAM_POLICY, type TelegramPolicy } from '../../../intake/telegram/policy';
import type { Db } from '../../../db/query';
import { parseConfig } from '../../../service/config';
import { createLogger } from '../../../service/logger';
import { createKnex } from '../../../service/postgres';
import { startReconDatabase, type ReconDatabase } from '../../support/recon-database';
import { startTestSim, type TestSim } from '../../support/sim';
import { until } from '../../support/until';

export const SECRET = 'secret-part-of-the-token';
export const CHAT = '-1001';
export const OTHER_PHONE = '-1002';
export const LINE = '+989121234567';
export const SENDER = 'HDFCBK';

/** Waits in milliseconds where production waits seconds. */
export const QUICK: TelegramPolicy = {
  ...TELEGRAM_POLICY,
  marginMs: 1_500,
  waits: {
    conflict: { firstMs: 100, mostMs: 200 },
    rate_limited: { firstMs: 50, mostMs: 50 },
    token_refused: { firstMs: 50, mostMs: 100 },
    unreachable: { firstMs: 50, mostMs: 100 },
    unexpected_answer: { firstMs: 50, mostMs: 100 },
    database: { firstMs: 50, mostMs: 100 },
  },
  reportEveryMs: 0,
};

export interface SmsLine {
  readonly id: number;
  readonly source_account: string;
  readonly message_id: string;
  readonly device_id: number | null;
  readonly sender: string;
  readonly body: string;
  readonly line: string;
  readonly status: string;
  readonly received_at: Date;
}

export interface LoopLine {
  readonly fault: string | null;
  readonly detail: Record<string, unknown>;
}

export interface Poller {
  /** How it ended; `stopped` where the test stopped it. */
  readonly ended: Promise<'renew' | 'stopped'>;
  stop(): Promise<void>;
}

export interface Stage {
  readonly sim: TestSim;
  readonly telegram: TestSim['sim']['telegram'];
  readonly database: ReconDatabase;
  readonly db: Db;
  readonly intake: Intake;
  /** The bot of the test under way. */
  bot(): string;
  /** A new bot with an empty queue, and no rows of the one before. */
  next(): Promise<void>;
  poll(given?: {
    intake?: Pick<Intake, 'acceptSms'>;
    policy?: Partial<TelegramPolicy>;
    db?: Db;
    env?: Record<string, string>;
  }): Poller;
  /** An SMS comes to a phone and is posted. */
  sms(body: string, given?: Partial<Parameters<TestSim['sim']['telegram']['sms']>[0]>): void;
  rows(): Promise<SmsLine[]>;
  bodies(): Promise<string[]>;
  /** Waits until these are the texts that came, and each once. */
  came(...bodies: string[]): Promise<void>;
  loop(): Promise<LoopLine | undefined>;
  shows(fault: string | null): Promise<void>;
  cursor(): Promise<Record<string, unknown>>;
  alarms(alarm: string): Promise<Record<string, unknown>[]>;
  log(): string;
  stop(): Promise<void>;
}

let bots = 7_200_000;

export async function startStage(): Promise<Stage> {
  const [sim, database] = await Promise.all([startTestSim(), startReconDatabase()]);
  const db = database.connect();
  const { telegram } = sim.sim;
  const lines: string[] = [];
  const logger = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
  const starter = {
    startNew: () => Promise.resolve('started' as const),
    startAgain: () => Promise.resolve('started' as const),
  };
  const intake = createIntake({ db, starter, logger, defaultCountry: undefined });
  const running = new Set<Poller>();
  let bot = '';

  const raw = async <Row>(sql: string, bindings: readonly string[] = []): Promise<Row[]> =>
    (await database.owner.raw<{ rows: Row[] }>(sql, [...bindings])).rows;

  const stage: Stage = {
    sim,
    telegram,
    database,
    db,
    intake,
    bot: () => bot,
    async next() {
      await Promise.all([...running].map((poller) => poller.stop()));
      telegram.reset();
      bots += 1;
      bot = String(bots);
      telegram.addBot(`${bot}:${SECRET}`);
      await database.owner.raw(
        `TRUNCATE shooter_sms, shooter_sms_sighting, shooter_device, recon_loop, recon_outbox CASCADE`,
      );
    },
    poll(given = {}) {
      const config = parseConfig(
        {
          TELEGRAM_API_URL: sim.telegramApiUrl,
          TELEGRAM_BOT_TOKEN: `${bot}:${SECRET}`,
          TELEGRAM_CHATS: `${CHAT}=${LINE},${OTHER_PHONE}`,
          TELEGRAM_POLL_TIMEOUT: '1s',
          ...given.env,
        },
        'cli',
      );
      const source = createTelegramSource({
        db: given.db ?? db,
        intake: given.intake ?? intake,
        logger,
        settings: config,
        loop: { name: 'telegram', limitMs: 120_000, critical: true, owner: 'test' },
        policy: { ...QUICK, ...given.policy },
      });
      if (!source) throw new Error('a token is configured');
      const stopping = new AbortController();
      const ended = source.listener
        .listen({ signal: stopping.signal })
        .catch((error: unknown) => {
          if (stopping.signal.aborted) return 'stopped' as const;
          throw error;
        })
        .finally(() => source.close());
      const poller: Poller = {
        ended,
        async stop() {
          running.delete(poller);
          stopping.abort();
          await ended;
        },
      };
      running.add(poller);
      return poller;
    },
    sms: (body, given = {}) => void telegram.sms({ chat: CHAT, sender: SENDER, body, bot, ...given }),
    rows: () =>
      raw<SmsLine>(
        `SELECT s.id, g.source_account, g.message_id, g.device_id, s.sender, s.body, s.line, s.status, s.received_at
         FROM shooter_sms_sighting g JOIN shooter_sms s ON s.id = g.sms_id ORDER BY g.id`,
      ),
    bodies: async () =>
      (await raw<{ body: string }>(`SELECT body FROM shooter_sms ORDER BY body, id`)).map(({ body }) => body),
    async came(...bodies) {
      const expected = [...bodies].sort();
      await until(async () => (await stage.bodies()).length >= expected.length);
      const found = await stage.bodies();
      if (found.join('|') !== expected.join('|'))
        throw new Error(`came: ${found.join('|')}, sent: ${expected.join('|')}`);
    },
    loop: async () => (await raw<LoopLine>(`SELECT fault, detail FROM recon_loop WHERE name = 'telegram'`))[0],
    shows: (fault) => until(async () => (await stage.loop())?.fault === fault),
    async cursor() {
      const [row] = await raw<{ value: Record<string, unknown> }>(`SELECT value FROM recon_cursor WHERE name = ?`, [
        `telegram:${bot}`,
      ]);
      return row?.value ?? {};
    },
    alarms: async (alarm) =>
      (
        await raw<{ payload: Record<string, unknown> }>(
          `SELECT payload FROM recon_outbox WHERE topic = 'alarm' AND payload ->> 'alarm' = ? ORDER BY id`,
          [alarm],
        )
      ).map(({ payload }) => payload),
    log: () => lines.join(''),
    async stop() {
      await Promise.all([...running].map((poller) => poller.stop()));
      await intake.drain();
      await sim.stop();
      await database.stop();
    },
  };
  await stage.next();
  return stage;
}

/** A pool whose statements give up soon, so that a test of an outage need not wait. */
export function hastyPool(url: string): Db {
  return createKnex({ url, applicationName: 'test-hasty', poolSize: 5, statementTimeoutMs: 300 });
}
