/** Everything that is known about one SMS: what was seen, decided, asked for and done, for a person who must judge it. */
import type { Via } from '../../domain/delivery';
import type { Source } from '../../domain/sms';
import type { Db } from '../query';
import { queryRows } from '../query';
import { listReviews, type ReviewRow } from '../reviews';
import { findSms, type SmsRow } from '../sms-row';
import type { HandoffState } from '../transitions/handoff';

export interface Sighting {
  readonly id: number;
  readonly source: Source;
  readonly sourceAccount: string;
  readonly deviceId: number | null;
  readonly via: Via;
  readonly messageId: string | null;
  readonly receivedAt: Date;
  readonly seenAt: Date;
  readonly trusted: boolean;
}

export interface Decision {
  readonly id: number;
  readonly attempt: number;
  readonly step: string;
  readonly outcome: string;
  /** As the step wrote it: rules, candidates and their criteria. */
  readonly detail: unknown;
  readonly decidedAt: Date;
}

export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string;
  readonly byPerson: boolean;
  readonly action: string;
  readonly subject: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

export interface MatchRow {
  readonly id: number;
  readonly orderId: string;
  readonly attempt: number;
  readonly kind: 'auto' | 'manual' | 'forced';
  readonly amountMinor: number;
  readonly currency: string;
  readonly brandId: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly releasedAt: Date | null;
  readonly releaseReason: string | null;
  /** Null while the wallet was never asked about this match. */
  readonly handoff: HandoffRow | null;
}

export interface HandoffRow {
  readonly state: HandoffState;
  readonly idempotencyKey: string;
  readonly tries: number;
  readonly lastFault: string | null;
  readonly refusalCode: string | null;
  readonly ledgerEntryId: string | null;
  readonly startedAt: Date;
  readonly answeredAt: Date | null;
}

export interface SmsDetail {
  readonly sms: SmsRow;
  readonly sightings: readonly Sighting[];
  readonly decisions: readonly Decision[];
  readonly reviews: readonly ReviewRow[];
  readonly audit: readonly AuditRow[];
  readonly matches: readonly MatchRow[];
}

/** Newest entries of each list; an SMS that was tried more often than this keeps the rest in its tables. */
const LIST_LIMIT = 500;

const SIGHTINGS = `SELECT id, source, source_account AS "sourceAccount", device_id AS "deviceId", via, message_id AS "messageId",
    received_at AS "receivedAt", seen_at AS "seenAt", trusted
  FROM shooter_sms_sighting WHERE sms_id = :smsId ORDER BY id DESC LIMIT ${LIST_LIMIT}`;

const DECISIONS = `SELECT id, attempt, step, outcome, detail, decided_at AS "decidedAt"
  FROM recon_decision WHERE sms_id = :smsId ORDER BY id DESC LIMIT ${LIST_LIMIT}`;

const AUDIT = `SELECT id, at, actor, by_person AS "byPerson", action, subject, reason, before, after
  FROM recon_audit WHERE sms_id = :smsId ORDER BY id DESC LIMIT ${LIST_LIMIT}`;

const MATCHES = `SELECT m.id, m.order_id, m.attempt, m.kind, m.amount_minor, m.currency, m.brand_id, m.created_at, m.created_by,
    m.released_at, m.release_reason, h.state, h.idempotency_key, h.tries, h.last_fault, h.refusal_code, h.ledger_entry_id,
    h.started_at, h.answered_at
  FROM recon_match m LEFT JOIN recon_handoff h ON h.match_id = m.id
  WHERE m.sms_id = :smsId ORDER BY m.id DESC LIMIT ${LIST_LIMIT}`;

interface MatchRecord {
  id: number;
  order_id: string;
  attempt: number;
  kind: 'auto' | 'manual' | 'forced';
  amount_minor: number;
  currency: string;
  brand_id: string;
  created_at: Date;
  created_by: string;
  released_at: Date | null;
  release_reason: string | null;
  state: HandoffState | null;
  idempotency_key: string;
  tries: number;
  last_fault: string | null;
  refusal_code: string | null;
  ledger_entry_id: string | null;
  started_at: Date;
  answered_at: Date | null;
}

function mapMatch(row: MatchRecord): MatchRow {
  return {
    id: row.id,
    orderId: row.order_id,
    attempt: row.attempt,
    kind: row.kind,
    amountMinor: row.amount_minor,
    currency: row.currency,
    brandId: row.brand_id,
    createdAt: row.created_at,
    createdBy: row.created_by,
    releasedAt: row.released_at,
    releaseReason: row.release_reason,
    handoff: mapHandoff(row),
  };
}

function mapHandoff(row: MatchRecord): HandoffRow | null {
  if (row.state === null) return null;
  return {
    state: row.state,
    idempotencyKey: row.idempotency_key,
    tries: row.tries,
    lastFault: row.last_fault,
    refusalCode: row.refusal_code,
    ledgerEntryId: row.ledger_entry_id,
    startedAt: row.started_at,
    answeredAt: row.answered_at,
  };
}

/** Lists are in the order in which things happened. Undefined where there is no such SMS. */
export async function readSmsDetail(db: Db, smsId: number): Promise<SmsDetail | undefined> {
  const sms = await findSms(db, smsId);
  if (!sms) return undefined;
  const [sightings, decisions, reviews, audit, matches] = await Promise.all([
    queryRows<Sighting>(db, SIGHTINGS, { smsId }),
    queryRows<Decision>(db, DECISIONS, { smsId }),
    listReviews(db, smsId),
    queryRows<AuditRow>(db, AUDIT, { smsId }),
    queryRows<MatchRecord>(db, MATCHES, { smsId }),
  ]);
  return {
    sms,
    sightings: sightings.reverse(),
    decisions: decisions.reverse(),
    reviews,
    audit: audit.reverse(),
    matches: matches.map(mapMatch).reverse(),
  };
}
