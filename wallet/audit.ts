/** Counts the money twice: from what the service recorded and from the ledger's entries alone, and names every difference. */
import type { Knex } from 'knex';
import { VIOLATIONS } from './audit-rules';

/** Minor units by currency; a decimal string where the sum no longer fits a JSON number exactly. */
export type Sums = Record<string, number | string>;
export interface Tally {
  readonly count: number;
  readonly sum_minor_by_currency: Sums;
}
export interface Violation {
  readonly rule: string;
  /** The order, SMS, posting or currency at fault. */
  readonly subject: string;
}
export interface Audit {
  readonly deposits: Readonly<Record<'pending' | 'approved' | 'cancelled' | 'expired', Tally>>;
  readonly approvals: Tally;
  readonly ledger_credits: Tally;
  /** Orders or SMS with more than one credit. */
  readonly double_credits: number;
  readonly violation_count: number;
  /** The first hundred. */
  readonly violations: readonly Violation[];
}

const MAX_VIOLATIONS = 100;

interface TallyRow {
  part: string;
  currency: string;
  count: number;
  sum: string;
}

const TALLIES = `
  SELECT status AS part, currency, count(*)::int AS count, sum(amount_minor)::text AS sum
    FROM wallet.player_deposit GROUP BY status, currency
  UNION ALL
  SELECT 'approvals', currency, count(*)::int, sum(amount_minor)::text FROM wallet.approval GROUP BY currency
  UNION ALL
  SELECT 'ledger_credits', currency, count(*)::int, sum(amount_minor)::text
    FROM wallet.ledger_entry WHERE side = 'credit' GROUP BY currency
  ORDER BY part, currency`;

/** One snapshot for all of it: an approval that commits in between is in every figure or in none. */
export async function audit(knex: Knex): Promise<Audit> {
  const { tallies, violations } = await knex.transaction(
    async (transaction) => ({
      tallies: (await transaction.raw<{ rows: TallyRow[] }>(TALLIES)).rows,
      violations: (await transaction.raw<{ rows: Violation[] }>(VIOLATIONS)).rows,
    }),
    { isolationLevel: 'repeatable read', readOnly: true },
  );
  const tally = (part: string) => tallyOf(tallies.filter((row) => row.part === part));
  return {
    deposits: {
      pending: tally('pending'),
      approved: tally('approved'),
      cancelled: tally('cancelled'),
      expired: tally('expired'),
    },
    approvals: tally('approvals'),
    ledger_credits: tally('ledger_credits'),
    double_credits: violations.filter(({ rule }) => rule === 'order_credited_twice' || rule === 'sms_credited_twice')
      .length,
    violation_count: violations.length,
    violations: violations.slice(0, MAX_VIOLATIONS),
  };
}

function tallyOf(rows: readonly TallyRow[]): Tally {
  return {
    count: rows.reduce((total, row) => total + row.count, 0),
    sum_minor_by_currency: Object.fromEntries(rows.map((row) => [row.currency, exact(row.sum)])),
  };
}

function exact(sum: string): number | string {
  const value = Number(sum);
  return Number.isSafeInteger(value) ? value : sum;
}
