/** What the benchmark and its worker process say to each other over IPC. */
import { z } from 'zod';

/** A text and the id under which a phone delivers it; its deposit is pending already. */
export const benchSms = z.object({ messageId: z.string(), body: z.string() });
export type BenchSms = z.infer<typeof benchSms>;

export const VARIANTS = ['pipeline', 'bare', 'empty', 'four_remote'] as const;
export type Variant = (typeof VARIANTS)[number];

export const workerRequest = z.discriminatedUnion('ask', [
  z.object({
    ask: z.literal('round'),
    variant: z.enum(VARIANTS),
    concurrency: z.number(),
    /** For the variants that take in SMS. */
    sms: z.array(benchSms),
    /** For those that do not. */
    count: z.number(),
  }),
  z.object({ ask: z.literal('stop') }),
]);
export type WorkerRequest = z.infer<typeof workerRequest>;

export const workerReply = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready') }),
  z.object({ say: z.literal('round'), elapsedMs: z.number(), cpuMs: z.number() }),
  z.object({ say: z.literal('failed'), fault: z.string() }),
]);
export type WorkerReply = z.infer<typeof workerReply>;
