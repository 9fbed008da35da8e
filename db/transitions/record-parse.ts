/** Step 2, the row's side: what is needed to parse an SMS, and what the parser found. */
import type { ParseOutcome, Stepped } from '../../domain/outcomes';
import type { Movement } from '../../domain/parse-result';
import { dropBalanceEntry, RENEW_ENTRY, writeBalanceEntry } from '../balance-entries';
import type { Db, Transaction } from '../query';
import { json, prepared, queryRow } from '../query';
import { mapStanding, STANDING_COLUMNS, writeDecision, type StandingRecord } from '../standing';
import { lockSms, standingOf } from '../sms-row';
import { moveSms } from '../move-sms';
import { superseded } from './check-whitelist';

export interface TextToParse {
  readonly sender: string;
  /** Null once the text was erased after its retention time. */
  readonly body: string | null;
  readonly receivedAt: Date;
  /** Grows with every change of a template: a cached set with another revision is stale. */
  readonly templateRevision: number;
}

const READ_TEXT = prepared(
  'read_text_to_parse',
  `SELECT s.sender_normal, s.body, s.received_at,
     coalesce((SELECT (value ->> 'revision')::int FROM recon_cursor WHERE name = 'templates'), 0) AS revision
   FROM shooter_sms s
   WHERE s.id = :smsId AND s.attempt = :attempt AND s.status = 'received' AND s.step = 'parse'`,
);

/** Undefined where the row is not at the parse step of this attempt. */
export async function readTextToParse(
  db: Db,
  ref: { smsId: number; attempt: number },
): Promise<TextToParse | undefined> {
  const row = await queryRow<{ sender_normal: string; body: string | null; received_at: Date; revision: number }>(
    db,
    READ_TEXT,
    ref,
  );
  return (
    row && { sender: row.sender_normal, body: row.body, receivedAt: row.received_at, templateRevision: row.revision }
  );
}

/** What the templates made of the text; money in minor units. */
export interface ParsedFields {
  readonly templateId: number;
  readonly templateVersion: number;
  readonly bank: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly accountTail: string | null;
  readonly payerName: string | null;
  readonly reference: string | null;
  readonly balanceMinor: number | null;
  readonly occurredAt: Date | null;
  /** For the account's chain: null where the balance above is not to be relied on. */
  readonly chainBalanceMinor: number | null;
}

const RECORD_PARSED = prepared(
  'record_parsed',
  `WITH moved AS (
     UPDATE shooter_sms s SET step = 'match', template_id = :templateId, template_version = :templateVersion,
       bank = :bank, amount_minor = :amountMinor, currency = :currency, account_tail = :accountTail,
       payer_name = :payerName, reference = :reference, balance_minor = :balanceMinor, occurred_at = :occurredAt,
       updated_at = now()
     WHERE s.id = :smsId AND s.attempt = :attempt AND s.status = 'received' AND s.step = 'parse'
     RETURNING s.id, s.line, s.received_at, ${STANDING_COLUMNS}
   ), chained AS (
     INSERT INTO recon_balance_entry (sms_id, bank, account_tail, currency, line, received_at, change_minor, balance_minor)
     SELECT id, :bank, coalesce(:accountTail, ''), :currency, line, received_at, :amountMinor, :chainBalanceMinor FROM moved
     ${RENEW_ENTRY}
   ), decided AS (
     INSERT INTO recon_decision (sms_id, attempt, step, outcome, detail)
     SELECT id, :attempt, 'parse', 'parsed', :detail::jsonb FROM moved
   )
   SELECT * FROM moved`,
);

/** Compare-and-set on (received, parse, attempt). */
export async function recordParsed(
  db: Db,
  ref: { smsId: number; attempt: number },
  fields: ParsedFields,
): Promise<Stepped<ParseOutcome>> {
  const detail = json({ template_id: fields.templateId, template_version: fields.templateVersion });
  const moved = await queryRow<StandingRecord>(db, RECORD_PARSED, { ...ref, ...fields, detail });
  return moved ? { ...mapStanding(moved), outcome: 'parsed' } : superseded(db, ref.smsId);
}

/** A text that is no credit ends here; one that no template reads waits for a person. `detail` holds kinds and rules, no text. */
export async function recordNotParsed(
  trx: Transaction,
  ref: { smsId: number; attempt: number },
  outcome: Exclude<ParseOutcome, 'parsed'>,
  detail: Readonly<Record<string, string | number | null>>,
  movement: Movement | null = null,
): Promise<Stepped<ParseOutcome>> {
  const row = await lockSms(trx, ref.smsId);
  if (row?.status !== 'received' || row.step !== 'parse' || row.attempt !== ref.attempt)
    return superseded(trx, ref.smsId);
  await writeDecision(trx, { ...ref, step: 'parse', outcome, detail });
  await (movement ? writeBalanceEntry(trx, ref.smsId, movement) : dropBalanceEntry(trx, ref.smsId));
  const after = await moveSms(
    trx,
    row,
    outcome === 'not_a_credit'
      ? { status: 'not_a_credit' }
      : { status: 'awaiting_review', review_reason: 'parse_failed' },
  );
  return { ...standingOf(after), outcome };
}
