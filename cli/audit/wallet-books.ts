/** The wallet's side of the books, over HTTP: what any wallet of the contract can be asked, and what the reference one lists. */
import { request } from 'undici';
import { z } from 'zod';

/** One credit on the wallet's ledger; `null` where the wallet does not say. */
export interface Credit {
  readonly orderId: string;
  readonly smsId: string;
  readonly ledgerEntryId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly brandId: string | null;
  readonly idempotencyKey: string | null;
}

export interface WalletOwnAudit {
  readonly creditCount: number;
  /** Minor units; a decimal text where no JSON number holds the sum. */
  readonly creditSumMinorByCurrency: Readonly<Record<string, number | string>>;
  readonly doubleCredits: number;
  readonly violationCount: number;
  readonly violations: readonly { readonly rule: string; readonly subject: string }[];
}

export interface WalletBooks {
  /** Null where this wallet has no such route. @throws WalletUnreadable */
  audit(): Promise<WalletOwnAudit | null>;
  /** Every credit on the ledger; null where this wallet cannot list them. @throws WalletUnreadable */
  credits(): Promise<Credit[] | null>;
  /** The credit of one deposit; null where it has none, or there is no such deposit. @throws WalletUnreadable */
  creditOf(orderId: string): Promise<Credit | null>;
}

/** Names the route and what was wrong with its answer. */
export class WalletUnreadable extends Error {
  override readonly name = 'WalletUnreadable';
}

export interface WalletBooksOptions {
  /** WALLET_SERVICE_URL. */
  readonly baseUrl: string;
  /** The caller that the token is of, such as `recon` or `ops`. */
  readonly caller: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

const tally = z.object({
  count: z.number(),
  sum_minor_by_currency: z.record(z.string(), z.union([z.number(), z.string()])),
});
const auditReply = z.object({
  ledger_credits: tally,
  double_credits: z.number(),
  violation_count: z.number(),
  violations: z.array(z.object({ rule: z.string(), subject: z.string() })),
});
const creditsReply = z.object({
  approvals: z.array(
    z.object({
      ledger_entry_id: z.string(),
      order_id: z.string(),
      sms_id: z.string(),
      amount_minor: z.number(),
      currency: z.string(),
      approval: z.object({ idempotency_key: z.string(), brand_id: z.string() }).nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
const depositReply = z.object({
  order_id: z.string(),
  amount_minor: z.number(),
  currency: z.string(),
  approval: z
    .object({
      sms_id: z.coerce.string(),
      ledger_entry_id: z.coerce.string(),
      idempotency_key: z.string().optional(),
      brand_id: z.string().optional(),
    })
    .nullish(),
});

const PAGE = 1_000;

export function createWalletBooks(options: WalletBooksOptions): WalletBooks {
  const timeoutMs = options.timeoutMs ?? 15_000;

  async function get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema> | null> {
    const { status, text } = await fetchText(path).catch((error: unknown) => {
      throw new WalletUnreadable(`the wallet did not answer GET ${path} (${codeOf(error)}): check WALLET_SERVICE_URL`);
    });
    if (status === 404) return null;
    if (status !== 200) throw new WalletUnreadable(`the wallet answered GET ${path} with ${status}`);
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new WalletUnreadable(`the wallet's answer to GET ${path} is not of the contract${field && `: ${field}`}`);
  }

  async function fetchText(path: string): Promise<{ status: number; text: string }> {
    const reply = await request(`${options.baseUrl}${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        'x-caller-service': options.caller,
        'x-internal-service-token': options.token,
      },
    });
    return { status: reply.statusCode, text: await reply.body.text() };
  }

  return {
    async audit() {
      const reply = await get('/internal/wallet/audit', auditReply);
      return (
        reply && {
          creditCount: reply.ledger_credits.count,
          creditSumMinorByCurrency: reply.ledger_credits.sum_minor_by_currency,
          doubleCredits: reply.double_credits,
          violationCount: reply.violation_count,
          violations: reply.violations,
        }
      );
    },
    async credits() {
      const credits: Credit[] = [];
      for (let cursor: string | null = '0'; cursor !== null;) {
        const page: z.infer<typeof creditsReply> | null = await get(
          `/internal/wallet/approvals?limit=${PAGE}&cursor=${cursor}`,
          creditsReply,
        );
        if (page === null) return null;
        credits.push(...page.approvals.map(toCredit));
        cursor = page.next_cursor;
      }
      return credits;
    },
    async creditOf(orderId) {
      const deposit = await get(`/internal/wallet/deposits/${encodeURIComponent(orderId)}`, depositReply);
      if (!deposit?.approval) return null;
      const { approval, amount_minor: amountMinor, currency } = deposit;
      return {
        orderId: deposit.order_id,
        smsId: approval.sms_id,
        ledgerEntryId: approval.ledger_entry_id,
        amountMinor,
        currency,
        brandId: approval.brand_id ?? null,
        idempotencyKey: approval.idempotency_key ?? null,
      };
    },
  };
}

function toCredit(row: z.infer<typeof creditsReply>['approvals'][number]): Credit {
  return {
    orderId: row.order_id,
    smsId: row.sms_id,
    ledgerEntryId: row.ledger_entry_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    brandId: row.approval?.brand_id ?? null,
    idempotencyKey: row.approval?.idempotency_key ?? null,
  };
}

function jsonOf(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no answer';
}
