/**
 * The client of the wallet contract (design, section 7). It sorts every reply into one of four answers and throws for none
 * of them: only JSON with a code that the contract knows is the wallet's word on the SMS.
 */
import { circuitBreaker, ConsecutiveBreaker, handleWhenResult, CircuitState, BrokenCircuitError } from 'cockatiel';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { brandSignature } from '../service/brand-signature';
import type { Handoff } from '../db/transitions/handoff';
import type { WalletAnswer, WalletClient } from './ports';

export interface WalletClientOptions {
  /** WALLET_SERVICE_URL. */
  readonly baseUrl: string;
  readonly token: string;
  readonly signingKey: string;
  /** Calls at once to the wallet. */
  readonly connections: number;
}

const REFUSALS_409 = new Set([
  'already_approved_by_other',
  'deposit_not_pending',
  'sms_already_used',
  'idempotency_mismatch',
]);
const REFUSALS_422 = new Set(['amount_mismatch', 'currency_mismatch', 'brand_mismatch']);
const MAX_REPLY_BYTES = 64 * 1024;

/** How many calls in a row without a clear answer open the breaker, and for how long no quick try is made. */
const BREAKER = { consecutive: 10, halfOpenAfterMs: 5_000 };

const approvedReply = z.object({
  status: z.literal('approved'),
  order_id: z.string(),
  ledger_entry_id: z.coerce.string(),
});
const errorReply = z.object({ error: z.object({ code: z.string() }) });
const depositReply = z.object({
  order_id: z.string(),
  status: z.string(),
  approval: z.object({ sms_id: z.coerce.number(), ledger_entry_id: z.coerce.string() }).nullish(),
});

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

export interface ClosableWalletClient extends WalletClient {
  close(): Promise<void>;
}

export function createWalletClient(options: WalletClientOptions): ClosableWalletClient {
  const agent = new Agent({ connections: options.connections, keepAliveTimeout: 30_000 });
  const breaker = circuitBreaker(
    handleWhenResult((answer) => isAnswer(answer) && answer.kind !== 'approved' && answer.kind !== 'refused'),
    { halfOpenAfter: BREAKER.halfOpenAfterMs, breaker: new ConsecutiveBreaker(BREAKER.consecutive) },
  );

  async function call(
    method: 'GET' | 'POST',
    path: string,
    handoff: Handoff,
    body: string,
    timeoutMs: number,
  ): Promise<Reply> {
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = brandSignature(options.signingKey, {
      brandId: handoff.brandId,
      timestamp,
      method,
      path,
      rawBody: body,
    });
    const reply = await request(`${options.baseUrl}${path}`, {
      method,
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      headers: {
        accept: 'application/json',
        'x-caller-service': 'recon',
        'x-internal-service-token': options.token,
        'x-brand-id': handoff.brandId,
        'x-brand-timestamp': String(timestamp),
        'x-brand-signature': signature,
        ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': handoff.idempotencyKey } : {}),
      },
      ...(method === 'POST' ? { body } : {}),
    });
    const text = await readBounded(reply.body);
    return {
      status: reply.statusCode,
      contentType: headerText(reply.headers['content-type']),
      retryAfter: headerText(reply.headers['retry-after']) || undefined,
      text,
    };
  }

  async function approve(handoff: Handoff, timeoutMs: number): Promise<WalletAnswer> {
    try {
      const path = `/internal/wallet/deposits/${encodeURIComponent(handoff.orderId)}/approve`;
      return sortReply(handoff, await call('POST', path, handoff, bodyOf(handoff), timeoutMs));
    } catch (error) {
      return { kind: 'unclear', fault: faultOf(error), retryAfterMs: null };
    }
  }

  return {
    async approve(handoff, timeoutMs) {
      try {
        return await breaker.execute(() => approve(handoff, timeoutMs));
      } catch (error) {
        // On the ladder an open breaker must not stop the call: its rungs are the backoff.
        if (error instanceof BrokenCircuitError) return approve(handoff, timeoutMs);
        throw error;
      }
    },
    async findApproval(handoff, timeoutMs) {
      try {
        const path = `/internal/wallet/deposits/${encodeURIComponent(handoff.orderId)}`;
        const reply = await call('GET', path, handoff, '', timeoutMs);
        const parsed = reply.status === 200 ? depositReply.safeParse(jsonOf(reply)) : undefined;
        const approval = parsed?.data?.approval;
        return approval?.sms_id === handoff.smsId ? { ledgerEntryId: approval.ledger_entry_id } : null;
      } catch {
        return null;
      }
    },
    isOpen: () => breaker.state === CircuitState.Open,
    close: () => agent.close(),
  };
}

/** The same bytes for the same key, for ever: every field comes from the match, none from the clock. */
export function bodyOf(handoff: Handoff): string {
  return JSON.stringify({
    order_id: handoff.orderId,
    sms_id: String(handoff.smsId),
    amount_minor: handoff.amountMinor,
    currency: handoff.currency,
    brand_id: handoff.brandId,
  });
}

/** The table of the contract: what is retried, what goes to review, and what is a fault of configuration. */
function sortReply(handoff: Handoff, reply: Reply): WalletAnswer {
  const { status } = reply;
  if (status === 408 || status === 429 || status >= 500)
    return { kind: 'unclear', fault: `http_${status}`, retryAfterMs: retryAfterMs(reply.retryAfter) };
  if (status === 401 || status === 403) return { kind: 'misconfigured', fault: `http_${status}` };
  if (status >= 300 && status < 400) return { kind: 'misconfigured', fault: 'redirect' };
  if (reply.contentType.includes('html')) return { kind: 'misconfigured', fault: 'html' };
  const json = jsonOf(reply);
  if (status === 200) {
    const parsed = approvedReply.safeParse(json);
    return parsed.success && parsed.data.order_id === handoff.orderId
      ? { kind: 'approved', ledgerEntryId: parsed.data.ledger_entry_id }
      : { kind: 'unclear', fault: 'unreadable', retryAfterMs: null };
  }
  const code = errorReply.safeParse(json).data?.error.code;
  if (code === undefined && json === undefined) return { kind: 'unclear', fault: 'unreadable', retryAfterMs: null };
  if (status === 409 && code === 'request_in_progress') return { kind: 'unclear', fault: code, retryAfterMs: null };
  const known = (status === 409 && REFUSALS_409.has(code ?? '')) || (status === 422 && REFUSALS_422.has(code ?? ''));
  if (known || (status === 404 && code === 'unknown_deposit'))
    return { kind: 'refused', code: code ?? 'unknown_deposit' };
  return { kind: 'misconfigured', fault: `http_${status}_unknown_code` };
}

function jsonOf(reply: Reply): unknown {
  try {
    const parsed: unknown = JSON.parse(reply.text);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Seconds or an HTTP date. */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_REPLY_BYTES) throw new Error('reply_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headerText(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** A fixed word: undici's messages name hosts and ports, and this enters histories. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'network';
  if (error.message === 'reply_too_large') return 'reply_too_large';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.name === 'TimeoutError' || code.includes('TIMEOUT') ? 'timeout' : 'network';
}

function isAnswer(value: unknown): value is WalletAnswer {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
