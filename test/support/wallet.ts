/** The reference wallet as it runs: its own login, a fresh database, real HTTP on a free port. */
import { randomUUID } from 'node:crypto';
import { brandSignature } from '../../service/brand-signature';
import type { CallerTokens } from '../../service/caller-tokens';
import { listen } from '../../service/http-server';
import { createLogger } from '../../service/logger';
import { createKnex } from '../../service/postgres';
import { createWalletApp, type WalletDeps } from '../../wallet/app';
import { migrateWallet } from '../../wallet/migrate';
import { loginAs, startTestPostgres, type TestPostgres } from './postgres';

export const WALLET_SIGNING_KEY = 'signing-key-of-the-tests';
export const WALLET_TOKENS: CallerTokens = {
  byCaller: new Map([
    ['recon', ['token-of-recon-0001', 'token-of-recon-0002']],
    ['ops', ['token-of-ops-000001']],
    ['admin', ['token-of-admin-0001']],
    ['wallet', ['token-of-wallet-001']],
  ]),
  legacy: undefined,
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body. Tests look into it freely. */
  readonly json: Json;
}
export interface Json {
  readonly [field: string]: unknown;
  readonly error?: { code: string; message: string; details?: unknown };
}

export interface Payment {
  order_id: string;
  sms_id: string | number;
  amount_minor: number;
  currency: string;
  brand_id: string;
}

/** What a test may bend about one approval; the rest is as recon would send it. */
export interface ApproveOptions {
  readonly key?: string;
  readonly path?: string;
  readonly rawBody?: string;
  readonly signingKey?: string;
  readonly timestamp?: number;
  /** Set after signing; undefined removes the header. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface TestWallet {
  readonly url: string;
  /** The owner's URL of the wallet's database. */
  readonly databaseUrl: string;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>): Promise<Reply>;
  /** A new pending deposit; answers the payment that fits it. */
  deposit(given?: Record<string, unknown>): Promise<Payment>;
  approve(payment: Payment, options?: ApproveOptions): Promise<Reply>;
  stop(): Promise<void>;
}

export async function startTestWallet(
  given: Partial<WalletDeps> & { databaseUrl?: string; poolSize?: number } = {},
): Promise<TestWallet> {
  const postgres = await startTestPostgres();
  const databaseUrl = given.databaseUrl ?? (await migratedDatabase(postgres));
  const knex = createKnex({
    url: await loginAs(databaseUrl, 'wallet_app'),
    applicationName: 'test-wallet',
    poolSize: given.poolSize ?? 20,
  });
  const app = createWalletApp({
    knex,
    logger: createLogger('wallet', 'silent'),
    tokens: WALLET_TOKENS,
    perCallerRequired: true,
    brandSigningKey: WALLET_SIGNING_KEY,
    enforcement: 'enforce',
    version: '0.0.0-test',
    ...given,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0, variable: 'WALLET_PORT' });
  const request: TestWallet['request'] = (method, path, body, headers) =>
    send(listening.url, method, path, body, headers);
  return {
    url: listening.url,
    databaseUrl,
    request,
    async deposit(values = {}) {
      const unique = randomUUID();
      const body = {
        order_id: `order-${unique}`,
        player_id: `player-${unique}`,
        brand_id: 'north',
        amount_minor: 12_345,
        currency: 'EUR',
        ...values,
      };
      const reply = await request('POST', '/internal/wallet/deposits', body);
      if (reply.status !== 201) throw new Error(`the deposit was not made: ${reply.text}`);
      const { order_id, amount_minor, currency, brand_id } = body;
      return { order_id, sms_id: `sms-${unique}`, amount_minor, currency, brand_id };
    },
    approve: (payment, options) => approve(listening.url, payment, options),
    async stop() {
      await listening.close(100);
      await knex.destroy();
      await postgres.stop();
    },
  };
}

/** A fresh database with the wallet's schema. */
export async function migratedDatabase(postgres: TestPostgres): Promise<string> {
  const databaseUrl = await postgres.createDatabase();
  const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 2 });
  try {
    await migrateWallet(owner);
  } finally {
    await owner.destroy();
  }
  return databaseUrl;
}

/** Sends as `ops` unless told otherwise; a string goes out as it is, anything else as JSON. */
async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Reply> {
  const all = {
    'content-type': 'application/json',
    'x-caller-service': 'ops',
    'x-internal-service-token': 'token-of-ops-000001',
    ...headers,
  };
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method, headers: defined(all), ...(payload ? { body: payload } : {}) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
}

function approve(url: string, payment: Payment, options: ApproveOptions = {}): Promise<Reply> {
  const rawBody = options.rawBody ?? JSON.stringify(payment);
  const path = options.path ?? `/internal/wallet/deposits/${payment.order_id}/approve`;
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1_000);
  const signed = { brandId: payment.brand_id, timestamp, method: 'POST', path, rawBody };
  return send(url, 'POST', path, rawBody, {
    'x-caller-service': 'recon',
    'x-internal-service-token': 'token-of-recon-0001',
    'idempotency-key': options.key ?? `recon:${payment.order_id}:${payment.sms_id}`,
    'x-brand-id': payment.brand_id,
    'x-brand-timestamp': String(timestamp),
    'x-brand-signature': brandSignature(options.signingKey ?? WALLET_SIGNING_KEY, signed),
    ...options.headers,
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
