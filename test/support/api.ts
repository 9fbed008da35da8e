/** The recon API as it runs: recon's own login, real HTTP on a free port, Temporal and Redis away unless a test brings them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Client } from '@temporalio/client';
import pino from 'pino';
import { Webhook } from 'standardwebhooks';
import { apiRoutes, createApi, type ApiDeps } from '../../api/app';
import { createRunDoor } from '../../api/run-door';
import type { Route } from '../../api/route';
import { linkTemporal } from '../../api/temporal-client';
import { migrateUp } from '../../db/migrate';
import type { Db } from '../../db/query';
import { createIntake } from '../../intake/accept-sms';
import { createSmsStarter } from '../../intake/start-sms';
import { listen } from '../../service/http-server';
import { describeError } from '../../service/logger';
import { createKnex } from '../../service/postgres';
import { createTelemetry } from '../../service/telemetry';
import { loginAs, startTestPostgres } from './postgres';
import { migratedDatabase, WALLET_TOKENS, type Json, type Reply } from './wallet';

export const HOOK_SECRET = `whsec_${Buffer.from('the first secret of the hook').toString('base64')}`;
export const NEXT_HOOK_SECRET = `whsec_${Buffer.from('the second secret of the hook').toString('base64')}`;

export interface TestApi {
  readonly url: string;
  /** Recon's own role. */
  readonly db: Db;
  /** The owner of the database. */
  readonly owner: Db;
  readonly databaseUrl: string;
  /** Every line that the API has logged, at every level. */
  readonly log: () => string;
  /** As `ops` unless told otherwise; a string goes out as it is, anything else as JSON. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>): Promise<Reply>;
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  /** Signs and sends; `over` bends the request after signing. */
  hook(body: unknown, over?: HookOver): Promise<Reply>;
  stop(): Promise<void>;
}

export interface HookOver {
  readonly id?: string;
  readonly secret?: string;
  readonly timestamp?: Date;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly path?: string;
}

/** What a test that has a house of its own hands over: its database stays the house's to end. */
export interface ApiParts {
  readonly db: Db;
  readonly owner: Db;
  readonly databaseUrl: string;
  readonly client: Client;
  readonly taskQueue: string;
}

export const SHOOTER = '/internal/recon/shooter';
export const STATS = '/internal/recon/stats';

export async function startTestApi(given: Partial<ApiDeps> = {}, parts?: ApiParts): Promise<TestApi> {
  const own = parts ? undefined : await ownParts();
  const base: ApiParts | undefined = parts ?? own;
  assert.ok(base);
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, next) {
      lines.push(chunk.toString());
      next();
    },
  });
  const logger = pino({ level: 'trace', serializers: { err: describeError } }, sink);
  const telemetry = createTelemetry('recon-api');
  const starter = createSmsStarter({
    client: base.client,
    taskQueue: base.taskQueue,
    reviewUrl: undefined,
    eager: false,
    workflowTaskTimeoutMs: 10_000,
    startTimeoutMs: 1_000,
  });
  const intake = createIntake({ db: base.db, starter, logger, defaultCountry: undefined });
  const deps: ApiDeps = {
    db: base.db,
    intake,
    starter,
    door: createRunDoor(base.client),
    logger,
    telemetry,
    redisProbe: () => Promise.reject(new Error('redis is away')),
    temporalProbe: () => Promise.reject(new Error('temporal is away')),
    tokens: WALLET_TOKENS,
    perCallerRequired: true,
    hookSecrets: new Map([['generic', [HOOK_SECRET, NEXT_HOOK_SECRET]]]),
    fourEyes: new Map(),
    reviewSlaMs: 900_000,
    gapPolicy: { beforeMs: 86_400_000, waitMs: 1_800_000 },
    defaultCountry: undefined,
    temporalUi: { url: 'http://ui.test', namespace: 'default' },
    version: '0.0.0-test',
    // Without Temporal nobody answers: the tests need not wait long to hear that.
    updateWaitMs: parts ? 5_000 : 150,
    stateWaitMs: parts ? 2_000 : 50,
    ...given,
  };
  const listening = await listen(createApi(deps), { host: '127.0.0.1', port: 0, variable: 'RECON_API_PORT' });
  const { internal, hooks } = apiRoutes(deps);
  const routes = [...internal, ...hooks.map(({ route }) => route)];

  const request: TestApi['request'] = async (method, path, body, headers = {}) => {
    const all = {
      'content-type': body === undefined ? undefined : 'application/json',
      'x-caller-service': 'ops',
      'x-internal-service-token': 'token-of-ops-000001',
      ...headers,
    };
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(listening.url + path, { method, headers: defined(all), body: payload ?? null });
    const text = await response.text();
    const reply = { status: response.status, headers: response.headers, text, json: jsonOf(text) };
    checkAnswer(routes, path, reply);
    return reply;
  };

  return {
    url: listening.url,
    db: base.db,
    owner: base.owner,
    databaseUrl: base.databaseUrl,
    log: () => lines.join(''),
    request,
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, body),
    hook: (body, over) => sendHook(request, body, over),
    async stop() {
      await listening.close(100);
      await intake.drain();
      await telemetry.shutdown();
      await own?.end();
    },
  };
}

async function ownParts(): Promise<ApiParts & { end: () => Promise<void> }> {
  const postgres = await startTestPostgres();
  const databaseUrl = await migratedDatabase(postgres);
  const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 4 });
  await migrateUp(owner);
  const url = await loginAs(databaseUrl, 'recon_app');
  const db = createKnex({ url, applicationName: 'test-api', poolSize: 20, acquireTimeoutMs: 2_000 });
  // Port 1 answers nobody.
  const temporal = linkTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_NAMESPACE: 'default' });
  return {
    db,
    owner,
    databaseUrl,
    client: temporal.client,
    taskQueue: `away-${randomUUID()}`,
    async end() {
      await temporal.close();
      await db.destroy();
      await owner.destroy();
      await postgres.stop();
    },
  };
}

/** Every answer of every test is held against the document's schema: a field too many or too few fails the test. */
function checkAnswer(routes: readonly Route[], path: string, { status, json }: Reply): void {
  const [plain = ''] = path.split('?');
  const route = routes.find((known) => known.path === plain);
  const schema = route?.answers[status];
  if (schema) assert.deepEqual(schema.parse(json), json, `${plain} answers other than it is documented`);
}

function sendHook(request: TestApi['request'], body: unknown, over: HookOver = {}): Promise<Reply> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const id = over.id ?? `msg_${randomUUID()}`;
  const at = over.timestamp ?? new Date();
  const signature = new Webhook(over.secret ?? HOOK_SECRET).sign(id, at, raw);
  return request('POST', over.path ?? '/hooks/sms/generic', raw, {
    'x-caller-service': undefined,
    'x-internal-service-token': undefined,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
    ...over.headers,
  });
}

function defined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

export interface SeededSms {
  readonly [column: string]: unknown;
}

/** An SMS that is in the tables as intake and the steps would have left it; gives its id. */
export async function seedSms(owner: Db, columns: SeededSms = {}): Promise<number> {
  const now = new Date();
  const row = {
    source: 'webhook',
    source_account: 'line-1',
    sender: 'RHEINBANK',
    sender_normal: 'RHEINBANK',
    body: 'Rheinbank: a text',
    received_at: now,
    ingested_at: now,
    line: 'line-1',
    fingerprint: randomUUID(),
    status: 'received',
    ...columns,
  };
  const [{ id }] = (await owner('shooter_sms').insert(row).returning('id')) as [{ id: number }];
  await owner('shooter_sms_sighting').insert({
    sms_id: id,
    source: row.source,
    source_account: row.source_account,
    received_at: row.received_at,
    seen_at: row.ingested_at,
    trusted: true,
    body_hash: randomUUID(),
    delivery_key: randomUUID(),
  });
  return id;
}

/** A pending deposit, as the wallet would have made it; gives its order id. */
export async function seedDeposit(owner: Db, columns: Record<string, unknown> = {}): Promise<string> {
  const brand = (columns['brand_id'] as string | undefined) ?? 'north';
  const player = `player-${randomUUID()}`;
  const order = { order_id: `order-${randomUUID()}`, amount_minor: 12_345, currency: 'EUR', ...columns };
  await owner('wallet.player').insert({ player_id: player, brand_id: brand });
  await owner('wallet.player_deposit').insert({ ...order, player_id: player, brand_id: brand });
  return order.order_id;
}

/** Fields of an SMS in review that was parsed. */
export const PARSED = {
  status: 'awaiting_review',
  review_reason: 'unmatched',
  step: 'match',
  amount_minor: 12_345,
  currency: 'EUR',
  bank: 'rheinbank',
} as const;
