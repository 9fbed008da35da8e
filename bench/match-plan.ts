/** The plan of matching's statement among many rows: each part of it must go by an index, whatever the statistics say. */
import type { Db } from '../db/query';
import { queryOne } from '../db/query';
import { EVIDENCE_SQL } from '../db/transitions/match-evidence';
import { z } from 'zod';

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string | undefined;
  'Relation Name'?: string | undefined;
  Plans?: PlanNode[] | undefined;
}

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Index Name': z.string().optional(),
    'Relation Name': z.string().optional(),
    Plans: z.array(planNode).optional(),
  }),
);
const explained = z.array(z.object({ Plan: planNode }));

/** Templates are few, and a table of one page is read whole by any planner. */
const SMALL_TABLES = ['shooter_template_recharge', 'shooter_template_recharge_version'];
const EXPECTED = ['player_deposit_pending', 'shooter_sms_unmatched'];

/** Names of the indexes that are used. @throws Error naming what is read without one */
export async function explainMatch(db: Db, smsId: number): Promise<string[]> {
  const row = await queryOne<Record<string, unknown>>(db, `EXPLAIN (FORMAT JSON) ${EVIDENCE_SQL}`, {
    smsId,
    attempt: 1,
    beforeMs: 24 * 3_600_000,
    waitMs: 30 * 60_000,
  });
  const nodes = explained.parse(row['QUERY PLAN']).flatMap(({ Plan }) => flattened(Plan));
  const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] ?? '?');
  const large = whole.filter((relation) => !SMALL_TABLES.includes(relation));
  if (large.length > 0) throw new Error(`matching reads all of ${large.join(' and ')}: it must go by an index`);
  const used = nodes.flatMap((node) => node['Index Name'] ?? []);
  const missing = EXPECTED.filter((index) => !used.includes(index));
  if (missing.length > 0) throw new Error(`matching does not use the index ${missing.join(' and ')}`);
  return used;
}

function flattened(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flattened)];
}
