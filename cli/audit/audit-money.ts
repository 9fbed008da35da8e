/**
 * The independent auditor behind `recon audit`: reads the SMS table and the wallet's ledger each for itself, and names every
 * difference. It trusts neither side's own figures. Safe to run at any time, also before the workers start after a restore.
 *
 * The order of reading makes honest traffic no finding: recon's rows first, then the ledger, so that whatever was approved
 * in the snapshot must be credited by then; a credit that the snapshot does not explain is asked of fresh rows, since a
 * handoff is always committed before its credit.
 */
import { BUCKETS, SMS_STATUSES, STATUS_RULES, type Bucket } from '../../domain/sms';
import { queryOne, queryRows, type Db } from '../../db/query';
import { readApprovedSms, readCreditStanding, readHandedOverOrders, type ApprovedSms } from '../../db/read/money-facts';
import { findBrokenRules } from '../../db/read/money-rules';
import { checkSeals } from './check-seals';
import { compareCredits, compareLists, finding } from './compare-credits';
import { isFault, isFindingKind, type Finding } from './findings';
import { canReadLedger, readLedger } from './ledger';
import type { Credit, WalletBooks, WalletOwnAudit } from './wallet-books';

export interface AuditSources {
  /** Recon's database; where its login may read the wallet's ledger too, the ledger itself is read. */
  readonly recon: Db;
  readonly wallet: WalletBooks;
}

/** received = approved + review + closed + open + lost; counted from the sightings on one side, the rows on the other. */
export type Conservation = Readonly<Record<Bucket | 'received' | 'lost', number>>;

export interface MoneyAudit {
  /** No fault was found; notices may have been. */
  readonly ok: boolean;
  readonly conservation: Conservation;
  /** Deposits or SMS with more than one credit. */
  readonly doubleCredits: number;
  readonly creditCount: number;
  /** Where the credits were read: from the ledger's own tables, from the wallet's list, or deposit by deposit. */
  readonly readFrom: 'ledger' | 'list' | 'deposits';
  /** Null where the wallet has no audit of its own. */
  readonly walletAudit: WalletOwnAudit | null;
  readonly findings: readonly Finding[];
}

/** @throws WalletUnreadable where the wallet cannot be read, PostgreSQL's error where recon's database cannot. */
export async function auditMoney({ recon, wallet }: AuditSources): Promise<MoneyAudit> {
  const ours = await readOurs(recon);
  const { credits, readFrom, findings: listFindings } = await readTheirs(recon, wallet);
  const walletAudit = await wallet.audit();
  const compared = compareCredits(ours.approved, credits);
  const unexplained: Finding[] = [];
  for (const credit of compared.unexplained) unexplained.push(...(await explain(recon, credit)));
  const findings = [
    ...ours.findings,
    ...compared.findings,
    ...unexplained,
    ...listFindings,
    ...(walletAudit?.violations ?? []).map(({ rule, subject }) =>
      finding('wallet_rule_broken', { smsId: null, orderId: null }, `${rule}: ${subject}`),
    ),
  ];
  return {
    ok: !findings.some(isFault),
    conservation: ours.conservation,
    doubleCredits: findings.filter(({ kind }) => kind === 'order_credited_twice' || kind === 'sms_credited_twice')
      .length,
    creditCount: credits.length,
    readFrom,
    walletAudit,
    findings,
  };
}

interface OurSide {
  readonly conservation: Conservation;
  readonly approved: readonly ApprovedSms[];
  readonly findings: readonly Finding[];
}

async function readOurs(recon: Db): Promise<OurSide> {
  return recon.transaction(
    async (trx) => {
      const conservation = await readConservation(trx);
      const broken = (await findBrokenRules(trx)).flatMap(({ kind, detail, ...at }) =>
        isFindingKind(kind) ? [finding(kind, at, detail)] : [],
      );
      const strays = await findStrays(trx);
      const approved = await readApprovedSms(trx);
      return { conservation, approved, findings: [...broken, ...strays, ...(await checkSeals(trx))] };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

/** An SMS and its first sighting are written in one transaction: the sightings count what came in without a look at any status. */
async function readConservation(trx: Db): Promise<Conservation> {
  const { received } = await queryOne<{ received: number }>(
    trx,
    `SELECT count(DISTINCT sms_id) AS received FROM shooter_sms_sighting`,
  );
  const rows = await queryRows<{ status: string; count: number }>(
    trx,
    `SELECT status, count(*) AS count FROM shooter_sms GROUP BY status`,
  );
  const inBucket = (bucket: Bucket) =>
    rows.filter(({ status }) => bucketOf(status) === bucket).reduce((sum, { count }) => sum + count, 0);
  const [open, review, closed, approved] = [
    inBucket('open'),
    inBucket('review'),
    inBucket('closed'),
    inBucket('approved'),
  ];
  return { received, approved, review, closed, open, lost: received - (open + review + closed + approved) };
}

function bucketOf(status: string): Bucket | undefined {
  const known = SMS_STATUSES.find((word) => word === status);
  return known && BUCKETS.find((bucket) => bucket === STATUS_RULES[known].bucket);
}

/** Rows in no bucket: only an older or newer release, or a hand, writes such a status. */
async function findStrays(trx: Db): Promise<Finding[]> {
  const rows = await queryRows<{ id: string; status: string }>(
    trx,
    `SELECT id::text, status FROM shooter_sms WHERE NOT (status = ANY(:known::text[]))`,
    { known: SMS_STATUSES },
  );
  return rows.map(({ id, status }) => finding('sms_lost', { smsId: id, orderId: null }, `status ${status} is unknown`));
}

async function readTheirs(
  recon: Db,
  wallet: WalletBooks,
): Promise<{ credits: readonly Credit[]; readFrom: MoneyAudit['readFrom']; findings: readonly Finding[] }> {
  const ledger = (await canReadLedger(recon)) ? await readLedger(recon) : null;
  const listed = await wallet.credits();
  if (ledger !== null)
    return { credits: ledger, readFrom: 'ledger', findings: listed === null ? [] : compareLists(ledger, listed) };
  if (listed !== null) return { credits: listed, readFrom: 'list', findings: [] };
  const credits: Credit[] = [];
  for (const orderId of await readHandedOverOrders(recon)) {
    const credit = await wallet.creditOf(orderId);
    if (credit) credits.push(credit);
  }
  return { credits, readFrom: 'deposits', findings: [] };
}

async function explain(recon: Db, credit: Credit): Promise<Finding[]> {
  switch (await readCreditStanding(recon, credit.smsId, credit.orderId)) {
    case 'expected':
      return [];
    case 'unexpected':
      return [finding('credit_without_approval', credit, `ledger entry ${credit.ledgerEntryId}`)];
    case 'no_such_sms':
      return [finding('credit_without_sms', credit, `ledger entry ${credit.ledgerEntryId}`)];
  }
}
