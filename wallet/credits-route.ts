/** `GET /internal/wallet/approvals?cursor=&limit=`: the ledger's credits in pages, for whoever checks the books. */
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { listCredits, type LedgerCredit } from './credits';
import { parseValue } from './json-body';
import { creditsQuery } from './schemas';

export function creditsRoute(knex: Knex): RequestHandler {
  return async (request, response) => {
    const { cursor, limit } = parseValue(creditsQuery, request.query);
    const credits = await listCredits(knex, cursor, limit);
    const last = credits.length < limit ? undefined : credits.at(-1);
    response.json({ approvals: credits.map(creditJson), next_cursor: last ? String(last.entryId) : null });
  };
}

function creditJson({ approval, deposit, ...credit }: LedgerCredit) {
  return {
    ledger_entry_id: String(credit.entryId),
    order_id: credit.orderId,
    sms_id: credit.smsId,
    amount_minor: credit.amountMinor,
    currency: credit.currency,
    credited_at: credit.creditedAt.toISOString(),
    approval: approval && {
      idempotency_key: approval.idempotencyKey,
      brand_id: approval.brandId,
      approved_at: approval.approvedAt.toISOString(),
    },
    deposit: deposit && {
      status: deposit.status,
      amount_minor: deposit.amountMinor,
      currency: deposit.currency,
      brand_id: deposit.brandId,
    },
  };
}
