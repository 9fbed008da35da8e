/**
 * Advisory locks that two programs must take alike. Each is `pg_advisory_xact_lock(hashtextextended(<key>, 0))`.
 */

/**
 * Taken by recon's matching and by the reference wallet's creation of a deposit: an SMS and a deposit of the same money
 * that arrive together then see each other in one order or the other, and never miss each other.
 */
export function depositLockKey(currency: string, amountMinor: number): string {
  return `recon:deposit:${currency}:${amountMinor}`;
}

/** The same key, put together by PostgreSQL from the columns that hold the two. */
export function depositLockKeySql(currency: string, amountMinor: string): string {
  return `'recon:deposit:' || ${currency} || ':' || ${amountMinor}`;
}

/** Taken while an SMS is written: two sources that deliver the same SMS at once are paired one after the other. */
export function fingerprintLockKey(fingerprint: string): string {
  return `recon:fingerprint:${fingerprint}`;
}

/** PostgreSQL NOTIFY channel that a wallet may use to say that a deposit became pending; payload `{"order_id","currency","amount_minor"}`. */
export const DEPOSIT_CHANNEL = 'wallet_deposit_pending';
