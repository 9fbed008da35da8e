/** Was anything lost or paid twice? Asked of the rows and of the wallet's own audit, not of what the run believes. */
import { request } from 'undici';
import { z } from 'zod';
import { queryOne } from '../db/query';
import type { Ground } from './ground';

export interface Verdict {
  readonly items: number;
  readonly lost: number;
  readonly doubled: number;
}

const walletAudit = z.object({
  approvals: z.object({ count: z.number() }),
  ledger_credits: z.object({ count: z.number() }),
  double_credits: z.number(),
  violation_count: z.number(),
});

/** An item counts as done where its row is approved and the wallet has its approval. */
const COUNT_SQL = `SELECT
  count(*) FILTER (WHERE s.status = 'approved' AND a.sms_id IS NOT NULL)::int AS done,
  count(*)::int AS rows
  FROM shooter_sms s LEFT JOIN wallet.approval a ON a.sms_id = s.id::text AND a.order_id = s.order_id`;

export async function verifyItems(ground: Ground): Promise<Verdict> {
  const items = ground.items.taken();
  const { done, rows } = await queryOne<{ done: number; rows: number }>(ground.owner, COUNT_SQL);
  const audit = await readAudit(ground);
  const credits = audit.ledger_credits.count;
  return {
    items,
    lost: Math.max(0, items - done),
    // A credit or a row too many, by whichever count finds it.
    doubled: Math.max(audit.double_credits, credits - done, rows - items, audit.violation_count, 0),
  };
}

async function readAudit(ground: Ground): Promise<z.infer<typeof walletAudit>> {
  const reply = await request(`${ground.stand.urls.wallet}/internal/wallet/audit`, {
    headers: { 'x-caller-service': 'ops', 'x-internal-service-token': ground.secret('INTERNAL_SERVICE_TOKEN_OPS') },
  });
  return walletAudit.parse(await reply.body.json());
}
