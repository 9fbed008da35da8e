/** What the stand and its guardian say to each other: one JSON line each. */
import { z } from 'zod';
import { processIdentity } from '../process-identity';

const entrusted = z.object({
  identity: processIdentity,
  /** The one that asks this program to end cleanly. */
  signal: z.enum(['SIGTERM', 'SIGINT', 'SIGKILL']),
});
export type Entrusted = z.infer<typeof entrusted>;

export const guardianMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('watch'), entry: entrusted }),
  z.object({ kind: z.literal('release'), pid: z.number() }),
  z.object({ kind: z.literal('scratch'), directory: z.string() }),
]);
export type GuardianMessage = z.infer<typeof guardianMessage>;
