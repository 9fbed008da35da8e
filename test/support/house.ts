/**
 * The house on real parts, for one test file: a database of its own with both schemas, the reference wallet over HTTP, a
 * task queue of its own on the shared Temporal, and a worker in this process that can be stopped and started again.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { Redis } from 'ioredis';
import type { Metrics, WalletClient } from '../../activities/ports';
import { quietCore } from '../../cli/histories/quiet-core';
import { createWalletClient } from '../../activities/wallet-client';
import { migrateUp } from '../../db/migrate';
import type { Db } from '../../db/query';
import { findReview, insertReview } from '../../db/reviews';
import { storeDefinition } from '../../db/template-definition';
import { findSms, type SmsRow } from '../../db/sms-row';
import type { RequestMessage } from '../../db/transitions/apply-request';
import type { ReviewEffect } from '../../domain/review';
import { STATUS_RULES, VERDICTS, workflowIdOf, type Command, type SmsStatus, type Step } from '../../domain/sms';
import { TEMPLATE_LIBRARY } from '../../domain/template-library';
import { createTemplateSet } from '../../domain/template';
import type { Accepted, HookConflict, Inbound, SmsStarter } from '../../intake/ports';
import { createIntake } from '../../intake/accept-sms';
import type { ListenerTiming } from '../../intake/pushbullet/timing';
import { createSmsStarter } from '../../intake/start-sms';
import { parseConfig, type Config } from '../../service/config';
import { createLogger } from '../../service/logger';
import { createKnex } from '../../service/postgres';
import { createFreshness } from '../../worker/freshness';
import { startLoops } from '../../worker/loops/start-loops';
import { createReconWorker } from '../../worker/recon-worker';
import { sourceTaskQueue } from '../../worker/source-worker';
import { startSources } from '../../worker/sources';
import { resetUpdate, reviewUpdate } from '../../workflows/messages';
import { loginAs, startTestPostgres } from './postgres';
import { startTestRedis } from './redis';
import { startTestTemporal } from './temporal';
import { migratedDatabase, startTestWallet, WALLET_SIGNING_KEY, WALLET_TOKENS, type TestWallet } from './wallet';

export interface HouseOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A wallet other than the reference one: its URL. */
  readonly walletUrl?: string;
  /** Loops beside the worker: sweeper, watcher, redelivery and the rest. */
  readonly loops?: boolean;
  /** The ways in, as a worker has them: listeners, their supervision, syncs. */
  readonly sources?: boolean;
  /** Shorter waits of the Pushbullet listener. */
  readonly pushbulletTiming?: Partial<ListenerTiming>;
  /** false: the worker is started by the test. */
  readonly worker?: boolean;
  /** Figures that the test looks at. */
  readonly metrics?: Partial<Metrics>;
}

export interface House {
  readonly config: Config;
  /** Logged in as recon's own role. */
  readonly db: Db;
  /** The owner of the database. */
  readonly owner: Db;
  /** As recon's own role. */
  readonly databaseUrl: string;
  readonly client: Client;
  readonly wallet: TestWallet;
  readonly starter: SmsStarter;
  /** Every line that intake, worker and loops have logged, at every level. */
  readonly log: () => string;
  deliver(given?: Partial<Inbound>): Promise<Accepted>;
  tryDeliver(given?: Partial<Inbound>): Promise<Accepted | HookConflict>;
  sms(smsId: number): Promise<SmsRow>;
  /** Waits until the row is in one of the statuses; fails with where it stands instead. */
  reaches(smsId: number, ...statuses: SmsStatus[]): Promise<SmsRow>;
  /** Commits a request, as the API does before it tells anybody. */
  record(smsId: number, command: Command, given?: Ask): Promise<RequestMessage>;
  /** Tells the run by update what was recorded; resolves with what came of it. */
  tell(message: RequestMessage): Promise<ReviewEffect>;
  /** Records and tells. */
  ask(smsId: number, command: Command, given?: Ask): Promise<ReviewEffect>;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  stop(): Promise<void>;
}

export interface Ask {
  readonly orderId?: string;
  readonly reviewer?: string;
  readonly reviewId?: string;
  readonly undoSeconds?: number;
  readonly attempt?: number;
  /** Where a rerun starts. */
  readonly startAt?: Step;
  readonly remark?: string;
}

export const SENDER = 'RHEINBANK';

/** A credit of the Rheinbank template; every call another reference. */
export function creditText(
  amount = '123,45',
  given: { payer?: string; reference?: string; account?: string } = {},
): string {
  const reference = given.reference ?? `INV-${randomUUID().slice(0, 13)}`;
  return (
    `Rheinbank: Zahlungseingang ${amount} EUR auf Konto ...${given.account ?? '4711'} von ${given.payer ?? 'Eine Person'} ` +
    `am 05.03.2024 14:10. Verwendungszweck: ${reference}. Kontostand 10.000,00 EUR`
  );
}

const bundle = path.resolve(__dirname, '../../workflow-bundle.js');

/** Houses share one Temporal, and a workflow is named after its SMS: each house counts from a million of its own. */
let houses = 0;

export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const [postgres, temporal, redisServer] = await Promise.all([
    startTestPostgres(),
    startTestTemporal(),
    startTestRedis(),
  ]);
  const databaseUrl = await migratedDatabase(postgres);
  const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 4 });
  await migrateUp(owner);
  houses += 1;
  for (const table of ['shooter_sms', 'shooter_pushbullet'])
    await owner.raw(`ALTER TABLE ${table} ALTER COLUMN id RESTART WITH ${houses * 1_000_000}`);
  const wallet = await startTestWallet({ databaseUrl });
  const reconUrl = await loginAs(databaseUrl, 'recon_app');
  const config = parseConfig(
    {
      DATABASE_URL: reconUrl,
      REDIS_URL: redisServer.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      TEMPORAL_TASK_QUEUE: `recon-${randomUUID()}`,
      WALLET_SERVICE_URL: options.walletUrl ?? wallet.url,
      BRAND_SIGNING_KEY: WALLET_SIGNING_KEY,
      INTERNAL_SERVICE_TOKEN_RECON: WALLET_TOKENS.byCaller.get('recon')?.[0] ?? '',
      MULTI_BRAND_ENFORCEMENT: 'enforce',
      APPROVAL_LADDER: '50ms,100ms,200ms',
      LOG_LEVEL: 'trace',
      ...options.env,
    },
    'worker',
  );
  const lines: string[] = [];
  const logger = createLogger('test', config.LOG_LEVEL, { write: (line) => void lines.push(line) });
  const db = createKnex({ url: reconUrl, applicationName: 'test-recon', poolSize: 30 });
  const redis = new Redis(redisServer.url, { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  const templates = await seedTemplates(owner);
  await owner.raw(`INSERT INTO shooter_phone (sender, sender_normal, created_by) VALUES (?, ?, 'test')`, [
    SENDER,
    SENDER,
  ]);

  await quietCore();
  const connection = await NativeConnection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const walletClient = createWalletClient({
    baseUrl: config.WALLET_SERVICE_URL,
    token: WALLET_TOKENS.byCaller.get('recon')?.[0] ?? '',
    signingKey: WALLET_SIGNING_KEY,
    connections: 50,
  });
  const starter = createSmsStarter({
    client,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    reviewUrl: undefined,
    eager: false,
    workflowTaskTimeoutMs: config.WORKFLOW_TASK_TIMEOUT,
    // No sweeper catches what a busy machine starts too late.
    startTimeoutMs: 60_000,
  });
  const intake = createIntake({ db, starter, logger, defaultCountry: undefined });

  let running: { stop: () => Promise<void> } | undefined;
  async function startWorker(): Promise<void> {
    running = await runWorker({
      config,
      db,
      connection,
      client,
      wallet: walletClient,
      templates,
      logger,
      redis,
      reconUrl,
      loops: options.loops ?? false,
      sources: options.sources ?? false,
      pushbulletTiming: options.pushbulletTiming,
      metrics: { stageSeconds: noop, smsOutcome: noop, walletRequest: noop, crossBrand: noop, ...options.metrics },
    });
  }
  async function stopWorker(): Promise<void> {
    await running?.stop();
    running = undefined;
  }
  if (options.worker !== false) await startWorker();

  const house: House = {
    config,
    db,
    owner,
    databaseUrl: reconUrl,
    client,
    wallet,
    starter,
    log: () => lines.join(''),
    async deliver(given) {
      const accepted = await house.tryDeliver(given);
      if ('conflict' in accepted) throw new Error(`not accepted: ${accepted.conflict}`);
      return accepted;
    },
    tryDeliver: (given = {}) =>
      intake.acceptSms({
        source: 'webhook',
        sourceAccount: 'test-line',
        deviceId: null,
        messageId: randomUUID(),
        sender: SENDER,
        body: creditText(),
        receivedAt: new Date(),
        ...given,
      }),
    async sms(smsId) {
      const row = await findSms(db, smsId);
      if (!row) throw new Error(`there is no SMS ${smsId}`);
      return row;
    },
    async reaches(smsId, ...statuses) {
      const until = Date.now() + 45_000;
      for (;;) {
        const row = await house.sms(smsId);
        if (statuses.includes(row.status)) return row;
        const stuck = Date.now() > until || (!STATUS_RULES[row.status].runOpen && statuses.length > 0);
        if (stuck)
          throw new Error(`SMS ${smsId} is ${row.status} ${row.reviewReason ?? ''}, not ${statuses.join(' or ')}`);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
    async record(smsId, command, given = {}) {
      const row = await house.sms(smsId);
      const reviewId = given.reviewId ?? randomUUID();
      const attempt = given.attempt ?? row.attempt;
      const orderId = given.orderId ?? null;
      await insertReview(db, {
        reviewId,
        smsId,
        attempt,
        command,
        orderId,
        startAt: given.startAt ?? null,
        remark: given.remark ?? null,
        reviewer: given.reviewer ?? 'rita',
        undoSeconds: given.undoSeconds ?? 0,
      });
      const verdict = VERDICTS.find((known) => known === command) ?? null;
      return { smsId, reviewId, attempt, verdict, orderId };
    },
    async tell({ smsId, reviewId, attempt, verdict, orderId }) {
      const handle = client.workflow.getHandle(workflowIdOf(smsId));
      const told = await (verdict === null
        ? handle.executeUpdate(resetUpdate, { args: [{ requestId: reviewId, attempt }] })
        : handle.executeUpdate(reviewUpdate, { args: [{ reviewId, attempt, verdict, orderId }] }));
      // The run says a code; the words, which may name people, are in the row.
      const inRow =
        told.effect === 'refused' && told.code !== 'unknown_review' ? await findReview(db, reviewId) : undefined;
      return inRow?.effect ?? told;
    },
    ask: async (smsId, command, given) => house.tell(await house.record(smsId, command, given)),
    startWorker,
    stopWorker,
    async stop() {
      await intake.drain();
      await stopWorker();
      if (options.sources === true) await endSupervisors(client, sourceTaskQueue(config));
      redis.disconnect();
      await walletClient.close();
      await connection.close();
      await db.destroy();
      await owner.destroy();
      await wallet.stop();
      await postgres.stop();
    },
  };
  return house;
}

interface WorkerParts {
  readonly config: Config;
  readonly db: Db;
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly wallet: WalletClient;
  readonly templates: Parameters<typeof createReconWorker>[0]['templates'];
  readonly logger: ReturnType<typeof createLogger>;
  readonly redis: Redis;
  readonly reconUrl: string;
  readonly loops: boolean;
  readonly sources: boolean;
  readonly pushbulletTiming: Partial<ListenerTiming> | undefined;
  readonly metrics: Metrics;
}

async function runWorker(parts: WorkerParts): Promise<{ stop: () => Promise<void> }> {
  const workflows = { workflowBundle: { codePath: bundle } };
  const { worker, starter, intake } = await createReconWorker({ ...parts, workflows });
  const ended = worker.run();
  const freshness = createFreshness({ db: parts.db, owner: 'test-house', limitsMs: parts.config.LOOP_LIMITS });
  const loops = parts.loops
    ? startLoops({ ...parts, databaseUrl: parts.reconUrl, starter, freshness })
    : { stop: () => Promise.resolve() };
  const sources = parts.sources
    ? await startSources({ ...parts, intake, freshness, workflows, owner: 'test-house' })
    : { stop: () => Promise.resolve() };
  return {
    async stop() {
      await Promise.all([loops.stop(), sources.stop()]);
      worker.shutdown();
      await ended;
      await intake.drain();
    },
  };
}

/** The supervisors of this house's sources: the next house that shares the server has others of the same name. */
async function endSupervisors({ workflow }: Client, taskQueue: string): Promise<void> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of workflow.list({ query }))
    await workflow
      .getHandle(workflowId)
      .terminate('the house is closed')
      .catch(() => undefined);
}

function noop(): void {
  // Figures are not what these tests look at.
}

async function seedTemplates(owner: Db): Promise<WorkerParts['templates']> {
  const versions = [];
  for (const draft of TEMPLATE_LIBRARY) {
    const { rows } = await owner.raw<{ rows: { id: number }[] }>(
      `INSERT INTO shooter_template_recharge (name, created_by) VALUES (?, 'test') RETURNING id`,
      [draft.name],
    );
    const templateId = rows[0]?.id ?? 0;
    await owner.raw(
      `INSERT INTO shooter_template_recharge_version (template_id, version, definition, created_by) VALUES (?, 1, ?::jsonb, 'test')`,
      [templateId, JSON.stringify(storeDefinition(draft))],
    );
    versions.push({ ...draft, templateId, version: 1 });
  }
  const set = createTemplateSet(versions);
  return { at: () => Promise.resolve(set) };
}
