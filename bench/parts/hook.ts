/** The pipeline as it runs in production with more processes: in by the signed hook of `api`, without eager start. */
import { workflowIdOf } from '../../domain/sms';
import { watchApprovals } from '../approval-watch';
import { driveClosed } from '../drive';
import type { Ground } from '../ground';
import { createHookSender } from '../hook-sender';
import type { Sizes } from '../options';
import type { PartResult } from '../results';
import { ratiosByRound } from '../statistics';

export async function measureHook(ground: Ground, sizes: Sizes): Promise<PartResult> {
  const worker = await ground.worker();
  const sender = createHookSender(ground, sizes.concurrency);
  const watch = watchApprovals(ground.owner);

  /** Waited for by its workflow's result like every other variant; the row says first when there is one. */
  async function throughHook(count: number): Promise<number> {
    const sms = await ground.items.take(count);
    const elapsedMs = await driveClosed(sms, sizes.concurrency, async (item) => {
      const { smsId } = await sender.send(item);
      await watch.approved(smsId);
      await ground.client.workflow.getHandle(workflowIdOf(smsId)).result();
    });
    return (count * 1_000) / elapsedMs;
  }
  const bare = async (count: number) => (await worker.runPlain('bare', count)).perSecond;

  try {
    await throughHook(sizes.warmUpItems);
    await bare(sizes.warmUpItems);
    const rates = { hook: new Array<number>(), bare: new Array<number>() };
    for (let round = 0; round < sizes.rounds; round += 1) {
      const turns = [
        async () => rates.hook.push(await throughHook(sizes.itemsPerRound)),
        async () => rates.bare.push(await bare(sizes.itemsPerRound)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    return {
      ratios: { hook_pipeline_vs_bare: ratiosByRound(rates.hook, rates.bare) },
      background: [
        { says: 'pipeline through the hook', values: rates.hook, unit: '/s' },
        { says: 'bare beside it', values: rates.bare, unit: '/s' },
      ],
    };
  } finally {
    await sender.close();
  }
}
