/**
 * The whole house as it runs in production: api, worker and wallet as processes of their own, on a PostgreSQL, a Redis and a
 * Temporal that nobody else uses. Every part of it can be stopped and started again; only a real death is remembered.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Webhook } from 'standardwebhooks';
import { auditMoney, type MoneyAudit } from '../../cli/audit/audit-money';
import { createWalletBooks } from '../../cli/audit/wallet-books';
import { migrateUp } from '../../db/migrate';
import { addPhone } from '../../db/phones';
import type { Db } from '../../db/query';
import { addTemplate } from '../../db/templates';
import { TEMPLATE_LIBRARY } from '../../domain/template-library';
import { createKnex } from '../../service/postgres';
import type { ManagedProcess } from '../../stand/managed-process';
import { findFreePort, LOCALHOST } from '../../stand/ports';
import { createPostgresServer } from '../../stand/postgres-server';
import { createReconProcess, type StandProcessName } from '../../stand/processes';
import { migrateWallet } from '../../wallet/migrate';
import { HOOK_SECRET } from './api';
import { SENDER } from './house';
import { scratchHome, testGuardian } from './parts';
import { loginAs } from './postgres';
import { startOwnRedis } from './redis';
import { startOwnTemporal } from './temporal';
import type { Json } from './wallet';

/** The outside world is not of the town: a test that needs it brings its own (`test/support/sim.ts`), so that it outlives the town's parts. */
export type TownProcess = Exclude<StandProcessName, 'sim'>;
export type TownPart = 'postgres' | 'redis' | 'temporal' | TownProcess;
/** In the order of their start. */
const TOWN_PROCESSES: readonly TownProcess[] = ['wallet', 'worker', 'api'];

/** `kill`: as a crash does it. */
export type TownPower = Pick<ManagedProcess, 'start' | 'stop' | 'kill'>;

export interface Town {
  readonly parts: Readonly<Record<TownPart, TownPower>>;
  /** Another worker beside the first, which does not run before it is started. */
  readonly secondWorker: TownPower;
  readonly urls: Readonly<Record<TownProcess, string>>;
  readonly owner: Db;
  /** Processes that ended though nobody had asked them to. */
  readonly deaths: readonly string[];
  /** Of the Temporal that runs now; closed by the caller. */
  connectTemporal(): Promise<{ client: Client; close: () => Promise<void> }>;
  request(of: TownProcess, method: string, path: string, body?: object): Promise<TownReply>;
  /** A new pending deposit at the wallet; gives its order id. */
  deposit(amountMinor: number): Promise<string>;
  /** Signs an SMS and posts it to the hook, as a phone app does: the same id and body each time it is tried again. */
  postSms(sms: HookSms): Promise<TownReply>;
  /** Everything that a process has logged. */
  log(of: TownProcess): string;
  audit(): Promise<MoneyAudit>;
  stop(): Promise<void>;
}

export interface TownReply {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
}

export interface HookSms {
  readonly message_id: string;
  readonly source_account: string;
  readonly sender: string;
  readonly body: string;
  readonly received_at: string;
}

export function hookSms(body: string): HookSms {
  const received_at = new Date().toISOString();
  return { message_id: randomUUID(), source_account: 'phone-1', sender: SENDER, body, received_at };
}

/** Known by every process of the town, as the stand would have made them. */
const TOKENS = { recon: `recon-${randomBytes(12).toString('hex')}`, ops: `ops-${randomBytes(12).toString('hex')}` };

export async function startTown(env: Readonly<Record<string, string>> = {}): Promise<Town> {
  const home = scratchHome('town');
  const guardian = testGuardian();
  const [redis, temporal, postgres] = await Promise.all([startOwnRedis(), startOwnTemporal(), startOwnPostgres(home)]);
  const owner = createKnex({ url: postgres.ownerUrl, applicationName: 'test-owner', poolSize: 4 });
  await migrateWallet(owner);
  await migrateUp(owner);
  await seed(owner);

  const ports = { wallet: await findFreePort(), worker: await findFreePort(), api: await findFreePort() };
  const urlOf = (name: TownProcess) => `http://${LOCALHOST}:${ports[name]}`;
  const logins = {
    recon: await loginAs(postgres.ownerUrl, 'recon_app'),
    wallet: await loginAs(postgres.ownerUrl, 'wallet_app'),
  };
  const shared = {
    PATH: process.env['PATH'],
    LOG_LEVEL: 'debug',
    REDIS_URL: redis.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    WALLET_SERVICE_URL: urlOf('wallet'),
    BRAND_SIGNING_KEY: 'signing-key-of-the-tests',
    HOOK_SECRETS_GENERIC: HOOK_SECRET,
    MULTI_BRAND_ENFORCEMENT: 'enforce',
    PER_CALLER_TOKEN_REQUIRED: 'on',
    INTERNAL_SERVICE_TOKEN_RECON: TOKENS.recon,
    INTERNAL_SERVICE_TOKEN_OPS: TOKENS.ops,
    ...env,
  };
  const dist = path.resolve(__dirname, '../..');
  const deaths: string[] = [];
  const createProcess = (name: TownProcess, port = ports[name], at = home) => {
    const databaseUrl = name === 'wallet' ? logins.wallet : logins.recon;
    const options = { name, env: { ...shared, DATABASE_URL: databaseUrl }, port, home: at, dist };
    const created = createReconProcess(options, { guardian });
    created.onDeath(({ how, lastLines }) => deaths.push(`${name}: ${how}\n${lastLines.join('\n')}`));
    return created;
  };
  const startProcess = async (name: TownProcess) => {
    const started = createProcess(name);
    await started.start();
    return started;
  };
  // A home of its own: logs and pid files go by the process's name.
  const secondWorker = createProcess('worker', await findFreePort(), scratchHome('town-second'));
  const wallet = await startProcess('wallet');
  const [worker, api] = await Promise.all([startProcess('worker'), startProcess('api')]);
  const parts = { postgres: postgres.server, redis, temporal, wallet, worker, api };

  const request: Town['request'] = (of, method, where, body) =>
    send(`${urlOf(of)}${where}`, method, body === undefined ? undefined : JSON.stringify(body), {
      'x-caller-service': 'ops',
      'x-internal-service-token': TOKENS.ops,
    });

  return {
    parts,
    secondWorker,
    urls: { wallet: urlOf('wallet'), worker: urlOf('worker'), api: urlOf('api') },
    owner,
    deaths,
    async connectTemporal() {
      const connection = await Connection.connect({ address: temporal.address });
      return { client: new Client({ connection, namespace: temporal.namespace }), close: () => connection.close() };
    },
    request,
    async deposit(amountMinor) {
      const unique = randomUUID();
      const body = { order_id: `order-${unique}`, player_id: `player-${unique}`, brand_id: 'north', currency: 'EUR' };
      const reply = await request('wallet', 'POST', '/internal/wallet/deposits', {
        ...body,
        amount_minor: amountMinor,
      });
      if (reply.status !== 201) throw new Error(`the deposit was not made: ${reply.text}`);
      return body.order_id;
    },
    postSms(sms) {
      const raw = JSON.stringify(sms);
      const id = `msg_${sms.message_id}`;
      const at = new Date();
      return send(`${urlOf('api')}/hooks/sms/generic`, 'POST', raw, {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(HOOK_SECRET).sign(id, at, raw),
      });
    },
    log: (of) => readFileSync(path.join(home, 'logs', `${of}.log`), 'utf8'),
    audit: () =>
      auditMoney({
        recon: owner,
        wallet: createWalletBooks({ baseUrl: urlOf('wallet'), caller: 'recon', token: TOKENS.recon }),
      }),
    async stop() {
      await secondWorker.stop();
      for (const name of [...TOWN_PROCESSES].reverse()) await parts[name].stop();
      await owner.destroy();
      await Promise.all([temporal.stop(), redis.stop(), postgres.server.stop()]);
    },
  };
}

async function startOwnPostgres(home: string) {
  const port = await findFreePort();
  const ownerPassword = randomBytes(12).toString('hex');
  const options = { home, port, ownerPassword, env: process.env };
  const { server, ownerUrl } = createPostgresServer(options, { guardian: testGuardian() });
  await server.start();
  return { server, ownerUrl };
}

async function seed(owner: Db): Promise<void> {
  for (const draft of TEMPLATE_LIBRARY) await addTemplate(owner, { id: null, draft, actor: 'test' });
  await addPhone(owner, { sender: SENDER, senderNormal: SENDER, label: 'the bank', actor: 'test' });
}

async function send(
  url: string,
  method: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<TownReply> {
  const reply = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(15_000),
    ...(body === undefined ? {} : { body }),
  });
  const text = await reply.text();
  return { status: reply.status, text, json: jsonOf(text) };
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
