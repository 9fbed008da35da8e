/** What the wallet says of the money, by its own audit and by its list of credits, each asked over HTTP. */
import { z } from 'zod';
import { Refused, type Service } from '../demo/http';

const tally = z.looseObject({
  count: z.int(),
  sum_minor_by_currency: z.record(z.string(), z.union([z.number(), z.string()])),
});
const audit = z.looseObject({
  deposits: z.record(z.string(), tally),
  approvals: tally,
  ledger_credits: tally,
  double_credits: z.int(),
  violation_count: z.int(),
  violations: z.array(z.looseObject({ rule: z.string(), subject: z.string() })),
});
const page = z.looseObject({
  approvals: z.array(z.looseObject({ order_id: z.string(), sms_id: z.string() })),
  next_cursor: z.string().nullable(),
});

export interface WalletBooks {
  /** As the wallet answers it. */
  readonly audit: z.output<typeof audit>;
  /** Orders or SMS with more than one credit, counted here. */
  readonly creditedTwice: number;
}

const PAGE = 1_000;

/** Undefined where the wallet keeps no such books: one of the user's own need not. */
export async function readWalletBooks(wallet: Service): Promise<WalletBooks | undefined> {
  try {
    return { audit: audit.parse(await wallet.get('/internal/wallet/audit')), creditedTwice: await countTwice(wallet) };
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

async function countTwice(wallet: Service): Promise<number> {
  const seen = new Set<string>();
  let twice = 0;
  let cursor = '0';
  for (;;) {
    const path = `/internal/wallet/approvals?limit=${PAGE}&cursor=${cursor}`;
    const { approvals, next_cursor: next } = page.parse(await wallet.get(path));
    for (const { order_id: order, sms_id: sms } of approvals) {
      for (const key of [`order ${order}`, `sms ${sms}`]) {
        if (seen.has(key)) twice += 1;
        seen.add(key);
      }
    }
    if (next === null) return twice;
    cursor = next;
  }
}
