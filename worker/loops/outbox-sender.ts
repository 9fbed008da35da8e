/**
 * Sends what the rows left in the outbox: each change of a person's queue as an event on the Redis channel `recon:events`,
 * and one nudge to the admin edge for all of them. At least once; the key in the event makes a repeat recognisable.
 */
import type { Redis } from 'ioredis';
import { request } from 'undici';
import { lockDueOutbox, markOutboxFailed, markOutboxSent } from '../../db/outbox';
import type { Db } from '../../db/query';
import type { LoopFault } from '../../domain/source-health';
import { LoopTrouble } from '../loop-fault';

export const EVENTS_CHANNEL = 'recon:events';

export interface OutboxDeps {
  readonly db: Db;
  readonly redis: Redis;
  /** Undefined where no admin edge is configured: nobody is nudged. */
  readonly admin: { readonly url: string; readonly token: string } | undefined;
}

const BATCH = 200;
const NUDGE_TIMEOUT_MS = 2_000;

/**
 * One batch; gives how many entries were sent. The rows stay locked while they are sent, so that copies do not send twice.
 * @throws LoopTrouble where Redis or the admin edge did not take them; they are tried again
 */
export async function sendOutbox(deps: OutboxDeps): Promise<number> {
  const { sent, fault } = await sendBatch(deps);
  if (fault !== null) throw new LoopTrouble(loopFaultOf(fault), fault);
  return sent;
}

function sendBatch(deps: OutboxDeps): Promise<{ readonly sent: number; readonly fault: string | null }> {
  return deps.db.transaction(async (trx) => {
    const due = await lockDueOutbox(trx, BATCH);
    if (due.length === 0) return { sent: 0, fault: null };
    const ids = due.map(({ id }) => id);
    const fault = await send(
      deps,
      due.map(({ topic, key, payload }) => JSON.stringify({ type: topic, key, ...payload })),
    );
    await (fault === null ? markOutboxSent(trx, ids) : markOutboxFailed(trx, ids, fault));
    return { sent: fault === null ? ids.length : 0, fault };
  });
}

function loopFaultOf(fault: string): LoopFault {
  return fault === 'redis' ? 'redis' : 'unreachable';
}

/** A fixed word for what went wrong, or null. */
async function send(deps: OutboxDeps, events: readonly string[]): Promise<string | null> {
  try {
    const pipeline = deps.redis.pipeline();
    for (const event of events) pipeline.publish(EVENTS_CHANNEL, event);
    const results = await pipeline.exec();
    if (results === null || results.some(([error]) => error !== null)) return 'redis';
  } catch {
    return 'redis';
  }
  return deps.admin === undefined ? null : nudge(deps.admin);
}

async function nudge(admin: { readonly url: string; readonly token: string }): Promise<string | null> {
  try {
    const reply = await request(`${admin.url}/internal/meta/ws/sync`, {
      method: 'POST',
      signal: AbortSignal.timeout(NUDGE_TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'x-caller-service': 'recon',
        'x-internal-service-token': admin.token,
      },
      body: '{}',
    });
    await reply.body.dump();
    return reply.statusCode < 300 ? null : `admin_http_${reply.statusCode}`;
  } catch {
    return 'admin_unreachable';
  }
}
