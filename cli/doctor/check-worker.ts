/** The worker, the loops of the cluster as it sees them, and the phones: what is stale, why, and what to do about it. */
import { z } from 'zod';
import { DEVICE_FAULTS, LOOP_FAULTS } from '../../domain/source-health';
import { SOURCES } from '../../domain/sms';
import { formatAge } from '../words';
import { ask, checkVersion } from './check-services';
import { fail, ok, warn, type Check } from './checks';
import { ADVICE } from './fault-advice';

const loopHealth = z.object({
  loop: z.string(),
  age_ms: z.number(),
  limit_ms: z.number(),
  fresh: z.boolean(),
  critical: z.boolean(),
  fault: z.enum(LOOP_FAULTS).nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  owner: z.string().nullable(),
});
const deviceHealth = z.object({
  device_id: z.int(),
  source: z.enum(SOURCES),
  fault: z.enum(DEVICE_FAULTS),
  age_ms: z.number(),
});
const workerHealth = z.object({
  status: z.string(),
  polling: z.boolean(),
  fault: z.enum(['database']).nullable(),
  loops: z.array(loopHealth),
  devices: z.array(deviceHealth),
});
type LoopHealth = z.output<typeof loopHealth>;

export async function checkWorker(url: string): Promise<Check[]> {
  const reply = await ask(`${url}/health`);
  const hint = 'Start it ("npm start"), or give --worker-url. SMS are kept meanwhile, and run later.';
  if ('cause' in reply) return [fail('worker', `does not answer at ${url} (${reply.cause})`, hint, 'away')];
  const health = workerHealth.safeParse(reply.json).data;
  if (health === undefined) return [fail('worker', `what answers at ${url} is no worker of this version`, hint)];
  const polls = health.polling
    ? ok('worker', `polls its task queue, at ${url}`)
    : fail('worker', `does not poll its task queue, at ${url}`, 'Its log says why.', 'away');
  const database =
    health.fault === null
      ? []
      : [fail('worker', 'cannot read the loops of the cluster; below are its own', ADVICE[health.fault], 'away')];
  return [
    polls,
    ...database,
    ...(await checkVersion('worker', url)),
    ...health.loops.map(checkLoop),
    ...health.devices.map(checkDevice),
  ];
}

function checkLoop(loop: LoopHealth): Check {
  const part = `loop ${loop.loop}`;
  const why = loop.fault === null ? '' : `: ${loop.fault}${details(loop.detail)}`;
  const owner = loop.owner === null ? '' : `, last run by ${loop.owner}`;
  const says = `last progress ${formatAge(loop.age_ms)} ago, stale after ${formatAge(loop.limit_ms)}${owner}${why}`;
  if (loop.fresh && loop.fault === null) return ok(part, says);
  const advice = ADVICE[loop.fault ?? 'no_progress'];
  return loop.critical && !loop.fresh ? fail(part, says, advice) : warn(part, says, advice);
}

/** Counts and codes, as the loop gave them. */
function details(detail: LoopHealth['detail']): string {
  const words = Object.entries(detail).map(([name, value]) => `${name} ${String(value)}`);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function checkDevice({ device_id: id, source, fault, age_ms: ageMs }: z.output<typeof deviceHealth>): Check {
  return warn(`device ${id}`, `of ${source}, for ${formatAge(ageMs)}: ${fault}`, ADVICE[fault]);
}
