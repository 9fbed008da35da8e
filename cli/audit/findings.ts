/** What the auditor can find: a closed list, each kind with what it means and what to do about it. */
export const FINDINGS = {
  sms_lost: 'an SMS was sighted and is in no bucket: its row is gone or its status is unknown',
  approved_without_credit: 'an SMS is approved and the ledger holds no credit of it: the player was not paid',
  credit_without_approval: 'the ledger holds a credit of an SMS that is neither approved nor with the wallet',
  credit_without_sms: 'the ledger holds a credit of an SMS that recon does not have: was recon restored from a backup?',
  order_credited_twice: 'the ledger credits one deposit more than once',
  sms_credited_twice: 'the ledger credits one SMS more than once',
  amount_mismatch: 'SMS, match, deposit and credit do not agree on the amount',
  currency_mismatch: 'SMS, match, deposit and credit do not agree on the currency',
  brand_mismatch: 'SMS, match, deposit and approval do not agree on the brand',
  ledger_entry_mismatch: 'the handoff names another ledger entry than the ledger has',
  key_mismatch: 'the idempotency key is not the one of this deposit and this SMS',
  match_missing: 'an SMS that is matched, with the wallet or approved has no live match for its deposit',
  match_left_behind: 'a closed SMS still holds a live match: its deposit is claimed for nobody',
  two_live_matches: 'one SMS, one deposit or one bank reference has two live matches',
  handoff_missing: 'an SMS that is with the wallet or approved has no handoff that says so',
  handoff_unrecorded: 'the wallet approved and the SMS is not approved',
  released_while_open: 'a match was released although the wallet approved it or may yet do so',
  deposit_not_approved: 'an SMS is approved and its deposit is not',
  approved_not_by_recon: 'a deposit is approved and recon never handed it over: approved by hand, or by someone else',
  wallet_rule_broken: "the wallet's own audit names a violation",
  wallet_reports_otherwise: 'the wallet lists other credits than its ledger holds',
  audit_seal_broken: 'the chain over the log of human actions is broken: an entry was changed or removed',
} as const;

export type FindingKind = keyof typeof FINDINGS;

export interface Finding {
  readonly kind: FindingKind;
  readonly smsId: string | null;
  readonly orderId: string | null;
  /** Ids, figures and fixed words: never a piece of an SMS. */
  readonly detail: string;
}

/** Worth a look, and no fault of recon's: people may approve deposits in the wallet by hand. */
const NOTICES: ReadonlySet<FindingKind> = new Set(['approved_not_by_recon']);

export function isFault({ kind }: Finding): boolean {
  return !NOTICES.has(kind);
}

export function isFindingKind(word: string): word is FindingKind {
  return Object.hasOwn(FINDINGS, word);
}
