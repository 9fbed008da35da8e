/** Recon's approved SMS held against the ledger's credits, one by one. */
import type { ApprovedSms } from '../../db/read/money-facts';
import type { Finding, FindingKind } from './findings';
import type { Credit } from './wallet-books';

/** Credits that belong to no approved SMS of the snapshot are given back: whether they may exist is for fresher rows to say. */
export function compareCredits(
  approved: readonly ApprovedSms[],
  credits: readonly Credit[],
): { findings: Finding[]; unexplained: Credit[] } {
  const findings = [...repeated(credits, 'orderId'), ...repeated(credits, 'smsId')];
  const bySms = groupBy(credits, 'smsId');
  const known = new Set<Credit>();
  for (const sms of approved) {
    const [credit] = (bySms.get(sms.smsId) ?? []).filter(({ orderId }) => orderId === sms.orderId);
    if (credit) {
      known.add(credit);
      findings.push(...differences(sms, credit));
    } else findings.push(finding('approved_without_credit', sms, 'no credit of this SMS and this deposit'));
  }
  return { findings, unexplained: credits.filter((credit) => !known.has(credit)) };
}

function differences(sms: ApprovedSms, credit: Credit): Finding[] {
  const key = `recon:${credit.orderId}:${credit.smsId}`;
  const found: Finding[] = [];
  const compare = (kind: FindingKind, ours: number | string | null, theirs: number | string | null) => {
    // What the wallet does not tell is no difference; what recon should have and lacks is another rule's finding.
    if (theirs === null || ours === null || ours === theirs) return;
    found.push(finding(kind, sms, `recon ${ours}, ledger ${theirs}`));
  };
  compare('amount_mismatch', sms.amountMinor, credit.amountMinor);
  compare('currency_mismatch', sms.currency, credit.currency);
  compare('brand_mismatch', sms.brandId, credit.brandId);
  compare('ledger_entry_mismatch', sms.ledgerEntryId, credit.ledgerEntryId);
  compare('key_mismatch', key, credit.idempotencyKey);
  return found;
}

function repeated(credits: readonly Credit[], by: 'orderId' | 'smsId'): Finding[] {
  const kind = by === 'orderId' ? 'order_credited_twice' : 'sms_credited_twice';
  return [...groupBy(credits, by).values()].flatMap(([first, ...more]) =>
    first === undefined || more.length === 0 ? [] : [finding(kind, first, `${more.length + 1} credits`)],
  );
}

function groupBy(credits: readonly Credit[], by: 'orderId' | 'smsId'): Map<string, Credit[]> {
  const groups = new Map<string, Credit[]>();
  for (const credit of credits) {
    const group = groups.get(credit[by]);
    if (group) group.push(credit);
    else groups.set(credit[by], [credit]);
  }
  return groups;
}

/** What the wallet lists against what its ledger holds: each entry of the ledger must be in the later list, as it is. */
export function compareLists(ledger: readonly Credit[], listed: readonly Credit[]): Finding[] {
  const byEntry = new Map(listed.map((credit) => [credit.ledgerEntryId, credit]));
  return ledger
    .filter((credit) => !sameCredit(credit, byEntry.get(credit.ledgerEntryId)))
    .map((credit) => finding('wallet_reports_otherwise', credit, `ledger entry ${credit.ledgerEntryId}`));
}

function sameCredit(one: Credit, other: Credit | undefined): boolean {
  return (
    one.orderId === other?.orderId &&
    one.smsId === other.smsId &&
    one.amountMinor === other.amountMinor &&
    one.currency === other.currency
  );
}

export function finding(
  kind: FindingKind,
  { smsId, orderId }: { readonly smsId: string | null; readonly orderId: string | null },
  detail: string,
): Finding {
  return { kind, smsId, orderId, detail };
}
