/** An SMS in the words of people. */
import type { z } from 'zod';
import type { smsRow } from '../api/schemas/sms';
import { formatMoney } from '../domain/money';
import { formatTime, localTime, moneyOrDash, oneLine } from './words';

export type SmsJson = z.output<typeof smsRow>;

/** "awaiting_review: ambiguous". */
export function statusWords(sms: Pick<SmsJson, 'status' | 'review_reason'>): string {
  return sms.status === 'awaiting_review' && sms.review_reason !== null
    ? `${sms.status}: ${sms.review_reason}`
    : sms.status;
}

export const LIST_HEAD = ['ID', 'CAME IN', 'SENDER', 'AMOUNT', 'BRAND', 'ORDER', 'STATUS'] as const;

export function listRow(sms: SmsJson): string[] {
  return [
    String(sms.id),
    localTime(sms.ingested_at),
    sms.sender,
    moneyOrDash(sms.amount_minor, sms.currency),
    sms.brand_id ?? '-',
    sms.order_id ?? '-',
    statusWords(sms),
  ];
}

/** Every field that is known, a line each. */
export function smsLines(sms: SmsJson): string[] {
  const fields: readonly (readonly [string, string | null])[] = [
    ['status', statusWords(sms)],
    ['attempt', String(sms.attempt)],
    ['came in', formatTime(sms.ingested_at)],
    ["phone's clock", formatTime(sms.received_at)],
    ['source', `${sms.source} / ${sms.source_account}${sms.device_id === null ? '' : `, device ${sms.device_id}`}`],
    ['sender', sms.sender === sms.sender_normal ? sms.sender : `${sms.sender} (${sms.sender_normal})`],
    ['bank', sms.bank],
    ['amount', sms.amount_minor === null ? null : moneyOrDash(sms.amount_minor, sms.currency)],
    ['account', sms.account_tail],
    ['payer', sms.payer_name],
    ['reference', sms.reference],
    ['balance', balanceOf(sms)],
    ["bank's time", timeOrNull(sms.occurred_at)],
    ['brand', sms.brand_id],
    ['order', sms.order_id === null ? null : `${sms.order_id} (${sms.match_kind ?? 'unknown'} match)`],
    ['template', sms.template_id === null ? null : `${sms.template_id}, version ${sms.template_version ?? '-'}`],
    ['checked', checkedOf(sms)],
    ['remark', sms.remark],
    [
      'pending',
      sms.pending_verdict === null ? null : `${sms.pending_verdict} until ${timeOrNull(sms.undo_until) ?? ''}`,
    ],
    ['waits until', timeOrNull(sms.wait_until)],
    ['may copy', sms.duplicate_of === null ? null : `SMS ${sms.duplicate_of}`],
    ['last change', formatTime(sms.updated_at)],
    ['workflow', sms.workflow_id],
  ];
  return fields.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(14)}${oneLine(value)}`]));
}

/** The text as it came, indented; control characters other than line feeds cannot reach the terminal. */
export function bodyLines(sms: SmsJson): string[] {
  if (sms.body === null) return ['  (the text was erased after its retention time)'];
  return sms.body.split(/\r?\n/).map((line) => `  | ${oneLine(line)}`);
}

function balanceOf(sms: SmsJson): string | null {
  if (sms.balance_minor === null || sms.currency === null) return null;
  return formatMoney({ amountMinor: sms.balance_minor, currency: sms.currency });
}

function checkedOf(sms: SmsJson): string | null {
  if (sms.checked_by === null) return null;
  return `${sms.check_status} by ${sms.checked_by}${sms.checked_at === null ? '' : ` at ${formatTime(sms.checked_at)}`}`;
}

function timeOrNull(iso: string | null): string | null {
  return iso === null ? null : formatTime(iso);
}
