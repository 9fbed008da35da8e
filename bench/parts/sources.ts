/**
 * From a frame of Pushbullet's stream to the wallet's approval, through the worker as production runs it and the simulator's
 * own socket; and what a socket that falls silent costs with the limits of production.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { z } from 'zod';
import { readLoops } from '../../db/loops';
import { queryRows, type Db } from '../../db/query';
import { DEMO_PUSHBULLET } from '../../sim/demo';
import { drivePaced } from '../drive';
import type { Ground } from '../ground';
import type { Sizes } from '../options';
import type { PartResult } from '../results';
import { SENDER } from '../sms-items';
import { percentile } from '../statistics';

const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 10;
const WARM_UP_ITEMS = 10;

export async function measureSources(ground: Ground, sizes: Sizes): Promise<PartResult> {
  await ground.stopWorker();
  const worker = await ground.startProductionWorker();
  try {
    await listen(ground);
    await liveTimes(ground, WARM_UP_ITEMS, sizes.latencyPerSecond);
    const times = await liveTimes(ground, sizes.latencyItems, sizes.latencyPerSecond);
    const recoverySeconds = await measureHalfOpen(ground);
    return {
      counts: { live_frame_p95_ms: percentile(times, 95), half_open_recovery_s: recoverySeconds },
      background: [{ says: 'frame of the stream to approval, p50', values: [percentile(times, 50)], unit: 'ms' }],
    };
  } finally {
    await worker.stop();
  }
}

/** Resolves once the listener has read back and believes its socket. */
async function listen(ground: Ground): Promise<void> {
  await call(`${ground.stand.urls.api}/internal/recon/pushbullet/device/add`, { token: DEMO_PUSHBULLET.token }, ground);
  await waitUntil('the account is listened to', async () => {
    const loops = await readLoops(ground.owner);
    return loops.some(
      ({ name, fault, detail }) =>
        name.startsWith('pushbullet_listener:') && fault === null && Number(detail['back_fills'] ?? 0) > 0,
    );
  });
}

/** Milliseconds from the moment at which each SMS comes to its phone to its row's approval, both by this machine's clock. */
async function liveTimes(ground: Ground, count: number, perSecond: number): Promise<number[]> {
  const items = await ground.items.take(count);
  const times: number[] = [];
  await drivePaced(items, perSecond, async ({ body }) => {
    const startedMs = nowMs();
    await happen(ground, body);
    times.push((await approvedAtMs(ground.owner, body)) - startedMs);
  });
  return times;
}

/** The SMS comes into the silence: whoever listens hears nothing of it, and no end of the connection either. */
async function measureHalfOpen(ground: Ground): Promise<number> {
  const [item] = await ground.items.take(1);
  if (!item) throw new Error('there is no SMS to send');
  await waitUntil('a socket is open', async () => (await openSockets(ground)) > 0);
  const startedMs = nowMs();
  await control(ground, 'sockets', { account: DEMO_PUSHBULLET.account, action: 'silence' });
  await happen(ground, item.body);
  const approved = await approvedAtMs(ground.owner, item.body);
  await waitUntil('a socket speaks again', async () => (await openSockets(ground)) > 0);
  return (Math.max(approved, nowMs()) - startedMs) / 1_000;
}

const nowMs = () => performance.timeOrigin + performance.now();

async function happen(ground: Ground, body: string): Promise<void> {
  await control(ground, 'sms', { device: DEMO_PUSHBULLET.phones[0], sender: SENDER, body });
}

const approvedRow = z.object({ status: z.string(), at_ms: z.number() });

/** Looks among the last rows only: other parts may have left very many. */
async function approvedAtMs(db: Db, body: string): Promise<number> {
  const sql = `SELECT status, extract(epoch FROM updated_at)::float8 * 1000 AS at_ms
    FROM (SELECT * FROM shooter_sms ORDER BY id DESC LIMIT 500) s WHERE body = :body`;
  for (const deadline = nowMs() + LIMIT_MS; nowMs() < deadline;) {
    const [row] = await queryRows(db, sql, { body });
    const found = approvedRow.safeParse(row).data;
    if (found?.status === 'approved') return found.at_ms;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`an SMS of the stream was not approved within ${LIMIT_MS / 1_000} s`);
}

const counters = z.object({ counters: z.object({ sockets_open: z.number() }) });

async function openSockets(ground: Ground): Promise<number> {
  return counters.parse(await control(ground, 'counters')).counters.sockets_open;
}

async function control(ground: Ground, what: string, body?: object): Promise<unknown> {
  return call(`${ground.stand.urls.sim ?? ''}/control/pushbullet/${what}`, body, ground);
}

async function call(url: string, body: object | undefined, ground: Ground): Promise<unknown> {
  const reply = await request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      'x-caller-service': 'ops',
      'x-internal-service-token': ground.secret('INTERNAL_SERVICE_TOKEN_OPS'),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.body.text();
  if (reply.statusCode >= 300) throw new Error(`${new URL(url).pathname} answered ${reply.statusCode}: ${text}`);
  const json: unknown = JSON.parse(text);
  return json;
}

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = nowMs() + LIMIT_MS; nowMs() < deadline;) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error(`not within ${LIMIT_MS / 1_000} s: ${what}`);
}
