import { parseSms } from '../domain/parse';
import type { ParseResult } from '../domain/parse-result';
import type { ParseOutcome, Stepped } from '../domain/outcomes';
import { superseded } from '../db/transitions/check-whitelist';
import { readTextToParse, recordNotParsed, recordParsed } from '../db/transitions/record-parse';
import type { ActivityDeps, SmsRef } from './ports';

/** Safe to run twice: the text is read and parsed anew, and the result written by compare-and-set on (received, parse, attempt). */
export function createParseSms({ db, templates, metrics }: ActivityDeps) {
  return async (ref: SmsRef): Promise<Stepped<ParseOutcome>> => {
    const text = await readTextToParse(db, ref);
    if (!text) return superseded(db, ref.smsId);
    if (text.body === null)
      return db.transaction((trx) => recordNotParsed(trx, ref, 'parse_failed', { fault: 'text_erased' }));
    const { sender, body, receivedAt } = text;
    const result = parseSms({ sender, body, receivedAt }, await templates.at(text.templateRevision));
    if (result.outcome === 'parsed') {
      const { templateId, templateVersion, payment, movement } = result;
      const chainBalanceMinor = movement.balanceMinor;
      return recordParsed(db, ref, { templateId, templateVersion, ...payment, chainBalanceMinor });
    }
    const movement = result.outcome === 'not_a_credit' ? result.movement : null;
    const stepped = await db.transaction((trx) =>
      recordNotParsed(trx, ref, result.outcome, detailOf(result), movement),
    );
    if (stepped.outcome !== 'superseded') metrics.smsOutcome(stepped.outcome, stepped.source);
    return stepped;
  };
}

/** Kinds and rules, never a piece of the text. */
function detailOf(result: Exclude<ParseResult, { outcome: 'parsed' }>): Record<string, string | number | null> {
  return result.outcome === 'not_a_credit'
    ? { kind: result.kind, rule: result.rule ?? null, template_id: result.templateId ?? null }
    : { fault: result.fault, template_id: result.templateId ?? null };
}
