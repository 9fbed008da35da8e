/** The worker is down, SMS keep coming: how soon each is acknowledged, and how fast the backlog is worked off afterwards. */
import { watchApprovals } from '../approval-watch';
import { driveClosed } from '../drive';
import type { Ground } from '../ground';
import { createHookSender } from '../hook-sender';
import type { Sizes } from '../options';
import type { PartResult } from '../results';
import { percentile } from '../statistics';

/** Phones that deliver at the same time: a busy door, not a flood that only measures its own queue. */
const SENDERS = 10;

export async function measureOutage(ground: Ground, sizes: Sizes): Promise<PartResult> {
  const sender = createHookSender(ground, SENDERS);
  try {
    // The door is warm when the worker goes away, as it would be.
    await ground.worker();
    await sendAll(await ground.items.take(sizes.warmUpItems), sender);
    const sms = await ground.items.take(sizes.outageItems);
    await ground.stopWorker();
    const acknowledged = await sendAll(sms, sender);

    const watch = watchApprovals(ground.owner);
    const approvals = acknowledged.map(({ smsId }) => watch.approved(smsId));
    await ground.worker();
    const approvedAtMs = await Promise.all(approvals);
    // By the rows' own times: what the process takes to start is no part of it.
    const drainMs = Math.max(...approvedAtMs) - Math.min(...approvedAtMs);
    const ackMs = acknowledged.map((one) => one.ackMs);
    return {
      counts: { hook_ack_p99_ms: percentile(ackMs, 99), drain_per_s: (sms.length * 1_000) / Math.max(drainMs, 1) },
      background: [{ says: 'hook while the worker is down, p50', values: [percentile(ackMs, 50)], unit: 'ms' }],
    };
  } finally {
    await sender.close();
  }
}

async function sendAll(sms: Awaited<ReturnType<Ground['items']['take']>>, sender: ReturnType<typeof createHookSender>) {
  const acknowledged: Awaited<ReturnType<typeof sender.send>>[] = [];
  await driveClosed(sms, SENDERS, async (item) => void acknowledged.push(await sender.send(item)));
  return acknowledged;
}
