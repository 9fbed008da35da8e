/** How long one SMS takes from POST to approval while the house is calm, against a bare workflow at the same pace. */
import { randomUUID } from 'node:crypto';
import { watchApprovals } from '../approval-watch';
import { COMPARATOR_TASK_QUEUE } from '../comparators';
import { drivePaced } from '../drive';
import type { Ground } from '../ground';
import { createHookSender } from '../hook-sender';
import type { Sizes } from '../options';
import type { PartResult } from '../results';
import { median, percentile } from '../statistics';

/** Turns of each, so that a disturbance of the machine meets both. */
const TURNS = 4;

export async function measureLatency(ground: Ground, sizes: Sizes): Promise<PartResult> {
  await ground.worker();
  const sender = createHookSender(ground, sizes.concurrency);
  const watch = watchApprovals(ground.owner);

  /** Ends with the row's approval, written once the wallet has answered: no earlier than the wallet's own. */
  async function smsTurn(count: number): Promise<number[]> {
    const sms = await ground.items.take(count);
    return timesOf(sms, sizes.latencyPerSecond, async (item) => watch.approved((await sender.send(item)).smsId));
  }
  const bareTurn = (count: number) =>
    timesOf(Array.from({ length: count }), sizes.latencyPerSecond, () => runBare(ground));

  try {
    await smsTurn(5);
    await bareTurn(5);
    const times = { pipeline: new Array<number[]>(), bare: new Array<number[]>() };
    for (let turn = 0; turn < TURNS; turn += 1) {
      const count = Math.ceil(sizes.latencyItems / TURNS);
      times.pipeline.push(await smsTurn(count));
      times.bare.push(await bareTurn(count));
    }
    const ratios = times.pipeline.map((turn, index) => median(turn) / median(times.bare[index] ?? []));
    return {
      ratios: { latency_p50_vs_bare: ratios },
      background: [...backgroundOf('POST to approval', times.pipeline), ...backgroundOf('bare', times.bare)],
    };
  } finally {
    await sender.close();
  }
}

/** Milliseconds from the moment of asking to the moment that the work names as its end, both by this machine's clock. */
async function timesOf<Item>(
  items: readonly Item[],
  perSecond: number,
  work: (item: Item) => Promise<number>,
): Promise<number[]> {
  const times: number[] = [];
  await drivePaced(items, perSecond, async (item) => {
    const startedMs = performance.timeOrigin + performance.now();
    times.push((await work(item)) - startedMs);
  });
  return times;
}

/** Gives the time at which the server closed it, in milliseconds since 1970. */
async function runBare({ client }: Ground): Promise<number> {
  const handle = await client.workflow.start('bareWorkflow', {
    workflowId: `bench-${randomUUID()}`,
    taskQueue: COMPARATOR_TASK_QUEUE,
  });
  await handle.result();
  const { raw } = await handle.describe();
  const closed = raw.workflowExecutionInfo?.closeTime;
  return Number(closed?.seconds ?? 0) * 1_000 + (closed?.nanos ?? 0) / 1_000_000;
}

function backgroundOf(says: string, turns: readonly number[][]) {
  const percentileOf = (percent: number) => ({
    says: `${says}, p${percent}`,
    values: turns.map((turn) => percentile(turn, percent)),
    unit: 'ms',
  });
  return [percentileOf(50), { says: `${says}, p99 of all`, values: [percentile(turns.flat(), 99)], unit: 'ms' }];
}
