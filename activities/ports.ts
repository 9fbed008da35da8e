/** What the activities need from outside, narrow enough to be faked by a type and real in every test that matters. */
import type { TemplateSet } from '../domain/template';
import type { FourEyesThresholds } from '../domain/review';
import type { Db } from '../db/query';
import type { Handoff } from '../db/transitions/handoff';
import type { MatchSettings } from '../db/transitions/match-deposit';
import type { Logger } from '../service/logger';

export interface SmsRef {
  readonly smsId: number;
  readonly attempt: number;
}

/** What the wallet said. `fault` words are fixed (`http_500`, `timeout`, `html`, …): they enter histories. */
export type WalletAnswer =
  | { readonly kind: 'approved'; readonly ledgerEntryId: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unclear'; readonly fault: string; readonly retryAfterMs: number | null }
  /** The wallet refuses us, not the SMS: token, signature, address or a reply that is no wallet's. */
  | { readonly kind: 'misconfigured'; readonly fault: string };

export interface WalletClient {
  /** Asks for the approval; never throws for anything the wallet or the network does. */
  approve(handoff: Handoff, timeoutMs: number): Promise<WalletAnswer>;
  /** Was this deposit paid for this SMS? Null where the wallet does not say clearly. */
  findApproval(handoff: Handoff, timeoutMs: number): Promise<{ readonly ledgerEntryId: string } | null>;
  /** True while the process-wide circuit breaker lets no call through. */
  isOpen(): boolean;
}

/** The templates in force; cached by the revision that the row's own statement read. */
export interface TemplateSource {
  at(revision: number): Promise<TemplateSet>;
}

export interface Metrics {
  /** Seconds that a stage of one SMS took. */
  stageSeconds(stage: string, seconds: number): void;
  /** An SMS came to an end or to a person: `recon_sms_total{source,outcome}`. */
  smsOutcome(outcome: string, source: string | null): void;
  walletRequest(outcome: string): void;
  /** `recon_cross_brand_rejected_total{command,mode}`. */
  crossBrand(command: string, mode: string): void;
}

export interface WalletPolicy {
  /** Milliseconds for the one quick try inside the workflow task. */
  readonly localTimeoutMs: number;
  readonly timeoutMs: number;
  /** Waits between calls without a clear answer, in milliseconds; when they are used up, a person is asked. */
  readonly ladderMs: readonly number[];
  readonly retryAfterCapMs: number;
  readonly misconfiguredRetryMs: number;
}

export interface ActivityDeps {
  readonly db: Db;
  readonly wallet: WalletClient;
  readonly templates: TemplateSource;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly match: MatchSettings;
  readonly walletPolicy: WalletPolicy;
  readonly fourEyes: FourEyesThresholds;
}

/** One account's socket or one bot's poll, run once in the cluster. */
export interface SourceListener {
  /**
   * Resolves `removed` when the account is no longer there, `renew` when its turn is over. Rejects with the signal's reason
   * where this worker must stop, and with the fault where another try may help. Outages of the service, of PostgreSQL or of
   * Redis are waited out inside, with backoff, and reported to the loop's freshness.
   */
  listen(given: { readonly accountId: number; readonly signal: AbortSignal }): Promise<'removed' | 'renew'>;
}
