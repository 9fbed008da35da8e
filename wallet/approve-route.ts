/** `POST /internal/wallet/deposits/{order_id}/approve`: the contract of the money handoff. */
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { HttpError } from '../service/http-errors';
import { approveDeposit, type ApprovalOutcome, type Enforcement, type Refusal } from './approvals';
import { signedBrand, type BrandGuard } from './brand-guard';
import type { Figures } from './figures';
import { bodyText, parseBody } from './json-body';
import { approveBody, idempotencyKeySchema } from './schemas';

export interface ApproveDeps {
  readonly knex: Knex;
  readonly guard: BrandGuard;
  readonly enforcement: Enforcement;
  readonly figures: Figures;
}

const ANSWERS: Readonly<Record<Refusal, readonly [status: number, message: string]>> = {
  already_approved_by_other: [409, 'another SMS has approved this deposit'],
  deposit_not_pending: [409, 'the deposit is no longer pending'],
  sms_already_used: [409, 'this SMS has approved another deposit'],
  idempotency_mismatch: [409, 'this Idempotency-Key has approved a request with another content'],
  request_in_progress: [409, 'a request with this Idempotency-Key is at work: ask again with the same key'],
  amount_mismatch: [422, 'the amount is not that of the deposit'],
  currency_mismatch: [422, 'the currency is not that of the deposit'],
  brand_mismatch: [422, 'the brand is not that of the deposit'],
  unknown_deposit: [404, 'there is no deposit with this order_id'],
};

export function approveRoute(deps: ApproveDeps): RequestHandler<{ orderId: string }> {
  return async (request, response) => {
    const text = bodyText(request);
    const signed = signedBrand(deps.guard, request, text);
    const idempotencyKey = keyOf(request.get('idempotency-key'));
    const body = parseBody(approveBody, text);
    if (body.order_id !== request.params.orderId)
      throw new HttpError(400, 'bad_request', 'order_id is not the one in the path');
    if (body.brand_id !== signed) throw new HttpError(422, 'brand_mismatch', 'brand_id is not the one in X-Brand-Id');

    const outcome = await approveDeposit(deps.knex, deps.enforcement, {
      idempotencyKey,
      orderId: body.order_id,
      smsId: body.sms_id,
      amountMinor: body.amount_minor,
      currency: body.currency,
      brandId: body.brand_id,
    });
    count(deps, outcome);
    if (outcome.kind === 'refused') throw toHttpError(outcome.refusal);
    response.json({ status: 'approved', order_id: body.order_id, ledger_entry_id: outcome.ledgerEntryId });
  };
}

function keyOf(given: string | undefined): string {
  if (!given) throw new HttpError(400, 'idempotency_key_missing', 'the header Idempotency-Key is missing');
  const key = idempotencyKeySchema.safeParse(given);
  if (key.success) return key.data;
  throw new HttpError(400, 'bad_idempotency_key', 'Idempotency-Key must be 1 to 300 printable ASCII characters');
}

function toHttpError(refusal: Refusal): HttpError {
  const [status, message] = ANSWERS[refusal];
  return new HttpError(status, refusal, message);
}

function count(deps: ApproveDeps, outcome: ApprovalOutcome): void {
  const { figures, enforcement } = deps;
  if (outcome.kind === 'refused') {
    figures.countApproval(outcome.refusal);
    if (outcome.refusal === 'brand_mismatch') figures.countCrossBrand();
    return;
  }
  figures.countApproval(outcome.replayed ? 'replayed' : 'approved');
  if (outcome.crossBrand && enforcement === 'observe') figures.countCrossBrand();
}
