/** The result for people. */
import { formatMoney } from '../../domain/money';
import type { Bucket, ReviewReason, SmsStatus } from '../../domain/sms';
import { STATUS_RULES } from '../../domain/sms';
import type { RunningStand } from '../stand';
import type { SmsCounts } from './count-sms';
import { aligned, type Row } from './aligned';
import type { StandResult } from './result';
import { sourceTable } from './source-table';

const BUCKET_TITLES: Readonly<Record<Bucket, string>> = {
  approved: 'approved',
  review: 'waiting for review',
  closed: 'closed',
  open: 'open',
};

const MEANINGS: Readonly<Partial<Record<SmsStatus | ReviewReason, string>>> = {
  parse_failed: 'no template reads it safely',
  unmatched: 'nobody asked for this money in time',
  ambiguous: 'more than one deposit or SMS could be meant',
  cross_brand: "its brand is not the deposit's",
  duplicate_reference: 'another SMS holds its bank reference',
  possible_duplicate: 'a copy, or a second payment',
  clock_suspect: "the phone's clock runs ahead",
  wallet_rejected: 'the wallet said no',
  wallet_unknown: 'the wallet gave no clear answer',
  internal_error: 'an unexpected fault',
  proposed: 'matched; a person has to say yes',
  held_untrusted_device: 'from a phone that nobody trusts yet',
  decision_pending: 'decided; can still be taken back',
  awaiting_second_approval: 'approved by one, a second has to confirm',
  waiting_for_deposit: 'its deposit has not come yet',
  not_whitelisted: 'from a sender that nobody listed',
  not_a_credit: 'codes, debits, advertisements',
};

/** By the bucket of the design: reasons where a person is waited for, statuses elsewhere. */
export function resultTable({ counts, sources, wallet, doubleCredits }: StandResult): string {
  const { sms, passed, seenAgain } = counts;
  const again = seenAgain === 0 ? '' : `seen ${sms + seenAgain} times: by several ways, phones and sources`;
  const rows: Row[] = [['SMS in', sms, again]];
  const order: readonly Bucket[] = ['approved', 'review', 'closed', 'open'];
  for (const bucket of order)
    rows.push([BUCKET_TITLES[bucket], counts.buckets[bucket], remarkOf(bucket, counts)], ...within(bucket, counts));
  rows.push(
    ['lost', counts.lost],
    ['credited twice', doubleCredits, "by the wallet's audit, its credits, and our handoffs"],
  );
  const through = `${passed.received} received, ${passed.matched} matched, ${passed.approving} approving`;
  const audit = wallet?.audit;
  const books = audit
    ? `${audit.ledger_credits.count} credits for ${audit.approvals.count} approvals, ${audit.violation_count} violations`
    : 'no books to show';
  return [
    aligned(rows),
    '',
    sourceTable(sources),
    '',
    aligned([['passed on the way', through], ["the wallet's audit", books], ...moneyRows(counts)]),
  ].join('\n');
}

function remarkOf(bucket: Bucket, { buckets, approvedByPerson }: SmsCounts): string {
  if (bucket !== 'approved') return '';
  return `${buckets.approved - approvedByPerson} by the machine, ${approvedByPerson} by a person`;
}

function within(bucket: Bucket, { byStatus, byReason }: SmsCounts): Row[] {
  if (bucket === 'approved') return [];
  const statuses = byStatus.filter(
    ([status]) => STATUS_RULES[status].bucket === bucket && status !== 'awaiting_review',
  );
  const reasons = bucket === 'review' ? byReason : [];
  return [...reasons, ...statuses].map(([word, count]) => [`  ${word}`, count, MEANINGS[word] ?? '']);
}

const MONEY_PER_LINE = 4;

function moneyRows({ approvedMoney }: SmsCounts): Row[] {
  const sums = approvedMoney.map(formatMoney);
  const lines = Array.from({ length: Math.ceil(sums.length / MONEY_PER_LINE) }, (_, line) =>
    sums.slice(line * MONEY_PER_LINE, (line + 1) * MONEY_PER_LINE).join('   '),
  );
  return lines.map((line, index): Row => [index === 0 ? 'approved money' : '', line]);
}

/** Where everything is, while the stand is up. */
export function addressTable(stand: RunningStand): string {
  const { urls, home, processes, environment } = stand;
  const ui = urls.temporalUi && workflowsUrl(urls.temporalUi, environment['TEMPORAL_NAMESPACE'] ?? 'default');
  return aligned([
    ...(processes.includes('api')
      ? ([
          ['API', urls.api],
          ['OpenAPI', `${urls.api}/openapi.json`],
        ] as const)
      : []),
    ['Temporal UI', urls.temporalUi ?? '(set TEMPORAL_UI_URL to show it here)'],
    ...(ui === undefined ? [] : ([['  in review', ui]] as const)),
    ['Wallet', urls.wallet],
    ['  its audit', `${urls.wallet}/internal/wallet/audit (for callers with a token)`],
    ...(processes.includes('worker') ? ([['Worker', `${urls.worker}/health`]] as const) : []),
    ...(urls.sim === undefined ? [] : ([['Simulators', `${urls.sim} (their controls: docs/simulators.md)`]] as const)),
    ['Logs', `${home}/logs`],
  ]);
}

function workflowsUrl(ui: string, namespace: string): string {
  return `${ui}/namespaces/${namespace}/workflows?query=${encodeURIComponent('ReconStatus="awaiting_review"')}`;
}

/** For whoever sees this for the first time. */
export function nextSteps({ counts, sources }: StandResult): string {
  const { inReview, approved } = counts.newest;
  return aligned([
    ['npm run recon -- sms list --need-check', 'what waits for a person'],
    ...(inReview === null ? [] : [[`npm run recon -- sms explain ${inReview}`, 'why this one waits'] as const]),
    ...(approved === null ? [] : [[`npm run recon -- sms explain ${approved}`, 'why this one was approved'] as const]),
    ...(sources.seenOften === null
      ? []
      : [[`npm run recon -- sms show ${sources.seenOften}`, 'the ways by which this one came'] as const]),
    ['npm run recon -- gap list', 'where balances say that an SMS is missing'],
    ['npm run recon -- doctor', 'is all well: sources, phones, loops'],
    ['npm run recon -- audit', "the SMS table against the wallet's ledger"],
    ['docs/sources.md', 'how to send an SMS yourself, by each way'],
  ]);
}
